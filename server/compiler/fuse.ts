/** Wires inside one stage become function calls. */
import type { FlowGraph, GraphNode } from "./graph.ts";

export interface Fused {
  /** Output port → operators called directly. */
  readonly next: Readonly<Record<string, readonly string[]>>;
  /** Ports of a plugin that lead to plugins alone. */
  readonly unpublished: readonly string[];
}

export function isFused(from: GraphNode, to: GraphNode): boolean {
  return from.category === to.category;
}

export function fuse(node: GraphNode, { nodes, outOf }: Pick<FlowGraph, "nodes" | "outOf">): Fused {
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
    unpublished: node.category === "plugin" ? ports.filter((port) => !crossing.has(port)) : [],
  };
}
