/** Which rules a deployment ends: nothing goes on from what they have told. */
import { isDeepStrictEqual } from "node:util";
import { type Catalog, isOperator } from "../../nodes/contract/catalog.ts";
import { findNode, type NodePlan, nodeKey, type Plan } from "../compiler/plan.ts";
import { stateBasis } from "../runtime/operator-state.ts";

/** By `nodeKey`: rules of `before` that `next` has not, or in which they begin with nothing remembered. */
export function goneRules(before: Plan, next: Plan, catalog: Pick<Catalog, "nodes">): ReadonlySet<string> {
  const basisOf = (node: NodePlan | undefined) => {
    if (node?.category !== "rule") return undefined;
    const definition = catalog.nodes.get(node.type);
    return definition !== undefined && isOperator(definition) ? (stateBasis(definition, node) ?? node.type) : node.type;
  };
  const rules = before.flows.flatMap(({ id, nodes }) =>
    nodes.flatMap((node) => (node.category === "rule" ? [{ flow: id, node }] : [])),
  );
  const gone = rules.filter(({ flow, node }) => {
    const other = findNode(next, flow, node.id);
    // Most are as they were, and to read a configuration takes long.
    const isSame = other?.type === node.type && isDeepStrictEqual(other.config, node.config);
    return !isSame && basisOf(node) !== basisOf(other);
  });
  return new Set(gone.map(({ flow, node }) => nodeKey(flow, node.id)));
}
