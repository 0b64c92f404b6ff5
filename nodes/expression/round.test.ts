import fc from "fast-check";
import { expect, test } from "vitest";
import { roundHalfAway } from "./round.ts";

test.each([
  [2.5, 0, 3],
  [-2.5, 0, -3],
  [1.005, 2, 1.01],
  [-1.005, 2, -1.01],
  [0.285, 2, 0.29],
  [21.456, 1, 21.5],
  [0.1 + 0.2, 2, 0.3],
  [-0.2, 0, 0],
  [1e300, 2, 1e300],
  [Number.POSITIVE_INFINITY, 2, Number.POSITIVE_INFINITY],
  [Number.NaN, 2, Number.NaN],
])("%s to %s places is %s", (value, decimals, expected) => {
  expect(roundHalfAway(value, decimals)).toBe(expected);
});

const anyNumber = fc.double({ noNaN: true, noDefaultInfinity: true });
const anyDecimals = fc.integer({ min: 0, max: 15 });

test("rounding what is rounded changes nothing", () => {
  fc.assert(
    fc.property(anyNumber, anyDecimals, (value, decimals) => {
      const once = roundHalfAway(value, decimals);
      expect(roundHalfAway(once, decimals)).toBe(once);
    }),
    { numRuns: 5_000 },
  );
});

test("rounding is the same on both sides of zero, and moves by half a step at most", () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), fc.integer({ min: 0, max: 6 }), (value, decimals) => {
      const rounded = roundHalfAway(value, decimals);
      expect(roundHalfAway(-value, decimals)).toBe(0 - rounded);
      expect(Math.abs(rounded - value)).toBeLessThanOrEqual(0.5 * 10 ** -decimals + 1e-9);
    }),
  );
});
