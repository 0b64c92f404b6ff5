/** The last so many points, or those of the last so much time, with every point anew. */
import { z } from "zod";
import type { Scalar } from "../functions.ts";
import { countOutside, firstAtLeast, type Quantiles, quantile } from "../quantiles.ts";
import { type Held, savedHeld, Tally } from "../tally.ts";
import type { GroupWindow, WindowContext } from "./window.ts";

export interface SlidingLimits {
  /** Points older than this before the newest leave; infinity for a window of points. */
  readonly sizeMs: number;
  /** At most so many points. */
  readonly points: number;
  /** Told with every so many points, once there are `points` of them where only they limit the window. */
  readonly step: number;
}

interface Kept {
  readonly atMs: number;
  readonly value: Scalar;
  readonly isGood: boolean;
  readonly isIn: boolean;
}

export const savedSliding = z.strictObject({
  points: z.array(
    z.tuple([z.number(), savedHeld.shape.value, z.union([z.literal(0), z.literal(1), z.literal(2), z.literal(3)])]),
  ),
  sinceTold: z.number(),
  missing: z.array(z.number()),
  held: savedHeld.optional(),
});

export class SlidingWindow implements GroupWindow {
  readonly #context: WindowContext;
  readonly #limits: SlidingLimits;
  /** From `#head` on; what is before has left. */
  #points: Kept[] = [];
  #head = 0;
  #tally: Tally;
  #held: Held | undefined;
  /** Times of points without a value. */
  #missing: number[] = [];
  readonly #least = new Extremes((value, other) => value <= other);
  readonly #greatest = new Extremes((value, other) => value >= other);
  readonly #sorted: SortedValues | undefined;
  #removed = 0;
  #sinceTold = 0;
  readonly nextMs = Number.POSITIVE_INFINITY;

  constructor(context: WindowContext, limits: SlidingLimits, state?: unknown) {
    this.#context = context;
    this.#limits = limits;
    this.#sorted = context.tally.keptValues > 0 ? new SortedValues() : undefined;
    const restored = savedSliding.safeParse(state).data;
    this.#held = restored?.held;
    this.#tally = this.#fresh();
    this.#tally.quantiles = this.#sorted;
    if (restored === undefined) return;
    for (const [atMs, value, flags] of restored.points) this.#append(atMs, value, (flags & 1) === 1, (flags & 2) === 2);
    this.#sinceTold = restored.sinceTold;
    this.#missing = restored.missing;
  }

