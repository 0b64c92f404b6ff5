import { expect, test } from "vitest";
import { age, formatCount, formatRate, formatValue, glance } from "./format.ts";

test("rates are short, and nothing when nothing moves", () => {
  expect([0, 0.04, 0.4, 2, 9.96, 12.4, 1_234, 20_000, 3_400_000].map(formatRate)).toEqual([
    "",
    "",
    "0.4",
    "2",
    "10",
    "12",
    "1.2k",
    "20k",
    "3.4M",
  ]);
});

test("counts go over to the next unit without odd steps", () => {
  expect([999, 1_000, 9_949, 9_950, 999_499, 999_500].map(formatCount)).toEqual([
    "999",
    "1.0k",
    "9.9k",
    "10k",
    "999k",
    "1.0M",
  ]);
});

test("values are shown as people read them", () => {
  expect([21.123456789, 5, "text", true, null, { a: 1 }, undefined].map(formatValue)).toEqual([
    "21.1235",
    "5",
    "text",
    "true",
    "null",
    '{"a":1}',
    "",
  ]);
  expect(glance({ temperature: 61.25, burner: "on" })).toBe("temperature 61.25, burner on");
  expect(glance([1, 2, 3, 4, 5])).toBe("[1, 2, 3, 4, …]");
});

test("an age is told in its largest unit", () => {
  expect([-5, 59_999, 60_000, 3_600_000, 90_000_000].map(age)).toEqual([
    { unit: "s", count: 0 },
    { unit: "s", count: 59 },
    { unit: "m", count: 1 },
    { unit: "h", count: 1 },
    { unit: "d", count: 1 },
  ]);
});
