/** The functions a window can have: what each is, and what it takes to know it. */
import type { Tally } from "./tally.ts";

export type Scalar = number | string | boolean | null;

/** What a function may look at besides the tally itself. */
export interface Span {
  readonly startMs: number;
  readonly endMs: number;
}
export interface FunctionSettings {
  /** Standard deviations from the mean beyond which a value is an outlier. */
  readonly outlierThreshold: number;
  /** The integral is of the value over seconds times this. */
  readonly integralSeconds: number;
}

/**
 * `any`: of every kind of value. `number`: of numbers. `order`: goes by the time between points. `values`: has to see all
 * values at the end. `limits` and `state`: needs that setting.
 */
export type Need = "any" | "number" | "order" | "values" | "upper" | "lower" | "state";

export interface WindowFunction {
  readonly title: string;
  readonly needs: readonly Need[];
  /** `null` when these points do not tell. */
  of(tally: Tally, span: Span, settings: FunctionSettings): Scalar;
}

const numeric = (title: string, of: WindowFunction["of"], ...needs: Need[]): WindowFunction => ({
  title,
  needs: ["number", ...needs],
  of: (tally, span, settings) => known(of(tally, span, settings)),
});

/** A number that JSON can hold, or null. */
function known(value: Scalar): Scalar {
  return typeof value === "number" && !Number.isFinite(value) ? null : value;
}

const percentile = (p: number) => numeric(`${p}th percentile`, (tally) => tally.quantile(p / 100), "values");
const average = (title: string) => numeric(title, (tally) => tally.avg);
const deviation = (title: string) => numeric(title, ({ variance }) => Math.sqrt(variance));

export const windowFunctions = {
  avg: average("Average"),
  min: numeric("Minimum", ({ min }) => min),
  max: numeric("Maximum", ({ max }) => max),
  sum: numeric("Sum", ({ sum, count }) => (count === 0 ? null : sum)),
  count: { title: "Number of points", needs: ["any"], of: ({ count }) => count },
  first: { title: "First value", needs: ["any"], of: ({ first }) => first },
  last: { title: "Last value", needs: ["any"], of: ({ last }) => last },
  median: numeric("Median", (tally) => tally.quantile(0.5), "values"),
  range: numeric("Maximum − minimum", ({ min, max }) => max - min),
  stddev: deviation("Standard deviation (n − 1)"),
  variance: numeric("Variance (n − 1)", ({ variance }) => variance),
  cv: numeric("Standard deviation / mean", ({ variance, avg }) => Math.sqrt(variance) / Math.abs(avg)),
  volatility: numeric("Standard deviation of the steps", ({ steps }) => Math.sqrt(steps.variance), "order"),
  p25: percentile(25),
  p50: percentile(50),
  p75: percentile(75),
  p90: percentile(90),
  p95: percentile(95),
  p99: percentile(99),
  change: numeric("Last − first", ({ change }) => change),
  change_rate: numeric("Change / first", ({ change, firstNumber }) => change / firstNumber),
  change_percent: numeric("Change in % of first", ({ change, firstNumber }) => (100 * change) / firstNumber),
  rate: numeric("Change per second", ({ change, firstMs, lastMs }) => change / ((lastMs - firstMs) / 1_000)),
  time_weighted_avg: numeric("Time-weighted average", (tally, span) => tally.timeWeighted(span), "order"),
  integral: numeric(
    "Integral over time",
    (tally, span, { integralSeconds }) => tally.area(span) / 1_000 / integralSeconds,
    "order",
  ),
  duration_in_state: {
    title: "Seconds in the state",
    needs: ["any", "order", "state"],
    of: (tally, span) => tally.stateMs(span) / 1_000,
  },
  above_count: numeric("Points above the upper limit", ({ above }) => above, "upper"),
  below_count: numeric("Points below the lower limit", ({ below }) => below, "lower"),
  in_range_count: numeric(
    "Points within the limits",
    ({ count, above, below }) => count - above - below,
    "upper",
    "lower",
  ),
  outlier_count: numeric(
    "Outliers",
    (tally, _span, { outlierThreshold }) => tally.outliers(outlierThreshold),
    "values",
  ),
  good_percent: {
    title: "Points of good quality, %",
    needs: ["any"],
    of: ({ good, bad }) => (good + bad === 0 ? null : (100 * good) / (good + bad)),
  },
  null_rate: { title: "Share of missing values", needs: ["any"], of: (tally) => tally.missingShare },
  completeness: {
    title: "Share of values that are there",
    needs: ["any"],
    of: ({ missingShare }) => (missingShare === null ? null : 1 - missingShare),
  },
  mean: average("Average (the same as avg)"),
  average: average("Average (the same as avg)"),
  std: deviation("Standard deviation (the same as stddev)"),
} satisfies Record<string, WindowFunction>;

export type FunctionName = keyof typeof windowFunctions;
export const functionNames = Object.keys(windowFunctions) as [FunctionName, ...FunctionName[]];

export interface ChosenFunction extends Pick<WindowFunction, "of"> {
  readonly name: string;
}

/** The functions by name, and percentiles of any other number as `p99.9`. */
export function chosenFunctions(names: readonly FunctionName[], percentiles: readonly number[]): ChosenFunction[] {
  return [
    ...[...new Set(names)].map((name) => ({ name, of: (windowFunctions[name] as WindowFunction).of })),
    ...[...new Set(percentiles)].map((p) => ({ name: `p${p}`, of: percentile(p).of })),
  ];
}

export function needsOf(names: readonly FunctionName[], percentiles: readonly number[]): ReadonlySet<Need> {
  const needs = names.flatMap((name): readonly Need[] => windowFunctions[name].needs);
  return new Set(percentiles.length > 0 ? [...needs, "number", "values"] : needs);
}
