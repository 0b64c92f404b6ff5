import fc from "fast-check";
import { expect, test } from "vitest";
import { conversion, conversionProblem, type UnitName, unitNames } from "./units.ts";

test.each<[number, UnitName, UnitName, number]>([
  [100, "°C", "°F", 212],
  [-40, "°C", "°F", -40],
  [25, "°C", "K", 298.15],
  [212, "°F", "°C", 100],
  [32, "°F", "K", 273.15],
  [1234, "mm", "m", 1.234],
  [12, "in", "ft", 1],
  [1, "mi", "km", 1.609344],
  [1, "lb", "g", 453.59237],
  [16, "oz", "lb", 1],
  [1, "bar", "kPa", 100],
  [1, "bar", "psi", 14.503773773],
  [1, "atm", "bar", 1.01325],
  [1, "mmHg", "Pa", 133.322387415],
  [1, "kWh", "MJ", 3.6],
  [1, "hp", "W", 745.699871582],
  [3.6, "km/h", "m/s", 1],
  [60, "mph", "km/h", 96.56064],
  [60, "l/min", "m³/h", 3.6],
  [1, "gal", "l", 3.785411784],
  [3000, "rpm", "Hz", 50],
  [180, "°", "rad", Math.PI],
  [5, "%", "1", 0.05],
  [1500, "mA", "A", 1.5],
  [1, "kgf/cm²", "bar", 0.980665],
  [1, "inH₂O", "Pa", 249.08891],
  [29.92, "inHg", "hPa", 1013.20748119],
  [1, "lb/ft³", "kg/m³", 16.018463374],
  [100, "lbf·ft", "N·m", 135.581794833],
  [1413, "µS/cm", "mS/cm", 1.413],
  [2, "Ah", "C", 7200],
])("%s %s in %s: %s", (value, from, to, expected) => {
  expect(conversion(from, to)(value)).toBeCloseTo(expected, 9);
});

test("whole results of decimal units come out exactly", () => {
  expect(conversion("mm", "m")(1234)).toBe(1.234);
  expect(conversion("°C", "°F")(37)).toBe(98.6);
  expect(conversion("Wh", "kWh")(1500)).toBe(1.5);
});

test("there and back again is where it began, for every two units of one quantity", () => {
  const unit = fc.constantFrom(...unitNames);
  const pair = fc.tuple(unit, unit).filter(([from, to]) => conversionProblem(from, to) === undefined);
  fc.assert(
    fc.property(pair, fc.double({ noNaN: true, min: -1e6, max: 1e6 }), ([from, to], value) => {
      const back = conversion(to, from)(conversion(from, to)(value));
      // A zero point far from the value costs digits.
      expect(Math.abs(back - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
    }),
    { numRuns: 2_000 },
  );
});

test("a unit in itself changes nothing, and others of another kind are refused with both kinds", () => {
  for (const unit of unitNames) expect(conversion(unit, unit)(25)).toBeCloseTo(25, 9);
  expect(conversionProblem("m", "kg")).toBe("m measures a length and kg a mass: choose units of one kind");
});
