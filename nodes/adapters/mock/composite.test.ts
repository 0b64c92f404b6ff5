import { expect, test } from "vitest";
import { inferType } from "../../contract/point.ts";
import { type Composite, type CompositeSignal, composites, startComposite } from "./composite.ts";

const signal = (type: Composite, changes: Partial<CompositeSignal> = {}): CompositeSignal => ({
  type,
  waveform: "sawtooth",
  min: 0,
  max: 100,
  periodMs: 10_000,
  value: 0,
  values: [],
  noise: 0,
  decimals: 2,
  length: 4,
  rows: 2,
  columns: 3,
  latitude: 46.95,
  longitude: 7.45,
  radius: 1_000,
  startMs: Date.UTC(2026, 0, 1),
  ...changes,
});
const at = (type: Composite, elapsedMs: number, changes: Partial<CompositeSignal> = {}) =>
  startComposite(signal(type, changes), "seed")({ elapsedMs, index: 0 });

test.each(composites)("%s has the shape by which points know it", (type) => {
  expect(inferType(at(type, 1_234))).toBe(type);
});

test.each(composites)("%s is the same for the same seed", (type) => {
  const changes = { waveform: "random", noise: 0 } as const;
  expect(at(type, 500, changes)).toEqual(at(type, 500, changes));
});

test("the parts follow the waveform, shifted against each other", () => {
  expect(at("vector", 0)).toEqual({ values: [0, 25, 50, 75], dimension: 4 });
  expect(at("array", 1_000)).toEqual({ values: [10, 35, 60, 85], data_type: "float", size: 4 });
  expect(at("matrix", 0)).toEqual({
    values: [
      [0, 16.67, 33.33],
      [50, 66.67, 83.33],
    ],
    rows: 2,
    cols: 3,
  });
  expect(at("vector3d", 0)).toEqual({ x: 0, y: 33.33, z: 66.67 });
});

test("a location stays on its circle", () => {
  const metres = (elapsedMs: number) => {
    const { latitude, longitude } = at("location", elapsedMs) as { latitude: number; longitude: number };
    const east = (longitude - 7.45) * 111_320 * Math.cos((46.95 * Math.PI) / 180);
    return Math.hypot((latitude - 46.95) * 111_320, east);
  };
  for (const elapsedMs of [0, 1_250, 2_500, 7_000]) expect(metres(elapsedMs)).toBeCloseTo(1_000, 0);
});

test("a time series ends now and never goes backwards", () => {
  const { timestamps, values } = at("timeseries", 10_000) as { timestamps: string[]; values: number[] };
  expect(timestamps).toEqual([
    "2026-01-01T00:00:02.500Z",
    "2026-01-01T00:00:05.000Z",
    "2026-01-01T00:00:07.500Z",
    "2026-01-01T00:00:10.000Z",
  ]);
  expect(values).toEqual([25, 50, 75, 0]);
});

test("a colour goes once around", () => {
  expect([0, 1 / 3, 2 / 3].map((turn) => at("color", turn * 10_000 + 0.001))).toEqual([
    { r: 255, g: 0, b: 0, a: 255 },
    { r: 0, g: 255, b: 0, a: 255 },
    { r: 0, g: 0, b: 255, a: 255 },
  ]);
});
