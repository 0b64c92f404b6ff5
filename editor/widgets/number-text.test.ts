import { expect, test } from "vitest";
import { readNumber, writeNumber } from "./number-text.ts";

test.each([
  ["12", 12],
  [" 12 ", 12],
  ["-0.5", -0.5],
  ["1.", 1],
  [".5", 0.5],
  ["1e3", 1000],
  ["1E-2", 0.01],
  ["0x1F", 31],
  ["−4", -4],
])("%j is the number %d", (text, value) => {
  expect(readNumber(text)).toEqual({ kind: "number", value });
});

test.each(["-", "+", "1e", "1e-", ".", "-.", "0x"])("%j can still become a number", (text) => {
  expect(readNumber(text)).toEqual({ kind: "partial" });
});

test.each(["abc", "1,5", "1 2", "--1", "1e5e", "NaN", "Infinity", "1e999"])("%j is no number", (text) => {
  expect(readNumber(text)).toEqual({ kind: "wrong" });
});

test("nothing is empty, not zero", () => {
  expect(readNumber("  ")).toEqual({ kind: "empty" });
});

test("a value that is no number is shown as it stands in the document", () => {
  expect([undefined, null, 5, "five", { a: 1 }].map(writeNumber)).toEqual(["", "", "5", "five", '{"a":1}']);
});
