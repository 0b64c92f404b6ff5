import { Series } from "../../../points/series.ts";
import { type Filter, rejected } from "../decision.ts";

/** The first of each time pass. Goes by the gateway's clock, since it protects what comes after. */
export const rateLimit: Filter = {
  line: ({ count, per }) => `${count} per ${per / 1000} s`,
  create({ count, per, maxSeries }, { clock }) {
    const tooMany = rejected(`more than ${count} in ${per / 1000} s`);
    const series = new Series(maxSeries, () => ({ startMs: Number.NEGATIVE_INFINITY, passed: 0 }));
    return (point) => {
      const state = series.of(point);
      const nowMs = clock.monotonic();
      if (nowMs - state.startMs >= per) {
        state.startMs = nowMs;
        state.passed = 0;
      }
      if (state.passed >= count) return tooMany;
      state.passed++;
      return undefined;
    };
  },
};
