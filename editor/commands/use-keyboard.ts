/** The keyboard and clipboard of the whole page. */
import { notifications } from "@mantine/notifications";
import { useEffect } from "react";
import { useT } from "../i18n/messages.ts";
import { clipOf } from "../state/clipboard.ts";
import { useEditor } from "../state/editor.ts";
import { gridPx } from "../state/new-node.ts";
import { matches } from "./command.ts";
import { commands } from "./commands.ts";
import { present, removeSelection, selection } from "./edit-commands.ts";
import { takeIn } from "./flow-commands.ts";

function isTyping(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable=true]") !== null;
}
/** Dialogs and open menus have the keyboard to themselves. */
function isOccupied(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null;
}

export function useKeyboard(): void {
  const editor = useEditor();
  const t = useT();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return;
      const command = commands.find(({ keys = [] }) => keys.some((key) => matches(key, event)));
      if (command === undefined) return takeFocused(event);
      const isFree = !isTyping(event.target) && !isOccupied(event.target);
      if (!isFree && command.everywhere !== true) return;
      // Without a chosen card the arrow keys still scroll lists, and Escape still closes menus.
      if (command.isEnabled?.(editor) === false) return;
      event.preventDefault();
      command.run(editor, t);
    };
    /** Enter on a card that has the focus chooses it; on a note or frame, and on a chosen card, it opens it. */
    const takeFocused = (event: KeyboardEvent) => {
      if (event.key !== "Enter" && event.key !== " ") return;
      const target = event.target instanceof Element ? event.target : null;
      const id = target?.getAttribute("data-id");
      if (target === null || id === undefined || id === null) return;
      event.preventDefault();
      if (target.classList.contains("react-flow__edge")) return editor.documents.select({ wires: new Set([id]) });
      const toEdit = target.querySelector("[data-edit-on-enter]");
      if (toEdit !== null) toEdit.dispatchEvent(new MouseEvent("dblclick", { bubbles: true }));
      else if (selection(editor).nodes.has(id)) document.querySelector<HTMLElement>(".inspector input")?.focus();
      else editor.documents.select({ nodes: new Set([id]) });
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
