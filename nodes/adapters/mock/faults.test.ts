import { expect, test } from "vitest";
import { type FaultRates, startFaults } from "./faults.ts";
import { seededRandom } from "./random.ts";

const none: FaultRates = { dropouts: 0, duplicates: 0, late: 0, badQuality: 0, notANumber: 0 };
const run = (rates: Partial<FaultRates>, count = 10_000) => {
  const decide = startFaults({ ...none, ...rates }, seededRandom("1"));
  return Array.from({ length: count }, () => decide({ a: 1, b: "on" }));
};

test("without rates nothing goes wrong", () => {
  expect(run({}).every(({ copies, isLate, payload }) => copies === 1 && !isLate && payload["a"] === 1)).toBe(true);
});

test("each fault comes as often as it should", () => {
  const readings = run({ dropouts: 5, duplicates: 10, late: 20, badQuality: 3, notANumber: 2 });
  const share = (is: (reading: (typeof readings)[number]) => boolean) =>
    (readings.filter(is).length / readings.length) * 100;
  expect(share(({ copies }) => copies === 0)).toBeCloseTo(5, -0.5);
  expect(share(({ copies }) => copies === 2)).toBeCloseTo(9.5, -0.5);
  expect(share(({ isLate }) => isLate)).toBeCloseTo(20, -0.5);
  expect(share(({ payload }) => typeof payload["a"] === "object")).toBeCloseTo(3, -0.5);
  expect(share(({ payload }) => payload["a"] === "NaN")).toBeCloseTo(2, -0.5);
  expect(readings.some(({ payload }) => payload["b"] === "NaN")).toBe(false);
});

test("a value of bad quality says so beside it", () => {
  expect(run({ badQuality: 100 }, 1)[0]?.payload).toEqual({
    a: { value: 1, quality: 1 },
    b: { value: "on", quality: 1 },
  });
});

test("another rate leaves the other faults where they were", () => {
  const droppedAt = (rates: Partial<FaultRates>) => run(rates, 500).map(({ copies }) => copies === 0);
  expect(droppedAt({ dropouts: 10, late: 50, notANumber: 90 })).toEqual(droppedAt({ dropouts: 10 }));
});
