/** Adding a node to the flow on the canvas, selected and ready to be configured. */
import type { FlowWire, NodeDescription } from "../../server/api/contract.ts";
import { regroup } from "../state/arrange.ts";
import { cardHeightPx, cardWidthPx } from "../state/card-geometry.ts";
import { currentFlow } from "../state/document.ts";
import type { Editor } from "../state/editor.ts";
import type { Place } from "../state/edits.ts";
import { addJoined, freePlace, newNode, snapped } from "../state/new-node.ts";
import type { LooseEnd } from "../state/view.ts";
import { splice } from "../state/wiring.ts";

interface AddOptions {
  /** Joined to the new node where the stages allow it. */
  readonly end?: LooseEnd | undefined;
  /** A wire the node was dropped on: it is put into the middle of it. */
  readonly into?: FlowWire | undefined;
  /** What its input listens to. */
  readonly subject?: string | undefined;
}

/** Adds the node with its upper left corner at `at` and selects it. */
export function addAt(
  editor: Editor,
  description: NodeDescription,
  at: Place,
  { end, into, subject }: AddOptions = {},
): void {
  const document = currentFlow(editor.documents.getState())?.history.present;
  if (document === undefined) return;
  const fresh = newNode(document, description);
  const node = subject === undefined ? fresh : { ...fresh, subject };
  editor.documents.edit("step.add", (before) => {
    const added = regroup(addJoined(before, node, snapped(at), end), new Set([node.id]));
    return into === undefined ? added : (splice(added, node, into) ?? added);
  });
  editor.documents.select({ nodes: new Set([node.id]) });
  editor.canvas.current?.reveal(snapped(at));
}

/** Adds the node to the middle of what is visible, or below what is there already. */
export function addAtMiddle(editor: Editor, description: NodeDescription, options?: AddOptions): void {
  const document = currentFlow(editor.documents.getState())?.history.present;
  const canvas = editor.canvas.current;
  if (document === undefined || canvas === undefined) return;
  const middle = canvas.placeOf(canvas.middle());
  const corner = { x: middle.x - cardWidthPx / 2, y: middle.y - cardHeightPx / 2 };
  addAt(editor, description, freePlace(document, corner), options);
}
