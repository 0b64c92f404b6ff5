/** Lets commands outside of the canvas move it. */
import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { cardHeightPx, cardWidthPx } from "../state/card-geometry.ts";
import { useEditor } from "../state/editor.ts";

const durationMs = 200;

export function useCanvasHandle(): void {
  const { canvas } = useEditor();
  const flow = useReactFlow();
  useEffect(() => {
    canvas.current = {
      fit: () => void flow.fitView({ padding: 0.08, maxZoom: 1, duration: durationMs }),
      zoomBy: (factor) => void flow.zoomTo(flow.getZoom() * factor, { duration: 100 }),
      centre: (ids) =>
        void flow.fitView({
          nodes: ids.map((id) => ({ id })),
          maxZoom: Math.max(1, flow.getZoom()),
          padding: 0.6,
          duration: durationMs,
        }),
      reveal: (card) => {
        const box = document.querySelector(".canvas")?.getBoundingClientRect() ?? new DOMRect();
        const from = flow.flowToScreenPosition(card);
        const to = flow.flowToScreenPosition({ x: card.x + cardWidthPx, y: card.y + cardHeightPx });
        const isInside = from.x >= box.left && to.x <= box.right && from.y >= box.top && to.y <= box.bottom;
        const middle = { x: card.x + cardWidthPx / 2, y: card.y + cardHeightPx / 2 };
        if (!isInside) void flow.setCenter(middle.x, middle.y, { zoom: flow.getZoom(), duration: durationMs });
      },
      placeOf: flow.screenToFlowPosition,
      middle: () => {
        const box = document.querySelector(".canvas")?.getBoundingClientRect() ?? new DOMRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      },
    };
    return () => {
      canvas.current = undefined;
    };
  }, [canvas, flow]);
}
