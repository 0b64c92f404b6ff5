import type { Point } from "../../../contract/point.ts";
import { numberOf } from "../../../points/number-of.ts";
import { Series } from "../../../points/series.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { type Filter, rejected } from "../decision.ts";

type Scalar = number | string | boolean;

interface Passed {
  value: Scalar | undefined;
  quality: number;
  atMs: number;
}

/** The first of a series passes, and so does every change of its quality: somebody has to learn of it. */
export const deadband: Filter = {
  line({ deadband: band, deadbandType, heartbeat }) {
    const change = band === 0 ? "any change" : `changes > ${band}${deadbandType === "percent" ? " %" : ""}`;
    return heartbeat === undefined ? change : `${change}, at least every ${heartbeat / 1000} s`;
  },
  create({ deadband: band, deadbandType, heartbeat, maxSeries }) {
    const percent = deadbandType === "percent";
    const same = rejected(band === 0 ? "unchanged" : `changed by no more than ${band}${percent ? " %" : ""}`);
    const series = new Series<Passed>(maxSeries, () => ({ value: undefined, quality: 0, atMs: 0 }));

    const changed = (value: Scalar, last: Scalar) => {
      if (typeof value !== "number" || typeof last !== "number") return value !== last;
      return Math.abs(value - last) > (percent ? (Math.abs(last) * band) / 100 : band);
    };
    return (point) => {
      const value = scalarOf(point);
      const atMs = heartbeat === undefined ? 0 : timestampMs(point);
      const last = series.of(point);
      if (last.value !== undefined && last.quality === point.quality && !changed(value, last.value)) {
        // Either way round: a device whose clock was set back must not fall silent.
        if (heartbeat === undefined || Math.abs(atMs - last.atMs) < heartbeat) return same;
      }
      last.value = value;
      last.quality = point.quality;
      last.atMs = atMs;
      return undefined;
    };
  },
};

/** Texts and switches have no distance: for them every change counts. */
function scalarOf(point: Point): Scalar {
  const { value } = point;
  return typeof value === "string" || typeof value === "boolean" ? value : numberOf(point);
}
