/** Commands that change the flow on the canvas. Each is one step of its history. */

import type { FlowNode } from "../../server/api/contract.ts";
import { frameAround } from "../state/arrange.ts";
import { cardHeightPx, cardShape, cardWidthPx } from "../state/card-geometry.ts";
import { type Clip, clipOf, paste } from "../state/clipboard.ts";
import { currentFlow, nothing } from "../state/document.ts";
import type { Editor } from "../state/editor.ts";
import { addWire, freeId, removeParts, setDisabled, setGroup, setNote, takenIds } from "../state/edits.ts";
import { freePlace, gridPx, snapped } from "../state/new-node.ts";
import { portOf, wire, wireRefusal } from "../state/wiring.ts";
import { chosenBoxes } from "./chosen-boxes.ts";
import type { Command } from "./command.ts";

export function present(editor: Editor) {
  return currentFlow(editor.documents.getState())?.history.present;
}
export function selection(editor: Editor) {
  return editor.documents.getState().selection;
}
/** From one card to the one that takes what it puts out. */
const besidePx = cardWidthPx + 80;

const hasFlow = (editor: Editor) => present(editor) !== undefined;
const hasNodes = (editor: Editor) => selection(editor).nodes.size > 0;
const hasAny = (editor: Editor) => {
  const { nodes, wires, boxes } = selection(editor);
  return nodes.size + wires.size + boxes.size > 0;
};

/** The chosen node, when nothing else is chosen. */
export function onlyNode(editor: Editor): FlowNode | undefined {
  const { nodes, wires, boxes } = selection(editor);
  const [id] = nodes;
  return nodes.size + wires.size + boxes.size === 1 ? present(editor)?.nodes.find((node) => node.id === id) : undefined;
}

/** At the middle of what is visible; beside the one node that is chosen, and wired to it. */
function add(editor: Editor): void {
  const canvas = editor.canvas.current;
  const document = present(editor);
  if (canvas === undefined || document === undefined) return;
  const screen = canvas.middle();
  const from = onlyNode(editor);
  const [port] = from === undefined ? [] : cardShape(editor.types.get(from.type), from.config).outputs;
  const place = from && document.layout.nodes[from.id];
  if (port === undefined || from === undefined || place === undefined) {
    editor.view.show({ kind: "add", screen, at: canvas.placeOf(screen) });
    return;
  }
  const beside = freePlace(document, { x: place.x + besidePx, y: place.y });
  const at = { x: beside.x, y: beside.y + cardHeightPx / 2 };
  editor.view.show({ kind: "add", screen, at, end: { kind: "output", node: from.id, port: port.name } });
}

export function removeSelection(editor: Editor, join = false): void {
  const parts = selection(editor);
  editor.documents.edit(join ? "step.heal" : "step.remove", (document) => removeParts(document, parts, join));
  editor.documents.select(nothing);
}

/** Adds the clip to the flow and selects it. */
export function pasteClip(editor: Editor, clip: Clip, at: { readonly x: number; readonly y: number }): void {
  let added = nothing;
  editor.documents.edit("step.paste", (document) => {
    const pasted = paste(document, clip, snapped(at));
    added = pasted.added;
    return pasted.document;
  });
  editor.documents.select(added);
}

function duplicate(editor: Editor): void {
  const document = present(editor);
  const corner = chosenBoxes(editor);
  if (document === undefined || corner.length === 0) return;
  const x = Math.min(...corner.map((box) => box.x)) + 2 * gridPx;
  const y = Math.min(...corner.map((box) => box.y)) + 2 * gridPx;
  pasteClip(editor, clipOf(document, selection(editor)), { x, y });
}

/** Wires the chosen nodes one after the other, from left to right, as far as the stages allow. */
function wireInSeries(editor: Editor): void {
  const order = chosenBoxes(editor).sort((a, b) => a.x - b.x || a.y - b.y);
  editor.documents.edit("step.wire", (document) => {
    let wired = document;
    for (const [index, { id }] of order.entries()) {
      const next = wire(order[index - 1]?.id ?? id, "out", id, "in");
      if (wireRefusal(wired, next) === undefined) wired = addWire(wired, next);
    }
    return wired;
  });
}

function toggleDisabled(editor: Editor): void {
  const { nodes } = selection(editor);
  const disabled = present(editor)?.nodes.some((node) => nodes.has(node.id) && node.disabled !== true) ?? false;
  editor.documents.edit(disabled ? "step.disable" : "step.enable", (document) =>
    setDisabled(document, nodes, disabled),
  );
}

function addNote(editor: Editor): void {
  const canvas = editor.canvas.current;
  const document = present(editor);
  if (canvas === undefined || document === undefined) return;
  const id = freeId("note", takenIds(document));
  const at = snapped(canvas.placeOf(canvas.middle()));
  editor.documents.edit("step.note", (before) => setNote(before, { id, ...at, width: 220, height: 100, text: "" }));
  editor.documents.select({ boxes: new Set([id]) });
}

