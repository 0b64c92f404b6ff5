/** Changes to a node beside its configuration. What stands at its default is left out of the document. */
import type { FlowNode, JsonSchema } from "../../server/api/contract.ts";
import { isObject } from "../widgets/edit.ts";
import type { PlacedProblem } from "../widgets/place-problems.ts";

export function withDisabled({ disabled: _, ...node }: FlowNode, disabled: boolean): FlowNode {
  return disabled ? { ...node, disabled } : node;
}

/** Properties of the node, not of its configuration, that are text and mostly left out. */
export type NodeTextName = "subject" | "ruleId";

export function withText(node: FlowNode, name: NodeTextName, text: string | undefined): FlowNode {
  const { [name]: _, ...rest } = node;
  return text === undefined ? rest : { ...rest, [name]: text };
}

/** Problems come with a path into the configuration; those of the node's own texts are told apart from them here. */
export function problemsOfText(
  problems: readonly PlacedProblem[],
  name: NodeTextName,
  config: JsonSchema | undefined,
): readonly PlacedProblem[] {
  const declared = config?.["properties"];
  if (isObject(declared) && Object.hasOwn(declared, name)) return [];
  return problems.filter(({ path }) => path.length === 1 && path[0] === name);
}
