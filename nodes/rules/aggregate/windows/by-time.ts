/** Tumbling, hopping and calendar windows: made of panes, each of which is tallied once, whatever windows it is in. */
import { z } from "zod";
import type { Scalar } from "../functions.ts";
import { type Held, savedHeld, savedTally, Tally } from "../tally.ts";
import type { Grid } from "./grid.ts";
import type { GroupWindow, WindowContext } from "./window.ts";

/** What is sent for a window without a point. */
export type EmptyWindows = "none" | "null" | "previous";

export const noPoints = "no points in this window";

/** So many empty windows in a row are told, and no more when time jumps. */
const mostEmpty = 1_000;

interface Pane {
  readonly startMs: number;
  readonly endMs: number;
  readonly tally: Tally;
}

export const savedByTime = z.strictObject({
  /** End of the first window that is not closed; null before the first point. */
  endMs: z.number().nullable(),
  panes: z.array(z.strictObject({ startMs: z.number(), endMs: z.number(), tally: savedTally })),
  held: savedHeld.optional(),
  previous: savedTally.optional(),
});

export class WindowsByTime implements GroupWindow {
  readonly #context: WindowContext;
  readonly #grid: Grid;
  readonly #empty: EmptyWindows;
  /** In order of time; the last is nearly always the one that points go to. */
  #panes: Pane[] = [];
  #endMs = Number.NaN;
  /** The newest point. */
  #held: Held | undefined;
  /** The last window that had points. */
  #previous: Tally | undefined;
  #early: string | undefined;

  constructor(context: WindowContext, grid: Grid, empty: EmptyWindows, state?: unknown) {
    this.#context = context;
    this.#grid = grid;
    this.#empty = empty;
    const restored = savedByTime.safeParse(state).data;
    if (restored === undefined) return;
    const { tally } = context;
    this.#endMs = restored.endMs ?? Number.NaN;
    this.#panes = restored.panes.map((pane) => ({ ...pane, tally: Tally.restore(tally, pane.tally) }));
    this.#held = restored.held;
    if (restored.previous !== undefined) this.#previous = Tally.restore(tally, restored.previous);
  }

  get nextMs(): number {
    return this.#panes.length > 0 || this.#empty !== "none" ? this.#endMs : Number.POSITIVE_INFINITY;
  }

  add(atMs: number, value: Scalar, isGood: boolean, isIn: boolean): string | undefined {
    const tally = this.#tallyAt(atMs);
    if (tally === undefined) return `its window has ended: ${iso(this.#grid.firstEnd(atMs))}`;
    tally.add(atMs, value, isGood, isIn);
    return undefined;
  }

  note(atMs: number, what: "missing" | "bad"): void {
    const tally = this.#tallyAt(atMs);
    if (tally === undefined) return;
    if (what === "missing") tally.missing++;
    else tally.addBad();
  }

  /** The tally of the pane that a time is in, `undefined` when all windows of that pane are closed. */
  #tallyAt(atMs: number): Tally | undefined {
    const newest = this.#panes.at(-1);
    if (newest !== undefined && atMs >= newest.startMs && atMs < newest.endMs) return newest.tally;
    if (Number.isNaN(this.#endMs)) this.#endMs = this.#grid.firstEnd(atMs);
    else if (this.#panes.length === 0 && this.#empty === "none") {
      // Nothing was open, so the next window to close is the first with a point.
      this.#endMs = Math.max(this.#endMs, this.#grid.firstEnd(atMs));
    }
    const { startMs, endMs } = this.#grid.pane(atMs);
    if (endMs <= this.#grid.start(this.#endMs)) return undefined;
    const index = this.#panes.findLastIndex((pane) => pane.startMs <= startMs);
    const found = this.#panes[index];
    if (found?.startMs === startMs) return found.tally;
    // Points by order come in order, so what is held is what held when a new pane begins.
    const before = this.#context.tally.byOrder ? this.#newestHeld() : undefined;
    const tally = new Tally(this.#context.tally, before);
    this.#panes.splice(index + 1, 0, { startMs, endMs, tally });
    return tally;
  }

  #newestHeld(): Held | undefined {
    for (const { tally } of this.#panes.toReversed()) if (tally.count > 0) return tally.held();
    return this.#held;
  }

  advance(nowMs: number): void {
    let empties = 0;
    while (this.#endMs <= nowMs && this.nextMs <= nowMs) {
      const startMs = this.#grid.start(this.#endMs);
      const inside = this.#panes.filter((pane) => pane.startMs < this.#endMs && pane.startMs >= startMs);
      if (inside.length > 0) this.#close(inside, startMs);
      else if (this.#empty !== "none" && empties++ < mostEmpty) this.#closeEmpty(startMs);
      else if (this.#empty !== "none") {
        this.#endMs = this.#grid.firstEnd(nowMs);
        break;
      }
      this.#step();
    }
  }

  /** On to the next window, past those that can have no points. */
  #step(): void {
    const next = this.#grid.nextEnd(this.#endMs);
    const keepFromMs = this.#grid.start(next);
    while (this.#panes[0] !== undefined && this.#panes[0].endMs <= keepFromMs) {
      const gone = this.#panes.shift() as Pane;
      this.#held = gone.tally.held() ?? this.#held;
    }
    const [first] = this.#panes;
    const jumps = this.#empty === "none" && first !== undefined && this.#grid.firstEnd(first.startMs) > next;
    this.#endMs = jumps ? this.#grid.firstEnd(first.startMs) : next;
  }

  #close(panes: readonly Pane[], startMs: number): void {
    const span = { startMs, endMs: this.#endMs };
    const [first, ...more] = panes;
    if (first === undefined) return;
    let { tally } = first;
    if (more.length > 0) {
      tally = new Tally(this.#context.tally, tally.before);
      for (const pane of panes) tally.merge(pane.tally);
    }
    if (this.#empty === "previous") this.#previous = tally;
    this.#context.close(tally, span, this.#early);
  }

  #closeEmpty(startMs: number): void {
    const nothing = new Tally(this.#context.tally);
    const tally = this.#empty === "previous" ? (this.#previous ?? nothing) : nothing;
    this.#context.close(tally, { startMs, endMs: this.#endMs }, noPoints);
  }

  flush(why: string): void {
    const newest = this.#panes.at(-1);
    this.#early = why;
    if (newest !== undefined) this.advance(this.#grid.firstEnd(newest.startMs));
    this.#early = undefined;
    this.#panes = [];
    this.#endMs = Number.NaN;
  }

  save(): z.infer<typeof savedByTime> {
    return {
      endMs: Number.isNaN(this.#endMs) ? null : this.#endMs,
      panes: this.#panes.map(({ startMs, endMs, tally }) => ({ startMs, endMs, tally: tally.save() })),
      ...(this.#held === undefined ? {} : { held: this.#held }),
      ...(this.#previous === undefined ? {} : { previous: this.#previous.save() }),
    };
  }
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
