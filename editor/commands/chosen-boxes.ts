import type { Box } from "../state/arrange.ts";
import { cardShape } from "../state/card-geometry.ts";
import { currentFlow } from "../state/document.ts";
import type { Editor } from "../state/editor.ts";

/** Where the chosen nodes and notes stand and how large they are. */
export function chosenBoxes({ documents, types }: Editor): Box[] {
  const document = currentFlow(documents.getState())?.history.present;
  const { nodes, boxes } = documents.getState().selection;
  if (document === undefined) return [];
  const chosen = document.nodes.filter(({ id }) => nodes.has(id));
  const cards = chosen.map(({ id, type, config }) => {
    const { width, height } = cardShape(types.get(type), config);
    return { id, width, height, ...(document.layout.nodes[id] ?? { x: 0, y: 0 }) };
  });
  return [...cards, ...document.layout.notes.filter(({ id }) => boxes.has(id))];
}
