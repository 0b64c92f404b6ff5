import { z } from "zod";
import type { Point } from "../../../contract/point.ts";
import { numberOf } from "../../../points/number-of.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { asItIs, remember } from "../../series-memory.ts";
import { type Filter, rejected } from "../decision.ts";
import { isLate, lateEmission } from "../late.ts";
import type { Settings } from "../settings.ts";

const scalar = z.union([z.number(), z.string(), z.boolean()]);
type Scalar = z.infer<typeof scalar>;

/** The last that passed. */
const saved = z.strictObject({
  last: z.strictObject({ value: scalar, quality: z.number(), atMs: z.number() }).optional(),
});

/** The first of a series passes, and so does every change of its quality: somebody has to learn of it. */
export const deadband: Filter = {
  line(settings) {
    const { deadband: band, heartbeat } = settings;
    const change = band === 0 ? "any change" : `changes > ${words(settings)}`;
    return heartbeat === undefined ? change : `${change}, at least every ${heartbeat / 1000} s`;
  },
  saved,
  create(settings, context) {
    const { deadband: band, heartbeat } = settings;
    const same = rejected(band === 0 ? "unchanged" : `changed by no more than ${words(settings)}`);
    const late = lateEmission(settings);
    const widthAt = widthOf(settings);
    const fresh = (): z.infer<typeof saved> => ({});
    const { series, snapshot } = remember(settings.maxSeries, context, asItIs(fresh));

    const changed = (value: Scalar, last: Scalar) => {
      if (typeof value !== "number" || typeof last !== "number") return value !== last;
      return Math.abs(value - last) > widthAt(last);
    };
    return {
      snapshot,
      decide(point) {
        const value = scalarOf(point);
        const atMs = timestampMs(point);
        const state = series.of(point);
        const { last } = state;
        if (last !== undefined) {
          // Either way round: a device whose clock was set back must not fall silent.
          const isDue = heartbeat !== undefined && Math.abs(atMs - last.atMs) >= heartbeat;
          if (!isDue && isLate(atMs, last.atMs)) return late;
          if (!isDue && last.quality === point.quality && !changed(value, last.value)) return same;
        }
        state.last = { value, quality: point.quality, atMs };
        return undefined;
      },
    };
  },
};

/** How far a value may be from the last that passed. */
function widthOf({ deadband: band, deadbandType, span = Number.NaN }: Settings): (last: number) => number {
  if (deadbandType === "percent") return (last) => (Math.abs(last) * band) / 100;
  const width = deadbandType === "percentOfSpan" ? (span * band) / 100 : band;
  return () => width;
}

function words({ deadband: band, deadbandType, span }: Settings): string {
  if (deadbandType === "absolute") return String(band);
  return deadbandType === "percent" ? `${band} %` : `${band} % of ${span}`;
}

/** Texts and switches have no distance: for them every change counts. */
function scalarOf(point: Point): Scalar {
  const { value } = point;
  return typeof value === "string" || typeof value === "boolean" ? value : numberOf(point);
}
