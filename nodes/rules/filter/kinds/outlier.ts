import { z } from "zod";
import { numberOf } from "../../../points/number-of.ts";
import { remember } from "../../series-memory.ts";
import { type Filter, rejected } from "../decision.ts";

interface Recent {
  readonly values: Float64Array;
  /** How many of `values` are filled, and where the next one goes. */
  count: number;
  next: number;
  outliersInARow: number;
}

/** The values from the oldest to the newest. */
const saved = z.strictObject({ values: z.array(z.number()), outliersInARow: z.int() });
type Saved = z.infer<typeof saved>;

/**
 * Outliers are not added to what the next ones are compared with. As many in a row as the window is long are no
 * outliers any more, but a new level: it starts again from there.
 */
export const outlier: Filter = {
  line: ({ threshold, windowSize }) => `within ${threshold} σ of the last ${windowSize}`,
  saved,
  create(settings, context) {
    const { windowSize, threshold, minSamples, minDeviation } = settings;
    const far = rejected(`more than ${threshold} standard deviations from the mean of the last ${windowSize}`);
    const { series, snapshot } = remember<Recent, Saved>(settings.maxSeries, context, {
      fresh: () => ({ values: new Float64Array(windowSize), count: 0, next: 0, outliersInARow: 0 }),
      save: ({ values, count, next, outliersInARow }) => ({
        values: Array.from({ length: count }, (_, age) => values[(next - count + age + windowSize) % windowSize] ?? 0),
        outliersInARow,
      }),
      restore(before) {
        const kept = before.values.slice(-windowSize);
        const values = new Float64Array(windowSize);
        values.set(kept);
        return { values, count: kept.length, next: kept.length % windowSize, outliersInARow: before.outliersInARow };
      },
    });
    return {
      snapshot,
      decide(point) {
        const value = numberOf(point);
        const recent = series.of(point);
        if (recent.count >= minSamples && isFar(value, recent, threshold, minDeviation)) {
          recent.outliersInARow++;
          if (recent.outliersInARow < windowSize) return far;
          recent.count = 0;
          recent.next = 0;
        }
        recent.outliersInARow = 0;
        recent.values[recent.next] = value;
        recent.next = (recent.next + 1) % windowSize;
        recent.count = Math.min(recent.count + 1, windowSize);
        return undefined;
      },
    };
  },
};

/** Sample standard deviation in two passes: a running sum of squares loses the digits that matter here. */
function isFar(value: number, { values, count }: Recent, threshold: number, minDeviation: number): boolean {
  let sum = 0;
  for (let index = 0; index < count; index++) sum += values[index] ?? 0;
  const mean = sum / count;
  let squares = 0;
  for (let index = 0; index < count; index++) squares += ((values[index] ?? 0) - mean) ** 2;
  const deviation = Math.sqrt(squares / (count - 1));
  // The mean of equal values can miss them by a rounding error.
  const roundingError = Math.abs(mean) * 1e-12;
  return Math.abs(value - mean) > Math.max(threshold * deviation, minDeviation, roundingError);
}
