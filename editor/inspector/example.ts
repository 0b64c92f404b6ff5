import type { FlowConnection, FlowNode, NodeDescription } from "../../server/api/contract.ts";
import { readForm } from "../widgets/read-field.ts";

/**
 * The configuration of an example for a node of this flow. Examples name connections of their own, so the node keeps
 * the one it has; otherwise it gets the only one that fits.
 */
export function exampleConfig(
  description: NodeDescription,
  example: NodeDescription["examples"][number],
  node: FlowNode,
  connections: readonly FlowConnection[],
): FlowNode["config"] {
  const config: Record<string, unknown> = { ...example.config };
  for (const { key, field } of readForm(description.config).properties) {
    if (field.kind !== "connection") continue;
    const fitting = connections.filter(({ type }) => type === field.connection);
    const kept = node.config[key] ?? (fitting.length === 1 ? fitting[0]?.id : undefined);
    if (kept === undefined) delete config[key];
    else config[key] = kept;
  }
  return config;
}
