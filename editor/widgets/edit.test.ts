import { expect, test } from "vitest";
import { inserted, moved, removed, replaced, withProperty } from "./edit.ts";

test("setting a property leaves the old object and all other values as they were", () => {
  const inner = { b: 1 };
  const before = Object.freeze({ inner, name: "x" });
  const after = withProperty(before, "name", "y");
  expect(after).toEqual({ inner: { b: 1 }, name: "y" });
  expect(after["inner"]).toBe(inner);
  expect(before.name).toBe("x");
});

test("clearing a property takes its key out, and clearing what is not there changes nothing", () => {
  const before = Object.freeze({ a: 1, b: 2 });
  expect(withProperty(before, "a", undefined)).toEqual({ b: 2 });
  expect(withProperty(before, "c", undefined)).toBe(before);
});

test("a property keeps its place among the others", () => {
  expect(Object.keys(withProperty({ a: 1, b: 2, c: 3 }, "b", 9))).toEqual(["a", "b", "c"]);
});

test("a property named __proto__ is a property like any other", () => {
  const after = withProperty({}, "__proto__", "x");
  expect(Object.getPrototypeOf(after)).toBe(Object.prototype);
  expect(Object.keys(after)).toEqual(["__proto__"]);
});

test("rows are inserted, replaced, removed and moved without touching the old list", () => {
  const rows = Object.freeze(["a", "b", "c"]);
  expect(inserted(rows, 1, "x", "y")).toEqual(["a", "x", "y", "b", "c"]);
  expect(replaced(rows, 1, "x")).toEqual(["a", "x", "c"]);
  expect(removed(rows, 0)).toEqual(["b", "c"]);
  expect(moved(rows, 0, 2)).toEqual(["b", "c", "a"]);
  expect(moved(rows, 2, 0)).toEqual(["c", "a", "b"]);
});

test("a row does not move beyond the ends", () => {
  const rows = ["a", "b"];
  expect(moved(rows, 0, -1)).toBe(rows);
  expect(moved(rows, 1, 2)).toBe(rows);
  expect(moved(rows, 5, 0)).toBe(rows);
});
