/** What a trial brought, in the form in which it is shown. Pure. */
import type { FlowDocument, TrialError, TrialEvent, TrialOutcome } from "../../server/api/contract.ts";

export type Seen = Extract<TrialOutcome, { ok: true }>;

export type Line =
  | ({ readonly kind: "message"; readonly id: number } & TrialEvent)
  | ({ readonly kind: "error"; readonly id: number } & TrialError);

/** Everything in the order in which it happened. */
export function linesOf({ events, errors }: Pick<Seen, "events" | "errors">): readonly Line[] {
  const lines: Line[] = [
    ...events.map((event, index) => ({ kind: "message" as const, id: index, ...event })),
    ...errors.map((error, index) => ({ kind: "error" as const, id: events.length + index, ...error })),
  ];
  return lines.sort((a, b) => a.atMs - b.atMs || a.id - b.id);
}

export interface NodeResult {
  readonly node: string;
  /** Messages by port, in the order in which the first came. */
  readonly ports: readonly (readonly [port: string, count: number])[];
  readonly errors: number;
}

/** One for each node of the flow, also for those at which nothing happened, from left to right. */
export function resultsOf(
  { nodes, layout }: Pick<FlowDocument, "nodes" | "layout">,
  seen: Pick<Seen, "events" | "errors">,
): readonly NodeResult[] {
  const ports = new Map<string, Map<string, number>>();
  const errors = new Map<string, number>();
  for (const { node, port } of seen.events) {
    const ofNode = ports.get(node) ?? new Map<string, number>();
    ports.set(node, ofNode.set(port, (ofNode.get(port) ?? 0) + 1));
  }
  for (const { node } of seen.errors) errors.set(node, (errors.get(node) ?? 0) + 1);
  const xOf = (id: string) => layout.nodes[id]?.x ?? 0;
  const drawn = nodes.map(({ id }) => id).sort((a, b) => xOf(a) - xOf(b));
  // What the compiler put in between stands behind what it serves.
  const between = [...ports.keys(), ...errors.keys()].filter((id) => !drawn.includes(id));
  const ids = drawn.flatMap((id) => [id, ...new Set(between.filter((other) => other.split("~", 1)[0] === id))]);
  return ids.map((node) => ({ node, ports: [...(ports.get(node) ?? [])], errors: errors.get(node) ?? 0 }));
}
