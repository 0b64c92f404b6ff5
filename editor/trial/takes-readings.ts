import type { FlowDocument, NodeDescription } from "../../server/api/contract.ts";

/** Which nodes are tried with what an adapter reads; `undefined` for nodes that the flow does not have. */
export function readingTakers(
  document: Pick<FlowDocument, "nodes"> | undefined,
  types: ReadonlyMap<string, Pick<NodeDescription, "category">>,
): (node: string) => boolean | undefined {
  const byId = new Map(document?.nodes.map(({ id, type }) => [id, types.get(type)?.category === "adapter"]));
  return (node) => byId.get(node);
}
