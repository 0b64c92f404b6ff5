import type { FlowDocument } from "../../server/api/contract.ts";
import { oneLine } from "../debug/display-text.ts";

/** What people call a node; of what the compiler put in between, what it serves and what it does. */
export function nodeName({ nodes }: Pick<FlowDocument, "nodes">, node: string): string {
  const [id = node, between] = node.split("~");
  const name = oneLine(nodes.find((other) => other.id === id)?.name || id, 60);
  return between === undefined ? name : `${name} ~ ${between}`;
}
