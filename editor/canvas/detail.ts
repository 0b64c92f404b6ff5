/** How much of a card is drawn. What could not be read anyway costs nothing: a thousand cards are then a picture. */
import { useStore as useFlowStore } from "@xyflow/react";
import { createContext, useContext, useMemo, useState } from "react";
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";

/** `painted`: all of the flow is one picture, and only the card below the pointer is there to take hold of. */
export type Detail = "near" | "far" | "painted";

/** Below this zoom the small print of a card could not be read anyway. */
const farZoom = 0.5;
/** And below this one it is as large as a word. */
const paintedZoom = 0.35;
/** Flows with fewer cards are always drawn card by card. */
const paintedFrom = 150;

interface Level {
  readonly level: Detail;
  /** Id of the card below the pointer, or that has the focus. */
  readonly awake: StoreApi<string | undefined>;
}

export const DetailContext = createContext<Level>({ level: "near", awake: createStore(() => undefined) });

/** For the flow as a whole, by how far away it is; to be handed to the cards by `DetailContext`. */
export function useLevel(cards: number): Level {
  const isLarge = cards >= paintedFrom;
  const level = useFlowStore(({ transform: [, , zoom], fitViewQueued }): Detail => {
    // Not yet brought into view: a large flow will be far away.
    if (isLarge && (zoom < paintedZoom || fitViewQueued)) return "painted";
    return zoom < farZoom ? "far" : "near";
  });
  const [awake] = useState(() => createStore<string | undefined>(() => undefined));
  return useMemo(() => ({ level, awake }), [level, awake]);
}

/** For one card. */
export function useDetail(id: string): Detail {
  const { level, awake } = useContext(DetailContext);
  const isAwake = useStore(awake, (other) => other === id);
  return level === "painted" && isAwake ? "far" : level;
}
