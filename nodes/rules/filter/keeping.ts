/** Points that a filter keeps for a while: one for each series, let go when its time comes, and saved until then. */
import { z } from "zod";
import type { Trace } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";
import { Deadlines } from "../deadlines.ts";
import { savedPoint, savedTrace } from "../saved-point.ts";
import type { FilterContext } from "./decision.ts";

export interface Kept {
  readonly point: Point;
  readonly trace: Trace;
}

/** With the wall-clock time at which it has to go. */
export const savedKept = z.strictObject({ point: savedPoint, trace: savedTrace, dueMs: z.number() });
type SavedKept = z.infer<typeof savedKept>;

export class Keeping<State> {
  readonly #clock: FilterContext["clock"];
  readonly #delayMs: number;
  readonly #deadlines: Deadlines<State>;
  #restored: { readonly state: State; readonly leftMs: number }[] = [];

  /** `onDue` is called `delayMs` after a state was started, unless it was stopped. */
  constructor({ clock }: Pick<FilterContext, "clock">, delayMs: number, onDue: (state: State) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#deadlines = new Deadlines(clock, delayMs, onDue);
  }

  start(state: State): void {
    this.#deadlines.start(state);
  }
  stop(state: State): void {
    this.#deadlines.stop(state);
  }
  close(): void {
    this.#deadlines.close();
  }

  save(state: State, kept: Kept | undefined): { kept?: SavedKept } {
    const leftMs = this.#deadlines.leftMs(state);
    return kept === undefined || leftMs === undefined ? {} : { kept: { ...kept, dueMs: this.#clock.now() + leftMs } };
  }

  /** The state itself, to be started by `begin` for what is left of its time. */
  restore(state: State, saved: SavedKept | undefined): State {
    if (saved !== undefined) {
      const leftMs = Math.min(this.#delayMs, Math.max(0, saved.dueMs - this.#clock.now()));
      this.#restored.push({ state, leftMs });
    }
    return state;
  }

  /** To be called once all are restored. */
  begin(): void {
    for (const { state, leftMs } of this.#restored.sort((a, b) => a.leftMs - b.leftMs))
      this.#deadlines.start(state, leftMs);
    this.#restored = [];
  }
}
