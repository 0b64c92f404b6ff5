import { isDeepStrictEqual } from "node:util";
import type { Point } from "../../../contract/point.ts";
import { Series } from "../../../points/series.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { type Filter, rejected } from "../decision.ts";

interface Passed {
  point: Point | undefined;
  atMs: number;
}

/** Goes by the points' own time, so that values a device saved up during an outage are not taken for repetitions. */
export const duplicate: Filter = {
  line: ({ window }) => `no repetition within ${window / 1000} s`,
  create({ window, maxSeries }) {
    const repeated = rejected(`the same value as less than ${window / 1000} s before`);
    const series = new Series<Passed>(maxSeries, () => ({ point: undefined, atMs: 0 }));
    return (point) => {
      const atMs = timestampMs(point);
      const passed = series.of(point);
      if (passed.point !== undefined && isRepetition(point, passed.point) && Math.abs(atMs - passed.atMs) < window)
        return repeated;
      passed.point = point;
      passed.atMs = atMs;
      return undefined;
    };
  },
};

function isRepetition({ value, quality }: Point, passed: Point): boolean {
  if (quality !== passed.quality) return false;
  return value === passed.value || (typeof value === "object" && isDeepStrictEqual(value, passed.value));
}
