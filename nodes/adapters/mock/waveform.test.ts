import { describe, expect, test } from "vitest";
import { seededRandom } from "./random.ts";
import { type Signal, startSignal, type Waveform } from "./waveform.ts";

const signal = (waveform: Waveform, more: Partial<Signal> = {}): Signal => ({
  waveform,
  min: 10,
  max: 20,
  periodMs: 1_000,
  value: 7,
  values: [],
  noise: 0,
  decimals: 3,
  ...more,
});

/** The values at these times; readings are numbered from 0. */
function at(times: readonly number[], ...of: Parameters<typeof signal>) {
  const valueAt = startSignal(signal(...of), seededRandom("s"));
  return times.map((elapsedMs, index) => valueAt({ elapsedMs, index }));
}

const quarters = [0, 250, 500, 750, 1_000, 1_250];

test.each<[Waveform, unknown[]]>([
  ["sine", [15, 20, 15, 10, 15, 20]],
  ["square", [20, 20, 10, 10, 20, 20]],
  ["sawtooth", [10, 12.5, 15, 17.5, 10, 12.5]],
  ["triangle", [10, 15, 20, 15, 10, 15]],
  ["ramp", [10, 12.5, 15, 17.5, 20, 20]],
  ["step", [10, 10, 10, 10, 20, 20]],
  ["constant", [7, 7, 7, 7, 7, 7]],
])("%s at the quarters of its period", (waveform, values) => {
  expect(at(quarters, waveform)).toEqual(values);
});

test("a counter counts readings, whatever the time, and begins again after its highest", () => {
  expect(at([0, 0, 5, 9_999], "counter", { min: 1, max: 3 })).toEqual([1, 2, 3, 1]);
});

test("an enum goes through its values once in each period", () => {
  const values = ["off", "on", true, 4];
  expect(at([...quarters, 999], "enum", { values })).toEqual(["off", "on", true, 4, "off", "on", 4]);
});

test("a constant may be text or true/false, which noise leaves alone", () => {
  expect(at([0], "constant", { value: "auto", noise: 5 })).toEqual(["auto"]);
  expect(at([0], "constant", { value: false, noise: 5 })).toEqual([false]);
});

test("numbers are rounded to the wanted decimals", () => {
  expect(at([100], "sine", { decimals: 0 })).toEqual([18]);
  expect(at([100], "sine", { decimals: 2 })).toEqual([17.94]);
  expect(at([0], "constant", { value: 1e300 })).toEqual([1e300]);
});

describe.each<Waveform>(["random", "walk"])("%s", (waveform) => {
  const times = Array.from({ length: 10_000 }, (_, index) => index);
  const values = at(times, waveform) as number[];

  test("stays between lowest and highest and reaches most of it", () => {
    expect(Math.min(...values)).toBeGreaterThanOrEqual(10);
    expect(Math.max(...values)).toBeLessThanOrEqual(20);
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(8);
  });

  test("is the same for the same seed, and another for another", () => {
    expect(at(times, waveform)).toEqual(values);
    const other = startSignal(signal(waveform), seededRandom("t"));
    expect(times.map((elapsedMs, index) => other({ elapsedMs, index }))).not.toEqual(values);
  });

  test("is constant when lowest is highest", () => {
    expect(at([0, 1, 2], waveform, { min: 5, max: 5 })).toEqual([5, 5, 5]);
  });
});

test("a random walk moves by small steps", () => {
  const values = at(Array(1_000).fill(0), "walk") as number[];
  const steps = values.slice(1).map((value, index) => Math.abs(value - (values[index] ?? 0)));
  expect(Math.max(...steps)).toBeLessThan(1);
});

test("noise has the given standard deviation and mean zero", () => {
  const values = at(Array(20_000).fill(0), "constant", { value: 100, noise: 2, decimals: 10 }) as number[];
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  expect(mean).toBeCloseTo(100, 0);
  expect(deviation).toBeGreaterThan(1.95);
  expect(deviation).toBeLessThan(2.05);
});

test("random numbers are those of mulberry32", () => {
  // What the published C code gives for the state 0x811c9dc5, the FNV-1a hash of the empty text.
  const random = seededRandom("");
  const integers = [random.next(), random.next(), random.next()].map((value) => value * 2 ** 32);
  expect(integers).toEqual([2_625_274_932, 2_119_670_693, 3_324_411_561]);
});
