/** For tests: the functions as their definitions say, from all points of a window at once. */
import type { FunctionName, Scalar, Span } from "./functions.ts";

export interface NaivePoint {
  readonly atMs: number;
  readonly value: number;
  readonly isGood: boolean;
  readonly isIn: boolean;
}

export interface NaiveSettings {
  readonly upper: number;
  readonly lower: number;
  readonly outlierThreshold: number;
  readonly onLine: boolean;
}

const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);
const mean = (values: readonly number[]) => total(values) / values.length;

function variance(values: readonly number[]): number {
  if (values.length < 2) return Number.NaN;
  const middle = mean(values);
  return total(values.map((value) => (value - middle) ** 2)) / (values.length - 1);
}

function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = (p / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position % 1);
}

/** By small steps between the times at which anything changes; `before` is the point that held at the start. */
function overTime(
  points: readonly NaivePoint[],
  span: Span,
  before: NaivePoint | undefined,
  onLine: boolean,
): { area: number; covered: number; inState: number } {
  const all = [...(before === undefined ? [] : [before]), ...points];
  let [area, covered, inState] = [0, 0, 0];
  all.forEach((point, index) => {
    const next = all[index + 1];
    const from = Math.max(point.atMs, span.startMs);
    const to = next?.atMs ?? span.endMs;
    const slope =
      onLine && next !== undefined && next.atMs > point.atMs
        ? (next.value - point.value) / (next.atMs - point.atMs)
        : 0;
    const at = (ms: number) => point.value + slope * (ms - point.atMs);
    area += ((at(from) + at(to)) / 2) * (to - from);
    covered += to - from;
    if (point.isIn) inState += to - from;
  });
  return { area, covered, inState };
}

/** `points` in the order of their times. */
export function naive(
  points: readonly NaivePoint[],
  missing: number,
  span: Span,
  before: NaivePoint | undefined,
  settings: NaiveSettings,
): Record<FunctionName, Scalar> {
  const values = points.map(({ value }) => value);
  const [first = Number.NaN, last = Number.NaN] = [values[0], values.at(-1)];
  const deviation = Math.sqrt(variance(values));
  const steps = values.slice(1).map((value, index) => value - (values[index] ?? 0));
  const seconds = ((points.at(-1)?.atMs ?? 0) - (points[0]?.atMs ?? 0)) / 1_000;
  const { upper, lower } = settings;
  const time = overTime(points, span, before, settings.onLine);
  const far = settings.outlierThreshold * deviation;
  const results = {
    avg: mean(values),
    mean: mean(values),
    average: mean(values),
    min: Math.min(...values),
    max: Math.max(...values),
    sum: total(values),
    count: values.length,
    first,
    last,
    median: percentile(values, 50),
    range: Math.max(...values) - Math.min(...values),
    stddev: deviation,
    std: deviation,
    variance: variance(values),
    cv: deviation / Math.abs(mean(values)),
    volatility: Math.sqrt(variance(steps)),
    p25: percentile(values, 25),
    p50: percentile(values, 50),
    p75: percentile(values, 75),
    p90: percentile(values, 90),
    p95: percentile(values, 95),
    p99: percentile(values, 99),
    change: last - first,
    change_rate: (last - first) / first,
    change_percent: ((last - first) / first) * 100,
    rate: (last - first) / seconds,
    time_weighted_avg: time.covered === 0 ? mean(values) : time.area / time.covered,
    integral: time.area / 1_000,
    duration_in_state: time.inState / 1_000,
    above_count: values.filter((value) => value > upper).length,
    below_count: values.filter((value) => value < lower).length,
    in_range_count: values.filter((value) => value >= lower && value <= upper).length,
    outlier_count: Number.isNaN(far) ? 0 : values.filter((value) => Math.abs(value - mean(values)) > far).length,
    good_percent: (100 * points.filter(({ isGood }) => isGood).length) / points.length,
    null_rate: missing / (missing + points.length),
    completeness: points.length / (missing + points.length),
  };
  return Object.fromEntries(
    Object.entries(results).map(([name, value]) => [name, Number.isFinite(value) ? value : null]),
  ) as Record<FunctionName, Scalar>;
}
