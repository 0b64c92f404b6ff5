/** What expressions of rules know of the point before: `previous`, `delta` and `rate`. */
import { z } from "zod";
import type { Operator, OperatorContext } from "../contract/operator.ts";
import type { Point } from "../contract/point.ts";
import { timestampMs } from "../points/timestamp.ts";
import { asItIs, remember } from "./series-memory.ts";

/** To be named when an expression is compiled. */
export const historyVariables = ["previous", "delta", "rate"] as const;

export type HistoryValues = Readonly<Partial<Record<(typeof historyVariables)[number], unknown>>>;

/** The last point of a series. */
export const savedHistory = z.strictObject({
  last: z.strictObject({ value: z.unknown(), quality: z.number(), timestamp_ms: z.number() }).optional(),
});

type SavedHistory = z.infer<typeof savedHistory>;

export interface History {
  /** The variables for this point, which is remembered as the previous of the next; none for the first of a series. */
  next(point: Point): HistoryValues;
  readonly snapshot: NonNullable<Operator<Point, SavedHistory>["snapshot"]>;
}

const none: HistoryValues = {};

export function history(maxSeries: number, context: Pick<OperatorContext, "clock" | "report" | "restored">): History {
  const fresh = (): SavedHistory => ({});
  const { series, snapshot } = remember(maxSeries, context, asItIs(fresh));
  return {
    snapshot,
    next(point) {
      const atMs = timestampMs(point);
      const state = series.of(point);
      const previous = state.last;
      state.last = { value: point.value, quality: point.quality, timestamp_ms: atMs };
      if (previous === undefined) return none;
      if (typeof point.value !== "number" || typeof previous.value !== "number") return { previous };
      const delta = point.value - previous.value;
      const seconds = (atMs - previous.timestamp_ms) / 1_000;
      return seconds > 0 ? { previous, delta, rate: delta / seconds } : { previous, delta };
    },
  };
}

/** For help. */
export const historyHelp = `**The point before**: \`previous.value\`, \`previous.quality\` and \`previous.timestamp_ms\` are those of the last point of
the same key of the same device, \`delta\` is the difference of the values and \`rate\` the difference per second:
\`abs(delta) > 5\`, \`value > 80 && rate > 0.5\`. The first point of a series has none, so that a condition about them is not
met. They outlive a restart of the gateway.`;
