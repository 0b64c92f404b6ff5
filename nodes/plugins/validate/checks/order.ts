import { z } from "zod";
import { Series } from "../../../points/series.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { checkSettings, defineCheck } from "../check.ts";

const maxSeries = 10_000;

export const order = defineCheck({
  settings: checkSettings("order", "Order in time", {
    repeats: z.boolean().default(true).meta({
      title: "The same time again is fine",
      description: "Off: each point must be later than the one before.",
    }),
  }),
  words: ({ repeats }) => (repeats ? "never back in time" : "always later"),
  create({ repeats }) {
    const series = new Series(maxSeries, () => ({ lastMs: Number.NEGATIVE_INFINITY }));
    return {
      reason(point) {
        const ms = timestampMs(point);
        const { lastMs } = series.of(point);
        if (ms > lastMs || (repeats && ms === lastMs)) return undefined;
        const last = new Date(lastMs).toISOString();
        return `its time ${point.timestamp} is ${ms === lastMs ? "that of" : "before"} the last valid point, ${last}`;
      },
      accept(point) {
        series.of(point).lastMs = timestampMs(point);
      },
    };
  },
});
