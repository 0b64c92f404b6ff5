import fc from "fast-check";
import { expect, test } from "vitest";
import { glob } from "./glob.ts";

test.each([
  ["boiler-*", "boiler-7", true],
  ["boiler-*", "boiler-", true],
  ["boiler-*", "my boiler-7", false],
  ["*_temp", "flow_temp", true],
  ["*o*e*", "boiler", true],
  ["a*a", "a", false],
  ["a*b*b", "ab", false],
  ["*", "", true],
  ["a.c", "abc", false],
  ["exact", "exact", true],
  ["exact", "exactly", false],
])("%s on %s: %s", (pattern, text, expected) => {
  expect(glob(pattern)(text)).toBe(expected);
});

test("any text matches itself with any parts of it replaced by stars", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.string().map((part) => part.replaceAll("*", "")),
        { minLength: 1 },
      ),
      fc.nat(),
      (parts, seed) => {
        const pattern = parts.map((part, index) => ((seed >> (index % 30)) & 1 ? "*" : part)).join("");
        expect(glob(pattern)(parts.join(""))).toBe(true);
      },
    ),
  );
});

test("a pattern of many stars on a long text answers at once", () => {
  expect(glob(`${"*a".repeat(400)}*b*`)("a".repeat(100_000))).toBe(false);
});
