/** Dragging cards: one step of the history for the whole drag, and a splice when a loose card is dropped on a wire. */
import { type OnNodeDrag, useReactFlow } from "@xyflow/react";
import { useCallback, useMemo, useRef } from "react";
import type { FlowDocument, FlowWire } from "../../server/api/contract.ts";
import { regroup } from "../state/arrange.ts";
import { currentFlow } from "../state/document.ts";
import { useEditor } from "../state/editor.ts";
import { type Place, place } from "../state/edits.ts";
import { splice, wireId } from "../state/wiring.ts";
import type { DrawnNode, DrawnWire } from "./drawn.ts";

/** The wire that is drawn at a point of the screen. */
export function wireUnder(screen: Place, { wires }: FlowDocument): FlowWire | undefined {
  for (const element of window.document.elementsFromPoint(screen.x, screen.y)) {
    const id = element.closest(".react-flow__edge")?.getAttribute("data-id");
    const found = id === undefined || id === null ? undefined : wires.find((wire) => wireId(wire) === id);
    if (found !== undefined) return found;
  }
  return undefined;
}

export function useMoving() {
  const { documents } = useEditor();
  const flow = useReactFlow<DrawnNode, DrawnWire>();
  const marked = useRef<Element>(null);

  /** Shows which wire the card would be put into. */
  const mark = useCallback((wire: FlowWire | undefined) => {
    const id = wire && wireId(wire);
    const next =
      id === undefined ? null : window.document.querySelector(`.react-flow__edge[data-id="${CSS.escape(id)}"]`);
    if (next === marked.current) return;
    marked.current?.classList.remove("splicing");
    next?.classList.add("splicing");
    marked.current = next;
  }, []);

  return useMemo(() => {
    /** The wire below the middle of the only card that is dragged, if that card has no wires yet and fits in. */
    const spliceTarget = (dragged: readonly DrawnNode[]) => {
      const [only] = dragged;
      const document = currentFlow(documents.getState())?.history.present;
      if (only?.type !== "card" || dragged.length > 1 || document === undefined) return undefined;
      if (document.wires.some(({ from, to }) => from === only.id || to === only.id)) return undefined;
      const { width = 0, height = 0 } = only.measured ?? {};
      const middle = { x: only.position.x + width / 2, y: only.position.y + height / 2 };
      const into = wireUnder(flow.flowToScreenPosition(middle), document);
      return into !== undefined && splice(document, only.data.node, into) !== undefined ? into : undefined;
    };
    const onNodeDrag: OnNodeDrag<DrawnNode> = (_, __, dragged) => mark(spliceTarget(dragged));
    const onNodeDragStop: OnNodeDrag<DrawnNode> = (_, __, dragged) => {
      const into = spliceTarget(dragged);
      mark(undefined);
      const moved = new Map(dragged.map(({ id, position }) => [id, position]));
      for (const node of dragged)
        if (node.type === "group")
          for (const id of node.data.group.nodes) {
            const member = moved.has(id) ? undefined : flow.getNode(id);
            if (member !== undefined) moved.set(id, member.position);
          }
      documents.edit("step.move", (document) => {
        const [only] = dragged;
        const placed = place(document, moved);
        const grouped = dragged.some(({ type }) => type === "group") ? placed : regroup(placed, new Set(moved.keys()));
        if (into === undefined || only?.type !== "card") return grouped;
        return splice(grouped, only.data.node, into) ?? grouped;
      });
    };
    return {
      mark,
      handlers: {
        onNodeDrag,
        onNodeDragStop,
        onSelectionDragStop: (event: React.MouseEvent, dragged: DrawnNode[]) => {
          const [first] = dragged;
          if (first !== undefined) onNodeDragStop(event.nativeEvent, first, dragged);
        },
      },
    };
  }, [documents, flow, mark]);
}
