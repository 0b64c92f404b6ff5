/** The one way a document becomes text: stable order, so that a version control diff shows what changed and no more. */
import type { FlowDocument } from "./document.ts";

/**
 * JSON with two-space indentation and a final line feed. Nodes, connections and layout are sorted by id and wires by
 * their ends, since their order means nothing; the keys inside a `config` keep the order people gave them.
 */
export function writeDocument(document: FlowDocument): string {
  const byId = <T extends { readonly id: string }>(items: readonly T[]) =>
    [...items].sort((a, b) => compare(a.id, b.id));
  const wireKey = (wire: FlowDocument["wires"][number]) =>
    [wire.from, wire.port ?? "out", wire.to, wire.input ?? "in"].join("\n");
  const { format, id, name, description, enabled, delivery, results, connections, nodes, wires, layout } = document;
  const ordered = {
    format,
    id,
    name,
    description,
    enabled,
    delivery,
    results: results && {
      status: results.status,
      data: results.data,
      format: results.format,
      rejected: results.rejected,
    },
    connections: byId(connections).map(({ id, type, name, config }) => ({ id, type, name, config })),
    nodes: byId(nodes).map(({ id, type, name, disabled, subject, ruleId, config }) => ({
      id,
      type,
      name,
      disabled: disabled === true ? true : undefined,
      subject,
      ruleId,
      config,
    })),
    wires: [...wires]
      .sort((a, b) => compare(wireKey(a), wireKey(b)))
      .map(({ from, port, to, input }) => ({
        from,
        port: port === "out" ? undefined : port,
        to,
        input: input === "in" ? undefined : input,
      })),
    layout: {
      nodes: Object.fromEntries(
        Object.entries(layout.nodes)
          .sort(([a], [b]) => compare(a, b))
          .map(([id, { x, y }]) => [id, { x, y }]),
      ),
      groups: byId(layout.groups).map(({ id, x, y, width, height, color, name, nodes }) => ({
        id,
        x,
        y,
        width,
        height,
        color,
        name,
        nodes: [...nodes].sort(compare),
      })),
      notes: byId(layout.notes).map(({ id, x, y, width, height, color, text }) => ({
        id,
        x,
        y,
        width,
        height,
        color,
        text,
      })),
    },
  };
  return `${JSON.stringify(ordered, null, 2)}\n`;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
