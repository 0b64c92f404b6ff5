/** Functions on lists of numbers, and on arrays, vectors, matrices and time series, which hold one. */
import { define, type ExpressionFunction, mismatch } from "./define.ts";
import { listIn, numbersIn, someNumbersIn } from "./numbers.ts";

const ofNumbers = (name: string, summary: string, call: (numbers: readonly number[]) => number, least = 1) =>
  define(`${name}(list)`, summary, ["any"], "number", (value) => call(someNumbersIn(value, name, least)));

export const listFunctions: Readonly<Record<string, ExpressionFunction>> = {
  sum: define("sum(list)", "of all its numbers", ["any"], "number", (value) => sum(numbersIn(value, "sum"))),
  avg: ofNumbers("avg", "their mean", mean),
  median: ofNumbers("median", "the one in the middle, or half way between the two there", (numbers) =>
    quantile(numbers, 0.5),
  ),
  variance: ofNumbers("variance", "sample variance (n − 1)", variance, 2),
  stddev: ofNumbers("stddev", "sample standard deviation (n − 1)", (numbers) => Math.sqrt(variance(numbers)), 2),
  percentile: define(
    "percentile(list, p)",
    "p from 0 to 100, by a straight line between neighbours",
    ["any", "number"],
    "number",
    (value, p) => {
      if (!(p >= 0 && p <= 100)) throw mismatch("percentile", "a percentage from 0 to 100", p);
      return quantile(someNumbersIn(value, "percentile"), p / 100);
    },
  ),
  first: define("first(list)", "", ["any"], "any", (value) => ends(value, "first").at(0)),
  last: define("last(list)", "", ["any"], "any", (value) => ends(value, "last").at(-1)),
  slice: define(
    "slice(list, from, to)",
    "from a position (counted from 0, from the end when negative) up to, but without, another",
    ["any", "number", "number"],
    "list",
    (value, from: number, to?: number) => anyList(value, "slice").slice(from, to),
    { required: 2 },
  ),
  sort: define("sort(list)", "from the smallest number up", ["any"], "list", (value) =>
    numbersIn(value, "sort").toSorted((a, b) => a - b),
  ),
  diff: define("diff(list)", "from each number to the next", ["any"], "list", (value) => {
    const numbers = numbersIn(value, "diff");
    return numbers.slice(1).map((number, index) => number - (numbers[index] ?? 0));
  }),
  movingAverage: define(
    "movingAverage(list, n)",
    "the mean of each number and the n − 1 before it, from the n-th on",
    ["any", "number"],
    "list",
    movingAverage,
  ),
  trend: define(
    "trend(series)",
    "slope of the line that fits a time series best, per second; timestamps are milliseconds or texts",
    ["any"],
    "number",
    trend,
  ),
};

function sum(numbers: readonly number[]): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function mean(numbers: readonly number[]): number {
  return sum(numbers) / numbers.length;
}

function variance(numbers: readonly number[]): number {
  const middle = mean(numbers);
  return sum(numbers.map((number) => (number - middle) ** 2)) / (numbers.length - 1);
}

/** By linear interpolation at q·(n − 1). */
function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const place = q * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

function anyList(value: unknown, name: string): readonly unknown[] {
  const list = listIn(value);
  if (list === undefined) throw mismatch(name, "a list", value);
  return list;
}

function ends(value: unknown, name: string): readonly unknown[] {
  const list = anyList(value, name);
  if (list.length === 0) throw mismatch(name, "a list that is not empty", value);
  return list;
}

function movingAverage(value: unknown, width: number): readonly number[] {
  const numbers = numbersIn(value, "movingAverage");
  if (!Number.isInteger(width) || width < 1) throw mismatch("movingAverage", "a whole number from 1 on", width);
  const means: number[] = [];
  let total = 0;
  numbers.forEach((number, index) => {
    total += number - (index >= width ? (numbers[index - width] ?? 0) : 0);
    if (index >= width - 1) means.push(total / width);
  });
  return means;
}

/** Least squares, around the means, so that times since 1970 lose no digits. */
function trend(series: unknown): number {
  const values = someNumbersIn(series, "trend", 2);
  const stamps = (series as { readonly timestamps?: unknown }).timestamps;
  if (!Array.isArray(stamps) || stamps.length !== values.length)
    throw mismatch("trend", "as many timestamps as values", series);
  const times = stamps.map((stamp: unknown) => (typeof stamp === "string" ? Date.parse(stamp) : stamp));
  for (const time of times) if (typeof time !== "number" || Number.isNaN(time)) throw mismatch("trend", "times", time);
  const seconds = (times as number[]).map((time) => time / 1_000);
  const [atTime, atValue] = [mean(seconds), mean(values)];
  const spread = sum(seconds.map((second) => (second - atTime) ** 2));
  if (spread === 0) throw mismatch("trend", "different times", series);
  return sum(seconds.map((second, index) => (second - atTime) * ((values[index] ?? 0) - atValue))) / spread;
}
