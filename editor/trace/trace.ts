/** The message that is being followed: where it went, as the gateway remembers it. Nothing of it is in the document. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { TraceHop } from "../../server/api/contract.ts";
import { nodeKey } from "../state/live.ts";
import { pathOf, type TracePath, type Visit } from "./path.ts";

/** Sinks take what they get in batches: what they received is asked for once more. */
const againMs = 1_000;

export interface FollowedTrace {
  readonly id: string;
  /** `device/key` of the one that is followed; empty for all. */
  readonly series: string;
  readonly state: "asking" | "known" | "unknown";
  /** Why the gateway did not answer; empty when it did. */
  readonly problem: string;
  readonly path: TracePath;
  /** By node key. */
  readonly visits: ReadonlyMap<string, Visit>;
}

export interface TraceState {
  readonly followed: FollowedTrace | undefined;
}

export interface Traces extends StoreApi<TraceState> {
  /** `known`: the hops one has seen oneself, in case the gateway has forgotten it. */
  follow(id: string, series: string, known: readonly TraceHop[]): void;
  choose(series: string): void;
  stop(): void;
}

export function createTraces(ask: (id: string) => Promise<readonly TraceHop[]>): Traces {
  const store = createStore<TraceState>(() => ({ followed: undefined }));
  let hops: readonly TraceHop[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;

  const show = (id: string, series: string, state: FollowedTrace["state"], problem = "") => {
    const path = pathOf(hops, series);
    const visits = new Map(path.visits.map((visit) => [nodeKey(visit.flow, visit.node), visit]));
    store.setState({ followed: { id, series, state, problem, path, visits } });
  };
  const take = async (id: string) => {
    try {
      const found = await ask(id);
      const { followed } = store.getState();
      if (followed?.id !== id) return;
      if (found.length >= hops.length) hops = found;
      show(id, followed.series, found.length === 0 ? "unknown" : "known");
    } catch (error) {
      const { followed } = store.getState();
      if (followed?.id === id) show(id, followed.series, "unknown", error instanceof Error ? error.message : "");
    }
  };
  return {
    ...store,
    follow(id, series, known) {
      clearTimeout(timer);
      hops = known;
      show(id, series, "asking");
      void take(id);
      timer = setTimeout(() => void take(id), againMs);
    },
    choose(series) {
      const { followed } = store.getState();
      if (followed !== undefined) show(followed.id, series, followed.state, followed.problem);
    },
    stop() {
      clearTimeout(timer);
      store.setState({ followed: undefined });
    },
  };
}
