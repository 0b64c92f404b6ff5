/** Windows that the points themselves begin and end: so many of them, those without a long gap, those in a state, all. */
import { z } from "zod";
import type { Scalar } from "../functions.ts";
import { savedTally, Tally } from "../tally.ts";
import type { GroupWindow, Mark, WindowContext } from "./window.ts";

export interface PointRule {
  /** Whether the point begins a window when none is open; every point when left out. */
  begins?(mark: Mark): boolean;
  /** Whether the open window has ended before the point. */
  endsBefore?(open: Tally, atMs: number, mark: Mark): boolean;
  /** Whether the window is complete with the point just added. */
  isComplete?(open: Tally, mark: Mark): boolean;
  /** The window is told with every point and never ends. */
  readonly isEndless?: boolean;
  /** A window in which nothing comes for so long has ended. */
  readonly gapMs?: number;
  /** The window lasts until the point that ended it, not until its own last. */
  readonly untilNext?: boolean;
}

export const savedByPoints = z.strictObject({ open: savedTally.nullable(), closedMs: z.number().nullable() });

export class WindowByPoints implements GroupWindow {
  readonly #context: WindowContext;
  readonly #rule: PointRule;
  #open: Tally | undefined;
  /** The last point of the window before. */
  #closedMs = Number.NEGATIVE_INFINITY;

  constructor(context: WindowContext, rule: PointRule, state?: unknown) {
    this.#context = context;
    this.#rule = rule;
    const restored = savedByPoints.safeParse(state).data;
    if (restored === undefined) return;
    if (restored.open !== null) this.#open = Tally.restore(context.tally, restored.open);
    this.#closedMs = restored.closedMs ?? Number.NEGATIVE_INFINITY;
  }

  get nextMs(): number {
    const { gapMs } = this.#rule;
    return gapMs === undefined || this.#open === undefined ? Number.POSITIVE_INFINITY : this.#open.lastMs + gapMs;
  }

  add(atMs: number, value: Scalar, isGood: boolean, isIn: boolean, mark: Mark): string | undefined {
    const rule = this.#rule;
    if (rule.gapMs !== undefined && atMs < this.#closedMs) return "the window it would have been in has ended";
    if (this.#open !== undefined && rule.endsBefore?.(this.#open, atMs, mark) === true) this.#close(atMs);
    if (this.#open === undefined && rule.begins?.(mark) === false) return undefined;
    this.#open ??= new Tally(this.#context.tally);
    this.#open.add(atMs, value, isGood, isIn);
    if (rule.isEndless === true) this.#tell(this.#open, this.#open.lastMs);
    else if (rule.isComplete?.(this.#open, mark) === true) this.#close();
    return undefined;
  }

  note(_atMs: number, what: "missing" | "bad"): void {
    if (this.#open === undefined && this.#rule.begins !== undefined) return;
    this.#open ??= new Tally(this.#context.tally);
    if (what === "missing") this.#open.missing++;
    else this.#open.addBad();
  }

  advance(nowMs: number): void {
    if (this.nextMs <= nowMs) this.#close();
  }

  flush(why: string): void {
    if (this.#open !== undefined && this.#rule.isEndless !== true) this.#close(this.#open.lastMs, why);
  }

  #close(nextMs = Number.NaN, early?: string): void {
    const open = this.#open;
    if (open === undefined) return;
    this.#open = undefined;
    if (open.count === 0) return;
    this.#closedMs = open.lastMs;
    this.#tell(open, this.#rule.untilNext === true && nextMs > open.lastMs ? nextMs : open.lastMs, early);
  }

  #tell(tally: Tally, endMs: number, early?: string): void {
    this.#context.close(tally, { startMs: tally.firstMs, endMs }, early);
  }

  save(): z.infer<typeof savedByPoints> {
    return {
      open: this.#open?.save() ?? null,
      closedMs: Number.isFinite(this.#closedMs) ? this.#closedMs : null,
    };
  }
}
