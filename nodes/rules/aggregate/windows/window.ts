/** What all kinds of windows have in common. A group has one object of its kind, which holds all its open windows. */
import type { Point } from "../../../contract/point.ts";
import type { Scalar, Span } from "../functions.ts";
import type { Tally, TallyOptions } from "../tally.ts";

export interface WindowContext {
  readonly tally: TallyOptions;
  /** A window is complete; `early` says why it is not, when it had to end before its time. */
  close(tally: Tally, span: Span, early?: string): void;
}

/** What a point means for a window that lasts as long as a state. */
export type Mark = "begins" | "ends" | "neither";

export interface GroupWindow {
  /** Answers why the point comes too late, when it does. What it completes is closed before it returns. */
  add(atMs: number, value: Scalar, isGood: boolean, isIn: boolean, mark: Mark): string | undefined;
  /** Counts a point without its value. */
  note(atMs: number, what: "missing" | "bad"): void;
  /** Time has come to `nowMs` for this group: closes what ends at or before. */
  advance(nowMs: number): void;
  /** When `advance` has something to do; infinity when time alone closes nothing. */
  readonly nextMs: number;
  /** Closes what is open, since the group has to go. */
  flush(why: string): void;
  /** Plain JSON. */
  save(): unknown;
}

/** One kind of window with its settings. */
export interface WindowKind {
  /** As in `iot.aggregated.{window}.{function}`: `5m`, `count_10`, `cumulative`. */
  readonly name: string;
  /** As on the card: `every 5 min`. */
  readonly line: string;
  /**
   * `time`: windows end as time goes on, and points may come out of order. `order`: a point older than the one before is
   * late. `arrival`: points count as they come.
   */
  readonly goesBy: "time" | "order" | "arrival";
  /** For windows that go by a state. */
  mark?(point: Point): Mark;
  /** `saved` is what `save` answered, as far as its shape fits. */
  create(context: WindowContext, saved?: unknown): GroupWindow;
}
