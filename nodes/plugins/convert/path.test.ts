import { expect, test } from "vitest";
import { at, parsePath } from "./path.ts";

test.each([
  ["", []],
  ["$", []],
  ["a", ["a"]],
  ["$.a.b", ["a", "b"]],
  ["$[0]", ["0"]],
  ["a[0].b", ["a", "0", "b"]],
  ["a.0.b", ["a", "0", "b"]],
  ['["a.b"].c', ["a.b", "c"]],
  ['a["say \\"hi\\""]', ["a", 'say "hi"']],
  ["$price", ["$price"]],
])("%s leads through %j", (text, path) => {
  expect(parsePath(text)).toEqual(path);
});

test.each(["a..b", ".", "a.", "[x]", 'a"b', "[0", "a]"])("%s is no path", (text) => {
  expect(parsePath(text)).toBeUndefined();
});

test("only own members are found", () => {
  const value = { list: [{ x: 1 }], text: "abc" };
  expect(at(value, ["list", "0", "x"])).toBe(1);
  expect(at(value, [])).toBe(value);
  for (const path of [["list", "1"], ["text", "length"], ["constructor"], ["__proto__", "toString"], ["none", "x"]])
    expect(at(value, path)).toBeUndefined();
});
