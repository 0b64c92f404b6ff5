/** What is known of the points of one window, or of one part of it. Grows with neither their number nor their time. */
import { z } from "zod";
import type { Scalar, Span } from "./functions.ts";
import { Moments } from "./moments.ts";
import { type Quantiles, WindowQuantiles } from "./quantiles.ts";

export interface TallyOptions {
  /** Whether the times between points matter; they then have to come in order. */
  readonly byOrder: boolean;
  /** Between two points the value is on the line between them; else the first holds until the second. */
  readonly onLine: boolean;
  /** How many values are kept for percentiles and outliers; 0 = none is asked for. */
  readonly keptValues: number;
  readonly upper: number;
  readonly lower: number;
}

/** The last point before a window: what held when it began. */
export interface Held {
  readonly atMs: number;
  readonly value: Scalar;
  readonly isIn: boolean;
}

export class Tally {
  readonly #options: TallyOptions;
  count = 0;
  good = 0;
  bad = 0;
  missing = 0;
  sum = 0;
  min = Number.POSITIVE_INFINITY;
  max = Number.NEGATIVE_INFINITY;
  above = 0;
  below = 0;
  first: Scalar = null;
  firstMs = 0;
  last: Scalar = null;
  lastMs = 0;
  readonly moments = new Moments();
  /** Of the differences from one value to the next. */
  readonly steps: Moments;
  /** What held when the window began. */
  before: Held | undefined;
  quantiles: Quantiles | undefined;
  #areaMs = 0;
  #inStateMs = 0;
  #lastIsIn = false;

  constructor(options: TallyOptions, before?: Held) {
    this.#options = options;
    this.before = before;
    this.steps = options.byOrder ? new Moments() : noSteps;
    if (options.keptValues > 0) this.quantiles = new WindowQuantiles(options.keptValues);
  }

  /** `isIn`: whether the point is in the state whose time is counted. */
  add(atMs: number, value: Scalar, isGood: boolean, isIn: boolean): void {
    if (isGood) this.good++;
    else this.bad++;
    if (this.#options.byOrder) this.#addTime(atMs, value);
    if (this.count++ === 0) {
      this.first = this.last = value;
      this.firstMs = this.lastMs = atMs;
      this.#lastIsIn = isIn;
    } else if (atMs >= this.lastMs) {
      this.last = value;
      this.lastMs = atMs;
      this.#lastIsIn = isIn;
    } else if (atMs < this.firstMs) {
      this.first = value;
      this.firstMs = atMs;
    }
    if (typeof value === "number") this.#addNumber(value);
  }

  #addNumber(value: number): void {
    const { upper, lower } = this.#options;
    this.sum += value;
    this.moments.add(value);
    if (value < this.min) this.min = value;
    if (value > this.max) this.max = value;
    if (value > upper) this.above++;
    else if (value < lower) this.below++;
    this.quantiles?.add(value);
  }

  #addTime(atMs: number, value: Scalar): void {
    const gapMs = atMs - this.lastMs;
    if (this.count === 0 || gapMs < 0) return;
    if (this.#lastIsIn) this.#inStateMs += gapMs;
    if (typeof value !== "number" || typeof this.last !== "number") return;
    this.steps.add(value - this.last);
    this.#areaMs += this.#between(this.last, value) * gapMs;
  }

