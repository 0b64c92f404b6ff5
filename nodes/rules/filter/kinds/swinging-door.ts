import { z } from "zod";
import { numberOf } from "../../../points/number-of.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { remember } from "../../series-memory.ts";
import { type Filter, held, rejected } from "../decision.ts";
import { Keeping, type Kept, savedKept } from "../keeping.ts";
import { isLate, lateEmission } from "../late.ts";

interface Sample {
  readonly value: number;
  readonly atMs: number;
}

interface Door {
  /** The last that passed. */
  pivot: Sample | undefined;
  quality: number;
  /** The last that came, kept until it is known whether a line from the pivot can do without it. */
  kept: Kept | undefined;
  newest: Sample;
  /** Per millisecond: between them lies every line from the pivot that misses no point since by more than allowed. */
  least: number;
  most: number;
}

const sample = z.strictObject({ value: z.number(), atMs: z.number() });
const saved = z.strictObject({
  pivot: sample,
  quality: z.number(),
  newest: sample,
  /** Left out while any line is possible. */
  slopes: z.tuple([z.number(), z.number()]).optional(),
  kept: savedKept.optional(),
});
type Saved = z.infer<typeof saved>;

/**
 * Compression by lines: what is left out lies no further than allowed from the line between the points that pass.
 * (Swinging door with the slope test of J. B. Bristol, 1990, from the passed value itself, as process historians do.)
 */
export const swingingDoor: Filter = {
  line: ({ deviation, heartbeat }) =>
    `lines within ${deviation}${heartbeat === undefined ? "" : `, at least every ${heartbeat / 1000} s`}`,
  saved,
  create(settings, context) {
    const { deviation = 0, heartbeat = Number.POSITIVE_INFINITY, flushAfter } = settings;
    const { emit } = context;
    const onLine = rejected(`within ${deviation} of the line between those around it`);
    const late = lateEmission(settings);
    const keeping = new Keeping<Door>(context, flushAfter, (door) => {
      if (door.kept === undefined) return;
      series.of(door.kept.point);
      release(door);
    });

    /** Lets the kept point pass, and begins anew from it. */
    function release(door: Door): void {
      const { kept } = door;
      keeping.stop(door);
      if (kept === undefined) return;
      door.kept = undefined;
      pivotOn(door, door.newest);
      emit(kept.point, { trace: kept.trace });
    }

    const { series, snapshot } = remember<Door, Saved>(settings.maxSeries, context, {
      fresh: () => ({ pivot: undefined, quality: 0, kept: undefined, newest: nowhere, ...anyLine }),
      save(door) {
        const { pivot = nowhere, quality, newest, least, most } = door;
        const slopes = Number.isFinite(least) ? { slopes: [least, most] as [number, number] } : {};
        return { pivot, quality, newest, ...slopes, ...keeping.save(door, door.kept) };
      },
      restore({ pivot, quality, newest, slopes, kept }) {
        const [least, most] = slopes ?? [anyLine.least, anyLine.most];
        return keeping.restore({ pivot, quality, kept, newest, least, most }, kept);
      },
      forget: release,
    });
    keeping.begin();

    return {
      snapshot,
      close: () => keeping.close(),
      decide(point, trace) {
        const next: Sample = { value: numberOf(point), atMs: timestampMs(point) };
        const door = series.of(point);
        const { pivot } = door;
        if (pivot !== undefined && next.atMs === door.newest.atMs)
          return next.value === door.newest.value && point.quality === door.quality ? onLine : late;
        if (pivot !== undefined && isLate(next.atMs, door.newest.atMs)) return late;
        if (pivot === undefined || point.quality !== door.quality || next.atMs < door.newest.atMs) {
          release(door);
          return pass(door, next, point.quality);
        }
        if (door.kept !== undefined && fits(door, next, heartbeat)) {
          emit(door.kept.point, { ...onLine, trace: door.kept.trace });
          keeping.stop(door);
          door.kept = undefined;
        } else release(door);
        if (door.pivot !== undefined && next.atMs - door.pivot.atMs >= heartbeat)
          return pass(door, next, point.quality);
        narrow(door, next, deviation);
        door.newest = next;
        door.kept = { point, trace };
        keeping.start(door);
        return held;
      },
    };
  },
};

const anyLine = { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY };
const nowhere: Sample = { value: 0, atMs: 0 };

function pivotOn(door: Door, sample: Sample): void {
  Object.assign(door, anyLine);
  door.pivot = sample;
}

function pass(door: Door, next: Sample, quality: number): undefined {
  pivotOn(door, next);
  door.newest = next;
  door.quality = quality;
}

/** Whether the kept point can be left out for this one. */
function fits({ pivot = nowhere, least, most }: Door, next: Sample, heartbeat: number): boolean {
  if (next.atMs - pivot.atMs > heartbeat) return false;
  const slope = (next.value - pivot.value) / (next.atMs - pivot.atMs);
  return slope >= least && slope <= most;
}

function narrow(door: Door, next: Sample, deviation: number): void {
  const { pivot = nowhere } = door;
  const gapMs = next.atMs - pivot.atMs;
  door.least = Math.max(door.least, (next.value - deviation - pivot.value) / gapMs);
  door.most = Math.min(door.most, (next.value + deviation - pivot.value) / gapMs);
}