function group(editor: Editor): void {
  const boxes = chosenBoxes(editor);
  const document = present(editor);
  if (document === undefined || boxes.length === 0) return;
  const id = freeId("group", takenIds(document));
  const { nodes } = selection(editor);
  editor.documents.edit("step.group", (before) =>
    setGroup(before, { id, name: "", nodes: [...nodes], ...frameAround(boxes) }),
  );
  editor.documents.select({ boxes: new Set([id]) });
}

/** Frames that are chosen, or that hold a chosen card. */
function chosenGroups(editor: Editor): readonly string[] {
  const { nodes, boxes } = selection(editor);
  const groups = present(editor)?.layout.groups ?? [];
  return groups
    .filter(({ id, nodes: held }) => boxes.has(id) || held.some((node) => nodes.has(node)))
    .map(({ id }) => id);
}

function ungroup(editor: Editor): void {
  const boxes = new Set(chosenGroups(editor));
  editor.documents.edit("step.ungroup", (document) => removeParts(document, { ...nothing, boxes }));
}

/** Chooses everything that data from the chosen nodes can reach, or came from. */
function selectConnected(editor: Editor): void {
  const wires = present(editor)?.wires ?? [];
  const found = new Set(selection(editor).nodes);
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const { from, to } of wires) {
      if (found.has(from)) found.add(to);
      else if (found.has(to)) found.add(from);
    }
  }
  editor.documents.select({ nodes: found });
}

function selectAll(editor: Editor): void {
  const document = present(editor);
  if (document === undefined) return;
  const { groups, notes } = document.layout;
  editor.documents.select({
    nodes: new Set(document.nodes.map(({ id }) => id)),
    boxes: new Set([...groups, ...notes].map(({ id }) => id)),
  });
}

function togglePin(editor: Editor): void {
  const document = present(editor);
  if (document === undefined) return;
  const { nodes } = selection(editor);
  for (const each of document.wires) {
    const key = `${each.from}:${portOf(each)}>${each.to}:${each.input ?? "in"}`;
    if (selection(editor).wires.has(key))
      editor.view.togglePin({ flow: document.id, node: each.from, port: portOf(each) });
  }
  for (const node of nodes) editor.view.togglePin({ flow: document.id, node, port: "" });
}

export const editCommands: readonly Command[] = [
  {
    id: "add",
    title: "command.add",
    section: "edit",
    keys: ["a"],
    isEnabled: hasFlow,
    run: add,
  },
  {
    id: "connect",
    title: "command.connect",
    section: "edit",
    keys: ["x"],
    isEnabled: (editor) => onlyNode(editor) !== undefined,
    run: (editor) => {
      const node = onlyNode(editor);
      if (node !== undefined) editor.view.show({ kind: "connect", node: node.id });
    },
  },
  { id: "undo", title: "command.undo", section: "edit", keys: ["mod+z"], run: ({ documents }) => documents.undo() },
  {
    id: "redo",
    title: "command.redo",
    section: "edit",
    keys: ["mod+shift+z", "mod+y"],
    run: ({ documents }) => documents.redo(),
  },
  {
    id: "remove",
    title: "command.remove",
    section: "edit",
    keys: ["delete", "backspace"],
    isEnabled: hasAny,
    run: (editor) => removeSelection(editor),
  },
  {
    id: "heal",
    title: "command.heal",
    section: "edit",
    keys: ["mod+delete", "mod+backspace"],
    isEnabled: hasNodes,
    run: (editor) => removeSelection(editor, true),
  },
  { id: "duplicate", title: "command.duplicate", section: "edit", keys: ["mod+d"], isEnabled: hasAny, run: duplicate },
  { id: "wire", title: "command.wire", section: "edit", keys: ["w"], isEnabled: hasNodes, run: wireInSeries },
  { id: "disable", title: "command.disable", section: "edit", keys: ["d"], isEnabled: hasNodes, run: toggleDisabled },
  { id: "note", title: "command.note", section: "edit", keys: ["n"], isEnabled: hasFlow, run: addNote },
  { id: "group", title: "command.group", section: "edit", keys: ["mod+g"], isEnabled: hasNodes, run: group },
  {
    id: "ungroup",
    title: "command.ungroup",
    section: "edit",
    keys: ["mod+shift+g"],
    isEnabled: (editor) => chosenGroups(editor).length > 0,
    run: ungroup,
  },
  {
    id: "select-all",
    title: "command.selectAll",
    section: "edit",
    keys: ["mod+a"],
    isEnabled: hasFlow,
    run: selectAll,
  },
  {
    id: "select-connected",
    title: "command.selectConnected",
    section: "edit",
    keys: ["c"],
    isEnabled: hasNodes,
    run: selectConnected,
  },
  {
    id: "select-none",
    title: "command.selectNone",
    section: "edit",
    keys: ["escape"],
    isEnabled: hasAny,
    run: ({ documents }) => documents.select(nothing),
  },
  { id: "pin", title: "command.pin", section: "edit", keys: ["t"], isEnabled: hasAny, run: togglePin },
];
