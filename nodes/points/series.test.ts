import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPoint, ManualClock } from "../contract/testing.ts";
import { Series } from "./series.ts";

const point = (device_id: string, key: string) => fillPoint({ device_id, key }, new ManualClock());
const counters = (limit: number, onEvict?: (state: { count: number }) => void) =>
  new Series(limit, () => ({ count: 0 }), onEvict);

test("each key of each device has a state of its own that stays", () => {
  const series = counters(10);
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

const name = fc.constantFrom("a", "b", "c", "d");

test("there are never more than the limit, and the newest is always kept", () => {
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

test("what was not seen for long goes first", () => {
  const evicted: number[] = [];
  const series = counters(3, ({ count }) => evicted.push(count));
  ["a", "b", "c"].forEach((device, index) => {
    series.of(point(device, "")).count = index;
  });
  series.of(point("d", ""));
  series.of(point("b", ""));
  series.of(point("e", ""));
  expect(evicted).toEqual([0, 2]);
});

test("what changed, saved piece by piece, is all there is, and comes back", () => {
  const touched = fc.array(fc.tuple(name, name), { maxLength: 8 });
  fc.assert(
    fc.property(fc.array(touched), fc.integer({ min: 1, max: 5 }), (rounds, limit) => {
      const series = counters(limit);
      const disk = new Map<string, number>();
      for (const names of rounds) {
        for (const [device, key] of names) series.of(point(device, key)).count++;
        for (const [entry, state] of series.saved("changed"))
          if (state === undefined) disk.delete(entry);
          else disk.set(entry, state.count);
      }
      const again = counters(limit);
      for (const [entry, count] of disk) again.restore(entry, { count });
      const all = (of: Series<{ count: number }>) => new Map([...of.saved("all")].map(([n, s]) => [n, s?.count]));
      expect(all(again)).toEqual(all(series));
      expect(all(series)).toEqual(disk);
    }),
  );
});
