/** Commands that move cards and change nothing else. */

import type { MessageKey } from "../i18n/messages.ts";
import { align, type Box, distribute, type Edge, tidy } from "../state/arrange.ts";
import type { Editor } from "../state/editor.ts";
import { type Place, place } from "../state/edits.ts";
import { gridPx } from "../state/new-node.ts";
import { chosenBoxes } from "./chosen-boxes.ts";
import type { Command } from "./command.ts";
import { present, selection } from "./edit-commands.ts";

const several = (editor: Editor) => selection(editor).nodes.size > 1;
const hasPlaces = (editor: Editor) => selection(editor).nodes.size + selection(editor).boxes.size > 0;

function arrange(editor: Editor, places: (boxes: Box[]) => ReadonlyMap<string, Place>): void {
  const boxes = chosenBoxes(editor);
  editor.documents.edit("step.arrange", (document) => place(document, places(boxes)));
}

/** All nodes when none are chosen. */
function tidyUp(editor: Editor): void {
  const document = present(editor);
  if (document === undefined) return;
  const { nodes } = selection(editor);
  const ids = nodes.size > 1 ? nodes : new Set(document.nodes.map(({ id }) => id));
  editor.documents.edit("step.tidy", (before) => place(before, tidy(before, ids)));
  requestAnimationFrame(() => editor.canvas.current?.fit());
}

function nudge(x: number, y: number) {
  return (editor: Editor) => {
    const chosen = chosenBoxes(editor);
    const groups = present(editor)?.layout.groups.filter(({ id }) => selection(editor).boxes.has(id)) ?? [];
    const members = groups.flatMap(({ nodes }) =>
      nodes.flatMap((id) => {
        const at = present(editor)?.layout.nodes[id];
        return at === undefined ? [] : [{ id, ...at }];
      }),
    );
    const moved = new Map([...members, ...groups, ...chosen].map((at) => [at.id, { x: at.x + x, y: at.y + y }]));
    editor.documents.edit("step.move", (document) => place(document, moved), "nudge");
  };
}

const edges: readonly [edge: Edge, title: MessageKey, keys: string][] = [
  ["left", "command.alignLeft", "alt+arrowleft"],
  ["right", "command.alignRight", "alt+arrowright"],
  ["top", "command.alignTop", "alt+arrowup"],
  ["bottom", "command.alignBottom", "alt+arrowdown"],
  ["centre", "command.alignCentre", "alt+c"],
  ["middle", "command.alignMiddle", "alt+m"],
];
const arrows: readonly [key: string, title: MessageKey, x: number, y: number][] = [
  ["arrowleft", "command.nudgeLeft", -1, 0],
  ["arrowright", "command.nudgeRight", 1, 0],
  ["arrowup", "command.nudgeUp", 0, -1],
  ["arrowdown", "command.nudgeDown", 0, 1],
];

export const arrangeCommands: readonly Command[] = [
  {
    id: "tidy",
    title: "command.tidy",
    section: "arrange",
    keys: ["shift+l"],
    isEnabled: (editor) => (present(editor)?.nodes.length ?? 0) > 1,
    run: tidyUp,
  },
  ...edges.map(
    ([edge, title, keys]): Command => ({
      id: `align-${edge}`,
      title,
      section: "arrange",
      keys: [keys],
      isEnabled: several,
      run: (editor) => arrange(editor, (boxes) => align(boxes, edge)),
    }),
  ),
  {
    id: "distribute-x",
    title: "command.distributeX",
    section: "arrange",
    keys: ["alt+h"],
    isEnabled: several,
    run: (editor) => arrange(editor, (boxes) => distribute(boxes, "x")),
  },
  {
    id: "distribute-y",
    title: "command.distributeY",
    section: "arrange",
    keys: ["alt+v"],
    isEnabled: several,
    run: (editor) => arrange(editor, (boxes) => distribute(boxes, "y")),
  },
  ...arrows.flatMap(([key, title, x, y]): Command[] => [
    {
      id: `nudge-${key}`,
      title,
      section: "arrange",
      keys: [key],
      isEnabled: hasPlaces,
      run: nudge(x * gridPx, y * gridPx),
    },
    {
      id: `nudge-far-${key}`,
      title,
      section: "arrange",
      keys: [`shift+${key}`],
      isEnabled: hasPlaces,
      run: nudge(x * gridPx * 5, y * gridPx * 5),
    },
  ]),
];
