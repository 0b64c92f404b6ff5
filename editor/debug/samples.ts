/** What the Debug drawer shows: the latest messages of tapped nodes and errors. Apart from the document, and bounded. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { Activity, RuntimeError, TapSample } from "../../server/api/contract.ts";

/** Entries that are kept. */
export const capacity = 2_000;

export type DebugEntry = { readonly id: number } & (
  | ({ readonly kind: "message" } & TapSample)
  | ({ readonly kind: "error" } & RuntimeError)
);

export interface SamplesState {
  /** Oldest first; while paused, as they stood when the person began to read. */
  readonly entries: readonly DebugEntry[];
  readonly paused: boolean;
  /** Entries that have come in since it was paused. */
  readonly waiting: number;
  /** Messages the feed left out since the last `clear`, because there were more than a person reads. */
  readonly skipped: number;
}

export interface Samples extends StoreApi<SamplesState> {
  push(activity: Pick<Activity, "samples" | "errors" | "skipped">): void;
  /** Holds what is shown still. What comes in is kept behind it, within the same bound. */
  pause(): void;
  resume(): void;
  clear(): void;
}

const nothing: SamplesState = { entries: [], paused: false, waiting: 0, skipped: 0 };

export function createSamples(): Samples {
  const store = createStore<SamplesState>(() => nothing);
  let latest: readonly DebugEntry[] = [];
  let lastId = 0;

  return {
    ...store,
    push({ samples, errors, skipped }) {
      const count = samples.length + errors.length;
      if (count === 0 && skipped === 0) return;
      const added: DebugEntry[] = [
        ...samples.map((sample) => ({ id: ++lastId, kind: "message" as const, ...sample })),
        ...errors.map((error) => ({ id: ++lastId, kind: "error" as const, ...error })),
      ];
      if (errors.length > 0) added.sort((a, b) => a.atMs - b.atMs);
      if (count > 0) latest = [...latest, ...added].slice(-capacity);
      store.setState((state) => ({
        entries: state.paused ? state.entries : latest,
        waiting: state.paused ? state.waiting + count : 0,
        skipped: state.skipped + skipped,
      }));
    },
    pause() {
      if (!store.getState().paused) store.setState({ paused: true, waiting: 0 });
    },
    resume() {
      store.setState({ paused: false, waiting: 0, entries: latest });
    },
    clear() {
      latest = [];
      store.setState({ entries: [], waiting: 0, skipped: 0 });
    },
  };
}
