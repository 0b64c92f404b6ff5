/** What the editor shows about each node and only the compiler can say. */
import type { CompiledFlow } from "./flow-plan.ts";

export interface NodeInsight {
  /** What this configuration does, empty when the type does not say or the configuration is wrong. */
  readonly line: string;
  readonly reads: readonly string[];
  readonly publishes: readonly string[];
}

/** By node id: every node of the document, and the conversions put in between. */
export function insights({ document, resolved, graph, plan }: CompiledFlow): Record<string, NodeInsight> {
  const lineOf = (id: string) => {
    const node = resolved.get(id) ?? graph.nodes.get(id);
    return node?.parsed === undefined ? "" : (node.definition.line?.(node.parsed) ?? "");
  };
  const all = new Map<string, NodeInsight>();
  for (const { id } of document.nodes) all.set(id, { line: lineOf(id), reads: [], publishes: [] });
  for (const node of plan.nodes) {
    const reads = node.category === "adapter" ? [] : node.inputs.map(({ subject }) => subject);
    all.set(node.id, { line: lineOf(node.id), reads, publishes: node.publishes });
  }
  return Object.fromEntries(all);
}
