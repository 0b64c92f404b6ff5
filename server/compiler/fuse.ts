/** Wires inside one stage become function calls; and which ports need not be published. */
import { outputsOf } from "../../nodes/contract/describe.ts";
import type { FlowGraph, GraphNode } from "./graph.ts";
import type { FlowPlan } from "./plan.ts";

export interface Fused {
  /** Output port → operators called directly. */
  readonly next: Readonly<Record<string, readonly string[]>>;
  /** Ports of a plugin that lead to plugins alone, and those of a rule without a wire that the flow switches off. */
  readonly unpublished: readonly string[];
}

export function isFused(from: GraphNode, to: GraphNode): boolean {
  return from.category === to.category;
}

export function fuse(
  node: GraphNode,
  { nodes, outOf }: Pick<FlowGraph, "nodes" | "outOf">,
  { rejected = true }: FlowPlan["results"],
): Fused {
  const next = new Map<string, string[]>();
  const crossing = new Set<string>();
  for (const { port, to } of outOf.get(node.id) ?? []) {
    const target = nodes.get(to);
    if (target === undefined) continue;
    if (isFused(node, target)) next.set(port, [...(next.get(port) ?? []), to]);
    else crossing.add(port);
  }
  const ports = [...next.keys()].sort();
  return {
    next: Object.fromEntries(ports.map((port) => [port, next.get(port)?.sort() ?? []])),
    unpublished: unpublished(),
  };

  function unpublished(): readonly string[] {
    if (node.category === "plugin") return ports.filter((port) => !crossing.has(port));
    if (node.category !== "rule" || rejected) return [];
    return outputsOf(node.definition, node.config)
      .filter(({ name, switchable }) => switchable && !next.has(name) && !crossing.has(name))
      .map(({ name }) => name);
  }
}
