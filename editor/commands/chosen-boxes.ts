import type { Box } from "../state/arrange.ts";
import { currentFlow } from "../state/document.ts";
import type { Editor } from "../state/editor.ts";
import { cardHeightPx, cardWidthPx } from "../state/new-node.ts";

/** Where the chosen nodes and notes stand and how large they are. */
export function chosenBoxes({ documents, canvas }: Editor): Box[] {
  const document = currentFlow(documents.getState())?.history.present;
  const { nodes, boxes } = documents.getState().selection;
  if (document === undefined) return [];
  const cards = [...nodes].flatMap((id) => {
    const at = document.layout.nodes[id] ?? { x: 0, y: 0 };
    const size = canvas.current?.sizeOf(id) ?? { width: cardWidthPx, height: cardHeightPx };
    return { id, ...at, ...size };
  });
  return [...cards, ...document.layout.notes.filter(({ id }) => boxes.has(id))];
}
