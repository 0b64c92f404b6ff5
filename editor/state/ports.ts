/** The output ports of a node: those of its type, and those that its configuration names. Pure. */
import type { FlowNode, NodeDescription, Port } from "../../server/api/contract.ts";

type Declared = Pick<NodeDescription, "outputs" | "outputsFrom">;

/** In the order the card shows them, as the compiler sees them. */
export function outputsOf({ outputs, outputsFrom }: Declared, config: FlowNode["config"]): readonly Port[] {
  const rows = outputsFrom === undefined ? undefined : config[outputsFrom.list];
  if (outputsFrom === undefined || !Array.isArray(rows)) return outputs;
  const names = new Set<string>();
  for (const row of rows) {
    const name = typeof row === "object" && row !== null ? row[outputsFrom.name] : undefined;
    if (typeof name === "string" && name !== "") names.add(name);
  }
  for (const { name } of outputs) names.delete(name);
  return [...[...names].map((name) => ({ name, title: name })), ...outputs];
}