  add(atMs: number, value: Scalar, isGood: boolean, isIn: boolean): string | undefined {
    const newest = this.#points.at(-1);
    if (newest !== undefined && atMs < newest.atMs) return "it is older than the newest point of its window";
    while (this.#size > 0 && (this.#at(0).atMs <= atMs - this.#limits.sizeMs || this.#size >= this.#limits.points))
      this.#removeOldest();
    this.#append(atMs, value, isGood, isIn);
    const isByCount = this.#limits.sizeMs === Number.POSITIVE_INFINITY;
    if (++this.#sinceTold >= this.#limits.step && (!isByCount || this.#size === this.#limits.points)) this.#tell();
    return undefined;
  }

  note(atMs: number, what: "missing" | "bad"): void {
    // A point of bad quality whose value does not count is as good as none here: what is good is known point by point.
    if (what === "missing" && this.#missing.length < this.#limits.points) this.#missing.push(atMs);
  }

  advance(): void {}

  flush(why: string): void {
    if (this.#sinceTold > 0 && this.#size > 0) this.#tell(why);
  }

  #tell(early?: string): void {
    this.#sinceTold = 0;
    const tally = this.#tally;
    const { sizeMs } = this.#limits;
    const endMs = this.#at(this.#size - 1).atMs;
    tally.min = this.#least.value;
    tally.max = this.#greatest.value;
    const isByCount = sizeMs === Number.POSITIVE_INFINITY;
    const startMs = isByCount ? this.#at(0).atMs : endMs - sizeMs;
    if (this.#missing.length > 0)
      this.#missing = this.#missing.filter((atMs) => (isByCount ? atMs >= startMs : atMs > startMs));
    tally.missing = this.#missing.length;
    this.#context.close(tally, { startMs, endMs }, early);
  }

  get #size(): number {
    return this.#points.length - this.#head;
  }

  #at(index: number): Kept {
    return this.#points[this.#head + index] as Kept;
  }

  #fresh(): Tally {
    const isByTime = this.#limits.sizeMs !== Number.POSITIVE_INFINITY;
    return new Tally({ ...this.#context.tally, keptValues: 0 }, isByTime ? this.#held : undefined);
  }

  #append(atMs: number, value: Scalar, isGood: boolean, isIn: boolean): void {
    this.#points.push({ atMs, value, isGood, isIn });
    this.#tally.add(atMs, value, isGood, isIn);
    if (typeof value !== "number") return;
    this.#least.add(value);
    this.#greatest.add(value);
  }

  #removeOldest(): void {
    const { atMs, value, isGood, isIn } = this.#at(0);
    this.#held = { atMs, value, isIn };
    if (typeof value === "number") {
      this.#least.remove(value);
      this.#greatest.remove(value);
      this.#sorted?.remove(value);
    }
    this.#head++;
    // What rounding has left behind goes when all points have been exchanged, so that it costs each of them the same.
    if (this.#size === 0 || ++this.#removed > this.#size) this.#rebuild();
    else {
      this.#tally.removeOldest(value, isGood, isIn, this.#at(0));
      this.#tally.before = this.#limits.sizeMs === Number.POSITIVE_INFINITY ? undefined : this.#held;
    }
  }

  #rebuild(): void {
    this.#points = this.#points.slice(this.#head);
    this.#head = 0;
    this.#removed = 0;
    this.#tally = this.#fresh();
    for (const { atMs, value, isGood, isIn } of this.#points) this.#tally.add(atMs, value, isGood, isIn);
    this.#tally.quantiles = this.#sorted;
  }

  save(): z.infer<typeof savedSliding> {
    const flags = ({ isGood, isIn }: Kept) => ((isGood ? 1 : 0) + (isIn ? 2 : 0)) as 0 | 1 | 2 | 3;
    return {
      points: this.#points.slice(this.#head).map((kept) => [kept.atMs, kept.value, flags(kept)]),
      sinceTold: this.#sinceTold,
      missing: this.#missing,
      ...(this.#held === undefined ? {} : { held: this.#held }),
    };
  }
}

/** The least or greatest of a queue of values: those that a later one beats are no longer kept. */
class Extremes {
  readonly #beats: (value: number, other: number) => boolean;
  #values: number[] = [];
  #head = 0;

  constructor(beats: (value: number, other: number) => boolean) {
    this.#beats = beats;
  }
  get value(): number {
    return this.#values[this.#head] ?? Number.NaN;
  }
  add(value: number): void {
    // Equal ones stay, so that each can leave on its own.
    while (this.#values.length > this.#head) {
      const last = this.#values.at(-1) as number;
      if (last === value || !this.#beats(value, last)) break;
      this.#values.pop();
    }
    this.#values.push(value);
  }
  /** The oldest value of the queue leaves. */
  remove(value: number): void {
    if (this.#values[this.#head] !== value) return;
    this.#head++;
    if (this.#head > 64 && this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head);
      this.#head = 0;
    }
  }
}

/** Values in order, for percentiles of a window that changes by a point at a time. */
class SortedValues implements Quantiles {
  readonly #values: number[] = [];

  add(value: number): void {
    this.#values.splice(firstAtLeast(this.#values, value, true), 0, value);
  }
  remove(value: number): void {
    this.#values.splice(firstAtLeast(this.#values, value, false), 1);
  }
  at(q: number): number {
    return quantile(this.#values, q);
  }
  countOutside(low: number, high: number): number {
    return countOutside(this.#values, low, high);
  }
  merge(): void {
    throw new Error("a sliding window has no panes");
  }
  save(): { readonly values: number[] } {
    return { values: this.#values };
  }
}
