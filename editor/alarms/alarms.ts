/** How many alarms there are, as the gateway told last. The lists themselves are asked for while they are looked at. */
import { createStore, type StoreApi } from "zustand/vanilla";
import type { AlarmCounts } from "../../server/api/contract.ts";

export interface AlarmsState {
  readonly counts: AlarmCounts;
  /** Goes up whenever something happened to alarms. */
  readonly changes: number;
}

export interface Alarms extends StoreApi<AlarmsState> {
  take(counts: AlarmCounts): void;
}

export function createAlarms(): Alarms {
  const store = createStore<AlarmsState>(() => ({
    counts: { active: 0, unacknowledged: 0, activeUnacknowledged: 0, shelved: 0 },
    changes: 0,
  }));
  return { ...store, take: (counts) => store.setState(({ changes }) => ({ counts, changes: changes + 1 })) };
}
