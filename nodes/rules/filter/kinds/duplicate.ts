import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import type { Point } from "../../../contract/point.ts";
import { compileExpression } from "../../../expression/expression.ts";
import { toText } from "../../../expression/functions.ts";
import { timestampMs } from "../../../points/timestamp.ts";
import { asItIs, remember } from "../../series-memory.ts";
import { type Deciding, type Filter, type FilterContext, rejected } from "../decision.ts";
import type { Settings } from "../settings.ts";

/** The last of a series that passed. */
const passed = z.strictObject({
  last: z.strictObject({ value: z.unknown(), quality: z.number(), atMs: z.number() }).optional(),
});
/** When an identity passed. */
const identity = z.strictObject({ seenMs: z.number().optional() });

export const duplicate: Filter = {
  line({ sameBy, identity: source, window }) {
    const what = { value: "repetition", sample: "point twice", identity: `repeated ${source}` }[sameBy];
    return `no ${what} within ${window / 1000} s`;
  },
  saved: z.union([passed, identity]),
  basis: ({ sameBy, identity: source }) => (sameBy === "identity" ? source : sameBy),
  create: (settings, context) =>
    settings.sameBy === "value" ? byValue(settings, context) : byIdentity(settings, context),
};

/** Goes by the points' own time, so that values a device saved up during an outage are not taken for repetitions. */
function byValue(settings: Settings, context: FilterContext): Deciding {
  const { window } = settings;
  const repeated = rejected(`the same value as less than ${window / 1000} s before`);
  const fresh = (): z.infer<typeof passed> => ({});
  const { series, snapshot } = remember(settings.maxSeries, context, asItIs(fresh));
  return {
    snapshot,
    decide(point) {
      const { value, quality } = point;
      const atMs = timestampMs(point);
      const state = series.of(point);
      const { last } = state;
      const isSame = last !== undefined && quality === last.quality && areSame(value, last.value);
      if (isSame && Math.abs(atMs - last.atMs) < window) return repeated;
      state.last = { value, quality, atMs };
      return undefined;
    },
  };
}

/** Everything seen lately is remembered, not only the last, by the gateway's clock: what comes twice can come late. */
function byIdentity(settings: Settings, context: FilterContext): Deciding {
  const { window, sameBy, identity: source } = settings;
  const repeated = rejected(
    `${sameBy === "sample" ? "the same point" : `the same ${source}`} as less than ${window / 1000} s before`,
  );
  const { clock } = context;
  const nameOf = source === undefined ? undefined : compileExpression(source);
  const fresh = (): z.infer<typeof identity> => ({});
  const { series, snapshot } = remember(settings.maxSeries, context, asItIs(fresh));
  const stateOf = (point: Point) =>
    sameBy === "identity" && nameOf !== undefined
      ? series.at("", toText(nameOf.evaluate(point)))
      : series.at(point.device_id, JSON.stringify([point.key, point.timestamp, point.quality, point.value]));
  return {
    snapshot,
    decide(point) {
      const state = stateOf(point);
      const nowMs = clock.now();
      if (state.seenMs !== undefined && Math.abs(nowMs - state.seenMs) < window) return repeated;
      state.seenMs = nowMs;
      return undefined;
    },
  };
}

function areSame(value: unknown, last: unknown): boolean {
  return value === last || (typeof value === "object" && isDeepStrictEqual(value, last));
}
