import { numberOf } from "../../../points/number-of.ts";
import { Series } from "../../../points/series.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { type Filter, rejected } from "../decision.ts";

/** Compared with the last point that passed: after a real step the allowance grows with time until it is believed. */
export const rateOfChange: Filter = {
  line: ({ maxPerSecond }) => `≤ ${maxPerSecond} per second`,
  create({ maxPerSecond = Number.POSITIVE_INFINITY, maxSeries }) {
    const tooFast = rejected(`changed by more than ${maxPerSecond} per second`);
    const series = new Series(maxSeries, () => ({ value: 0, atMs: Number.NEGATIVE_INFINITY }));
    return (point) => {
      const value = numberOf(point);
      const atMs = timestampMs(point);
      const last = series.of(point);
      const seconds = Math.abs(atMs - last.atMs) / 1000;
      if (Math.abs(value - last.value) > maxPerSecond * seconds) return tooFast;
      // A late point may pass, but the newest stays what others are compared with.
      if (atMs < last.atMs) return undefined;
      last.value = value;
      last.atMs = atMs;
      return undefined;
    };
  },
};