  /** The mean value between two points. */
  #between(one: number, next: number): number {
    return this.#options.onLine ? (one + next) / 2 : one;
  }

  /** Counts a point of bad quality whose value does not count. */
  addBad(): void {
    this.bad++;
  }

  /** Takes back the oldest point, which is followed by `next`. Least and greatest value and quantiles are the caller's. */
  removeOldest(value: Scalar, isGood: boolean, isIn: boolean, next: { atMs: number; value: Scalar }): void {
    const { upper, lower, byOrder } = this.#options;
    if (isGood) this.good--;
    else this.bad--;
    this.count--;
    const gapMs = next.atMs - this.firstMs;
    this.first = next.value;
    this.firstMs = next.atMs;
    if (byOrder && isIn) this.#inStateMs -= gapMs;
    if (typeof value !== "number") return;
    this.sum -= value;
    this.moments.remove(value);
    if (value > upper) this.above--;
    else if (value < lower) this.below--;
    if (!byOrder || typeof next.value !== "number") return;
    this.steps.remove(next.value - value);
    this.#areaMs -= this.#between(value, next.value) * gapMs;
  }

  /** Adds the part of the window that comes next. */
  merge(next: Tally): void {
    this.good += next.good;
    this.bad += next.bad;
    this.missing += next.missing;
    if (next.count === 0) return;
    if (this.#options.byOrder) this.#addTime(next.firstMs, next.first);
    this.steps.merge(next.steps);
    this.#areaMs += next.#areaMs;
    this.#inStateMs += next.#inStateMs;
    if (this.count === 0 || next.firstMs < this.firstMs) {
      this.first = next.first;
      this.firstMs = next.firstMs;
    }
    if (this.count === 0 || next.lastMs >= this.lastMs) {
      this.last = next.last;
      this.lastMs = next.lastMs;
      this.#lastIsIn = next.#lastIsIn;
    }
    this.count += next.count;
    this.sum += next.sum;
    this.moments.merge(next.moments);
    this.min = Math.min(this.min, next.min);
    this.max = Math.max(this.max, next.max);
    this.above += next.above;
    this.below += next.below;
    if (next.quantiles !== undefined) this.quantiles?.merge(next.quantiles);
  }

  /** What holds after the last point, for the window that follows. */
  held(): Held | undefined {
    return this.count === 0 ? undefined : { atMs: this.lastMs, value: this.last, isIn: this.#lastIsIn };
  }

  get avg(): number {
    const { count, mean } = this.moments;
    if (count === 0) return Number.NaN;
    // The sum of a few numbers is exact where the running mean is not; of very large ones it is infinite.
    return Number.isFinite(this.sum) ? this.sum / count : mean;
  }
  get variance(): number {
    return this.moments.variance;
  }
  get firstNumber(): number {
    return typeof this.first === "number" ? this.first : Number.NaN;
  }
  get change(): number {
    return (typeof this.last === "number" ? this.last : Number.NaN) - this.firstNumber;
  }
  /** Of values that are null or not numbers, among all; null when there were none. */
  get missingShare(): number | null {
    const all = this.count + this.missing;
    return all === 0 ? null : this.missing / all;
  }
  quantile(q: number): number {
    return this.quantiles?.at(q) ?? Number.NaN;
  }
  outliers(deviations: number): number {
    const reach = deviations * Math.sqrt(this.variance);
    if (this.quantiles === undefined || Number.isNaN(reach)) return 0;
    return this.quantiles.countOutside(this.moments.mean - reach, this.moments.mean + reach);
  }

  /** Value × milliseconds over the span, from its start when it is known what held then, else from the first point on. */
  area({ startMs, endMs }: Span): number {
    const { before, first, firstMs, last, lastMs } = this;
    if (typeof first !== "number" || typeof last !== "number") return Number.NaN;
    let areaMs = this.#areaMs + last * (endMs - lastMs);
    if (typeof before?.value === "number") {
      const { onLine } = this.#options;
      const gapMs = firstMs - before.atMs;
      const share = onLine && gapMs > 0 ? (startMs - before.atMs) / gapMs : 0;
      const atStart = before.value + (first - before.value) * share;
      areaMs += this.#between(atStart, first) * (firstMs - startMs);
    }
    return areaMs;
  }
  timeWeighted(span: Span): number {
    const coveredMs = span.endMs - (this.before === undefined ? this.firstMs : span.startMs);
    return coveredMs > 0 ? this.area(span) / coveredMs : this.avg;
  }
  stateMs({ startMs, endMs }: Span): number {
    if (this.count === 0) return 0;
    const begins = this.before?.isIn === true ? this.firstMs - startMs : 0;
    return begins + this.#inStateMs + (this.#lastIsIn ? endMs - this.lastMs : 0);
  }

  save(): SavedTally {
    const { moments, steps, before } = this;
    const hasNumbers = moments.count > 0;
    return {
      n: [
        this.count,
        this.good,
        this.bad,
        this.missing,
        this.sum,
        hasNumbers ? this.min : 0,
        hasNumbers ? this.max : 0,
        this.above,
        this.below,
        this.firstMs,
        this.lastMs,
        ...[moments.count, moments.mean, moments.m2],
        ...[steps.count, steps.mean, steps.m2],
        ...[this.#areaMs, this.#inStateMs, this.#lastIsIn ? 1 : 0],
      ],
      first: this.first,
      last: this.last,
      ...(before === undefined ? {} : { before }),
      ...(this.quantiles === undefined ? {} : { q: this.quantiles.save() }),
    };
  }

  static restore(options: TallyOptions, { n, first, last, before, q }: SavedTally): Tally {
    const tally = new Tally(options, before);
    const at = (index: number) => n[index] ?? 0;
    tally.count = at(0);
    tally.good = at(1);
    tally.bad = at(2);
    tally.missing = at(3);
    tally.sum = at(4);
    if (at(11) > 0) {
      tally.min = at(5);
      tally.max = at(6);
    }
    tally.above = at(7);
    tally.below = at(8);
    tally.firstMs = at(9);
    tally.lastMs = at(10);
    Object.assign(tally.moments, { count: at(11), mean: at(12), m2: at(13) });
    if (options.byOrder) Object.assign(tally.steps, { count: at(14), mean: at(15), m2: at(16) });
    tally.#areaMs = at(17);
    tally.#inStateMs = at(18);
    tally.#lastIsIn = at(19) === 1;
    tally.first = first;
    tally.last = last;
    if (options.keptValues > 0) tally.quantiles = new WindowQuantiles(options.keptValues, q);
    return tally;
  }
}

/** Shared by all tallies that do not count steps, and never added to. */
const noSteps = new Moments();

const scalar = z.union([z.number(), z.string(), z.boolean(), z.null()]);
export const savedHeld = z.strictObject({ atMs: z.number(), value: scalar, isIn: z.boolean() });
export const savedTally = z.strictObject({
  n: z.array(z.number()).length(20),
  first: scalar,
  last: scalar,
  before: savedHeld.optional(),
  q: z
    .union([z.strictObject({ values: z.array(z.number()) }), z.strictObject({ centroids: z.array(z.number()) })])
    .optional(),
});
export type SavedTally = z.infer<typeof savedTally>;
