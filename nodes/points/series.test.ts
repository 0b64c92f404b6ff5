import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPoint, ManualClock } from "../contract/testing.ts";
import { Series } from "./series.ts";

const point = (device_id: string, key: string) => fillPoint({ device_id, key }, new ManualClock());

test("each key of each device has a state of its own that stays", () => {
  const series = new Series(10, () => ({ count: 0 }));
  for (const [device, key] of [
    ["a", "x"],
    ["a", "y"],
    ["ax", ""],
    ["a", "x"],
  ] as const)
    series.of(point(device, key)).count++;
  expect(series.of(point("a", "x")).count).toBe(2);
  expect(series.of(point("ax", "")).count).toBe(1);
  expect(series.size).toBe(3);
});

test("there are never more than the limit, and the newest is always kept", () => {
  const name = fc.constantFrom("a", "b", "c", "d");
  fc.assert(
    fc.property(fc.array(fc.tuple(name, name)), fc.integer({ min: 1, max: 5 }), (names, limit) => {
      const series = new Series(limit, () => ({}));
      for (const [device, key] of names) {
        const state = series.of(point(device, key));
        expect(series.of(point(device, key))).toBe(state);
        expect(series.size).toBeLessThanOrEqual(limit);
      }
      expect(series.size).toBe(Math.min(limit, new Set(names.map(String)).size));
    }),
  );
});
