/** One group: its windows, and how far time has come for it. */
import { z } from "zod";
import type { Trace } from "../../contract/operator.ts";
import type { Scalar } from "./functions.ts";
import type { Identity } from "./grouping.ts";
import { savedByPoints } from "./windows/by-points.ts";
import { savedByTime } from "./windows/by-time.ts";
import { savedSliding } from "./windows/sliding.ts";
import type { GroupWindow, Mark } from "./windows/window.ts";

export interface TimeSettings {
  /** How much longer windows stay open for points that are late, by the time in the points. */
  readonly latenessMs: number;
  /** A device silent for so long is not waited for. */
  readonly idleMs: number;
}

/** A point that waits for those that may still come before it. */
interface Waiting {
  readonly atMs: number;
  readonly value: Scalar;
  readonly isGood: boolean;
  readonly isIn: boolean;
}

interface Source {
  newestMs: number;
  seenMonotonicMs: number;
}

const source = z.strictObject({ newestMs: z.number(), seenMs: z.number() });
export const savedGroup = z.strictObject({
  identity: z.strictObject({ device: z.string(), key: z.string(), others: z.record(z.string(), z.string()) }),
  rest: z.string(),
  tags: z.record(z.string(), z.string()),
  badQuality: z.number(),
  newest: source.optional(),
  watermarkMs: z.number().optional(),
  sources: z.array(z.tuple([z.string(), source])).optional(),
  waiting: z
    .array(
      z.strictObject({
        atMs: z.number(),
        value: z.union([z.number(), z.string(), z.boolean()]),
        isGood: z.boolean(),
        isIn: z.boolean(),
      }),
    )
    .optional(),
  window: z.union([savedByTime, savedByPoints, savedSliding]),
});
export type SavedGroup = z.infer<typeof savedGroup>;

/** Both clocks at one moment. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

export class Group {
  readonly identity: Identity;
  readonly rest: string;
  readonly window: GroupWindow;
  /** Of the last point. */
  tags: Readonly<Record<string, string>> = {};
  trace: Trace | undefined;
  /** The last quality that was not good. */
  badQuality = 1;
  /** Again, since the last choice of one that has to go. */
  wasSeen = false;
  isDirty = false;
  newestMs = Number.NEGATIVE_INFINITY;
  #seenMonotonicMs = 0;
  #watermarkMs = Number.NEGATIVE_INFINITY;
  /** How far each device is; `undefined` in a group of one device, which needs no list. */
  #sources: Map<string, Source> | undefined;
  #waiting: Waiting[] = [];

  constructor(identity: Identity, rest: string, window: GroupWindow) {
    this.identity = identity;
    this.rest = rest;
    this.window = window;
    if (identity.device === "") this.#sources = new Map();
  }

  /** Takes note that a device has come to a time. Answers how far the group is then. */
  observe(device: string, atMs: number, monotonicMs: number, { latenessMs }: TimeSettings): number {
    if (atMs > this.newestMs) this.newestMs = atMs;
    this.#seenMonotonicMs = monotonicMs;
    if (this.#sources === undefined) {
      // Never back, so that a change of the settings opens nothing that was closed.
      this.#watermarkMs = Math.max(this.#watermarkMs, this.newestMs - latenessMs);
      return this.#watermarkMs;
    }
    const known = this.#sources.get(device);
    if (known === undefined) this.#sources.set(device, { newestMs: atMs, seenMonotonicMs: monotonicMs });
    else {
      known.newestMs = Math.max(known.newestMs, atMs);
      known.seenMonotonicMs = monotonicMs;
      // With one device there is nobody to wait for; with more, `progress` looks at all of them, but not with each point.
      if (this.#sources.size === 1) this.#watermarkMs = Math.max(this.#watermarkMs, known.newestMs - latenessMs);
    }
    return this.#watermarkMs;
  }

  /** How far the group is by now: as far as its slowest device, or, when all are silent, as the time since then says. */
  progress(monotonicMs: number, { latenessMs, idleMs }: TimeSettings): number {
    let slowestMs = Number.POSITIVE_INFINITY;
    for (const [device, { newestMs, seenMonotonicMs }] of this.#sources ?? [])
      if (monotonicMs - seenMonotonicMs >= idleMs) this.#sources?.delete(device);
      else slowestMs = Math.min(slowestMs, newestMs);
    if (slowestMs === Number.POSITIVE_INFINITY)
      slowestMs = this.newestMs + Math.max(0, monotonicMs - this.#seenMonotonicMs - idleMs);
    this.#watermarkMs = Math.max(this.#watermarkMs, slowestMs - latenessMs);
    return this.#watermarkMs;
  }

  /** Holds a point back until nothing can come before it any more. */
  wait(point: Waiting): void {
    const index = this.#waiting.findLastIndex(({ atMs }) => atMs <= point.atMs);
    this.#waiting.splice(index + 1, 0, point);
  }

  /** Lets through what was held back up to a time, and closes the windows that end by then. */
  advance(nowMs: number): void {
    let count = 0;
    for (const { atMs, value, isGood, isIn } of this.#waiting) {
      if (atMs > nowMs) break;
      count++;
      this.window.advance(atMs);
      this.window.add(atMs, value, isGood, isIn, neither);
    }
    if (count > 0) this.#waiting.splice(0, count);
    this.window.advance(nowMs);
  }

  /** When time has something to do here; infinity for never. */
  get nextMs(): number {
    return this.#waiting.length > 0 ? Number.NEGATIVE_INFINITY : this.window.nextMs;
  }

  flush(why: string): void {
    this.advance(this.#waiting.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY);
    this.window.flush(why);
    this.newestMs = this.#watermarkMs = Number.NEGATIVE_INFINITY;
  }

  save(now: Moment): SavedGroup {
    const wall = (monotonicMs: number) => now.wallMs - (now.monotonicMs - monotonicMs);
    const sources = [...(this.#sources ?? [])].map(
      ([device, { newestMs, seenMonotonicMs }]): [string, { newestMs: number; seenMs: number }] => [
        device,
        { newestMs, seenMs: wall(seenMonotonicMs) },
      ],
    );
    return {
      identity: this.identity,
      rest: this.rest,
      tags: this.tags,
      badQuality: this.badQuality,
      ...(Number.isFinite(this.newestMs)
        ? { newest: { newestMs: this.newestMs, seenMs: wall(this.#seenMonotonicMs) } }
        : {}),
      ...(Number.isFinite(this.#watermarkMs) ? { watermarkMs: this.#watermarkMs } : {}),
      ...(sources.length === 0 ? {} : { sources }),
      ...(this.#waiting.length === 0 ? {} : { waiting: this.#waiting as NonNullable<SavedGroup["waiting"]> }),
      window: this.window.save() as SavedGroup["window"],
    };
  }

  static restore(saved: SavedGroup, window: GroupWindow, now: Moment): Group {
    const monotonic = (seenMs: number) => now.monotonicMs - Math.max(0, now.wallMs - seenMs);
    const group = new Group(saved.identity, saved.rest, window);
    group.tags = saved.tags;
    group.badQuality = saved.badQuality;
    if (saved.newest !== undefined) {
      group.newestMs = saved.newest.newestMs;
      group.#seenMonotonicMs = monotonic(saved.newest.seenMs);
    }
    group.#watermarkMs = saved.watermarkMs ?? Number.NEGATIVE_INFINITY;
    for (const [device, { newestMs, seenMs }] of saved.sources ?? [])
      group.#sources?.set(device, { newestMs, seenMonotonicMs: monotonic(seenMs) });
    group.#waiting = saved.waiting ?? [];
    return group;
  }
}

const neither: Mark = "neither";
