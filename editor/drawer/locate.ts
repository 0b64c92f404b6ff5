import type { Editor } from "../state/editor.ts";

/** Shows a node (`flow/node`) on the canvas and selects it. Does nothing for a node that is no longer there. */
export function locate({ documents, canvas }: Editor, key: string): void {
  const [flow = "", node = ""] = key.split("/");
  // What the compiler put in between, `plc~convert`, is shown by what it serves.
  const id = node.split("~", 1)[0] ?? node;
  const isThere = documents.getState().flows[flow]?.history.present.nodes.some((other) => other.id === id) ?? false;
  if (!isThere) return;
  const isHere = documents.getState().current === flow;
  documents.open(flow);
  documents.select({ nodes: new Set([id]) });
  // Another flow has to be drawn before it can be moved.
  if (isHere) canvas.current?.centre([id]);
  else setTimeout(() => canvas.current?.centre([id]), 120);
}

/** The name people gave a node, or its id. */
export function nodeName({ documents }: Editor, flow: string, node: string): string {
  return documents.getState().flows[flow]?.history.present.nodes.find(({ id }) => id === node)?.name || node;
}
