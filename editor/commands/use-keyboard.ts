/** The keyboard and clipboard of the whole page. */
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useT } from "../i18n/messages.ts";
import { clipOf } from "../state/clipboard.ts";
import { useEditor } from "../state/editor.ts";
import type { Parts } from "../state/edits.ts";
import { gridPx } from "../state/new-node.ts";
import { matches } from "./command.ts";
import { commands } from "./commands.ts";
import { onlyNode, present, removeSelection, selection } from "./edit-commands.ts";
import { takeIn } from "./flow-commands.ts";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}
/** Dialogs and open menus have the keyboard to themselves. */
function isOccupied(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

function isInSide(target: EventTarget | null): boolean {
  return isTyping(target) && target instanceof Element && target.closest(".side") !== null;
}

function toggled(chosen: Parts, id: string): Parts {
  const nodes = new Set(chosen.nodes);
  if (!nodes.delete(id)) nodes.add(id);
  return { ...chosen, nodes };
}

export function useKeyboard(): void {
  const editor = useEditor();
  const t = useT();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      if (event.key === "Escape" && isInSide(event.target)) return leaveSide(event);
      const command = commands.find(({ keys = [] }) => keys.some((key) => matches(key, event)));
      if (command === undefined) return takeFocused(event);
      const isFree = !isTyping(event.target) && !isOccupied(event.target);
      if (!isFree && command.everywhere !== true) return;
      // Without a chosen card the arrow keys still scroll lists, and Escape still closes menus.
      if (command.isEnabled?.(editor) === false) return;
      event.preventDefault();
      command.run(editor, t);
    };
    /** Back from the form to the card it is about. */
    const leaveSide = (event: KeyboardEvent) => {
      event.preventDefault();
      const id = onlyNode(editor)?.id;
      if (event.target instanceof HTMLElement) event.target.blur();
      if (id !== undefined)
        document.querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)?.focus();
    };
    /**
     * Enter on a card that has the focus chooses it; on a note or frame, and on a chosen card, it opens it. The space
     * bar adds to what is chosen, or takes away.
     */
    const takeFocused = (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      const target = event.target instanceof Element ? event.target : null;
      const id = target?.getAttribute("data-id");
      if (event.key === "Enter" && target === document.body && onlyNode(editor) !== undefined) return openForm(event);
      if (target === null || id === undefined || id === null) return;
      event.preventDefault();
      if (target.classList.contains("react-flow__edge")) return editor.documents.select({ wires: new Set([id]) });
      const toEdit = target.querySelector("[data-edit-on-enter]");
      if (toEdit !== null) toEdit.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
      else if (event.key === " ") editor.documents.select(toggled(selection(editor), id));
      else if (selection(editor).nodes.has(id)) openForm(event);
      else editor.documents.select({ nodes: new Set([id]) });
    };
    const openForm = (event: KeyboardEvent) => {
      event.preventDefault();
      document.querySelector<HTMLElement>(".inspector input")?.focus();
    };

    const copy = (event: ClipboardEvent): boolean => {
      const flow = present(editor);
      if (flow === undefined || isTyping(event.target) || window.getSelection()?.isCollapsed === false) return false;
      const { nodes, boxes } = selection(editor);
      if (nodes.size + boxes.size === 0) return false;
      event.clipboardData?.setData("text/plain", JSON.stringify(clipOf(flow, selection(editor)), null, 2));
      event.preventDefault();
      return true;
    };
    const onCopy = (event: ClipboardEvent) => {
      copy(event);
    };
    const onCut = (event: ClipboardEvent) => {
      if (copy(event)) removeSelection(editor);
    };
    const onPaste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (isTyping(event.target) || isOccupied(event.target) || text === "") return;
      event.preventDefault();
      const canvas = editor.canvas.current;
      const at = canvas?.placeOf(pointer === undefined ? canvas.middle() : pointer);
      if (!takeIn(editor, t, text, at && { x: at.x - gridPx, y: at.y - gridPx }))
        notifications.show({ message: t("paste.notOurs"), color: "yellow" });
    };

    /** Where the mouse is over the canvas: what is pasted appears there. */
    let pointer: { x: number; y: number } | undefined;
    const onPointerMove = (event: PointerEvent) => {
      const over = event.target instanceof Element && event.target.closest(".canvas") !== null;
      pointer = over ? { x: event.clientX, y: event.clientY } : undefined;
    };

    const ends = new AbortController();
    const { signal } = ends;
    window.addEventListener("keydown", onKeyDown, { signal });
    window.addEventListener("pointermove", onPointerMove, { signal, passive: true });
    window.addEventListener("copy", onCopy, { signal });
    window.addEventListener("cut", onCut, { signal });
    window.addEventListener("paste", onPaste, { signal });
    return () => ends.abort();
  }, [editor, t]);
}
