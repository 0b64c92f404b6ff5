import { describe, expect, test } from "vitest";
import { type ScalarType, toScalar } from "./scalar.ts";

describe("a value brought to a type", () => {
  test.each<[ScalarType, unknown, unknown]>([
    ["float", 22, 22],
    ["float", " 21.5 ", 21.5],
    ["float", "-1e3", -1000],
    ["float", ".5", 0.5],
    ["float", true, 1],
    ["float", 10n, 10],
    ["int", "42", 42],
    ["int", "+42", 42],
    ["int", "42.0", 42],
    ["int", false, 0],
    ["int", "9007199254740993", "9007199254740993"],
    ["int", 9007199254740993n, "9007199254740993"],
    ["bool", "On", true],
    ["bool", " no ", false],
    ["bool", 1, true],
    ["bool", 0, false],
    ["string", 1.5, "1.5"],
    ["string", 12345678901234567890n, "12345678901234567890"],
    ["string", [1], "[1]"],
    ["int", null, null],
  ])("%s of %s is %s", (type, value, expected) => {
    expect(toScalar(type, value)).toBe(expected);
  });

  test.each<[ScalarType, unknown, string]>([
    ["float", "21,5", '"21,5" is not a number'],
    ["float", "", '"" is not a number'],
    ["float", "0x10", '"0x10" is not a number'],
    ["float", "1e999", '"1e999" is not a number'],
    ["float", {}, "an empty object is not a number"],
    ["int", 21.5, "21.5 is not a whole number; choose the type float for it"],
    ["bool", 2, "2 is neither true nor false"],
    ["bool", [], "a list of 0 is neither true nor false"],
  ])("%s of %s is refused in words", (type, value, words) => {
    expect(() => toScalar(type, value)).toThrow(words);
  });
});
