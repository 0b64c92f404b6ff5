import { z } from "zod";
import { numberOf } from "../../../points/number-of.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { asItIs, remember } from "../../series-memory.ts";
import { type Filter, rejected } from "../decision.ts";

/** The newest that passed. */
const saved = z.strictObject({ last: z.strictObject({ value: z.number(), atMs: z.number() }).optional() });

/** Compared with the last point that passed: after a real step the allowance grows with time until it is believed. */
export const rateOfChange: Filter = {
  line: ({ maxPerSecond }) => `≤ ${maxPerSecond} per second`,
  saved,
  create(settings, context) {
    const { maxPerSecond = Number.POSITIVE_INFINITY } = settings;
    const tooFast = rejected(`changed by more than ${maxPerSecond} per second`);
    const fresh = (): z.infer<typeof saved> => ({});
    const { series, snapshot } = remember(settings.maxSeries, context, asItIs(fresh));
    return {
      snapshot,
      decide(point) {
        const value = numberOf(point);
        const atMs = timestampMs(point);
        const state = series.of(point);
        if (state.last !== undefined) {
          const seconds = Math.abs(atMs - state.last.atMs) / 1000;
          if (Math.abs(value - state.last.value) > maxPerSecond * seconds) return tooFast;
          // A late point may pass, but the newest stays what others are compared with.
          if (atMs < state.last.atMs) return undefined;
        }
        state.last = { value, atMs };
        return undefined;
      },
    };
  },
};
