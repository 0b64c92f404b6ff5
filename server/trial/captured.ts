/** A flow with everything that reaches beyond it taken away: no adapter, no connection, sinks and peers that send nothing. */
import { type Catalog, isProcessor, isSink, type NodeDefinition } from "../../nodes/contract/catalog.ts";
import type { FlowPlan, NodePlan } from "../compiler/plan.ts";

const close = async () => undefined;

/** The same types, but sinks and nodes with a peer open nothing and take everything. */
export function capturedCatalog(catalog: Catalog): Catalog {
  return { ...catalog, nodes: new Map([...catalog.nodes].map(([type, definition]) => [type, captured(definition)])) };
}

function captured(definition: NodeDefinition): NodeDefinition {
  if (isSink(definition)) return { ...definition, open: async () => ({ write: async () => undefined, close }) };
  if (isProcessor(definition)) return { ...definition, open: async () => ({ process: async () => undefined, close }) };
  return definition;
}

export function isCaptured(node: NodePlan): boolean {
  return node.category === "adapter" || node.category === "sink" || node.isProcessor === true;
}

export function capturedFlow(flow: FlowPlan): FlowPlan {
  const nodes = flow.nodes.filter(({ category }) => category !== "adapter").map(withoutConnection);
  return { ...flow, connections: [], nodes };
}

function withoutConnection(node: NodePlan): NodePlan {
  const { connection: _, ...rest } = node;
  return rest;
}
