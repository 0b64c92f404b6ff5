import { expect, test } from "vitest";
import { readForm } from "../read-field.ts";
import { pasted, readCells, writeCells } from "./paste.ts";

const columns = readForm({
  type: "object",
  properties: {
    name: { type: "string", title: "Tag name" },
    address: { type: "integer" },
    type: { enum: ["uint16", "float32"], labels: { float32: "Float" } },
    writable: { type: "boolean" },
  },
}).properties;

test("cells come apart by tabs, semicolons or commas, whichever the text uses", () => {
  expect(readCells("a\tb\nc\td\n")).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
  expect(readCells("a;1,5\nb;2,5")).toEqual([
    ["a", "1,5"],
    ["b", "2,5"],
  ]);
  expect(readCells("a, b\r\nc, d")).toEqual([
    ["a", "b"],
    ["c", "d"],
  ]);
});

test("text in quotes keeps separators, line ends and quotes", () => {
  expect(readCells('a,"x, y"\n"say ""hi""","2\n3"')).toEqual([
    ["a", "x, y"],
    ['say "hi"', "2\n3"],
  ]);
});

test("ordinary text is not a table", () => {
  expect(readCells("plain, text")).toBeUndefined();
});

test("cells fill rows and columns from a place on, and add rows at the end", () => {
  const rows = [{ name: "a", address: 1, extra: true }];
  const result = pasted(rows, columns, { row: 0, column: 1 }, [
    ["10", "Float"],
    ["0x14", "uint16"],
  ]);
  expect(result).toEqual([
    { name: "a", address: 10, type: "float32", extra: true },
    { address: 20, type: "uint16" },
  ]);
  expect(rows[0]?.address).toBe(1);
});

test("a first line that names columns says where the cells go", () => {
  const result = pasted([], columns, { row: 0, column: 0 }, [
    ["Address", "TAG_NAME", "Comment"],
    ["7", "speed", "ignored"],
  ]);
  expect(result).toEqual([{ address: 7, name: "speed" }]);
});

test("an empty cell clears, and text that fits no number stays for the field to complain about", () => {
  const result = pasted([{ name: "a", address: 1 }], columns, { row: 0, column: 0 }, [["", "n/a"]]);
  expect(result).toEqual([{ address: "n/a" }]);
});

test("what is copied can be pasted back", () => {
  const rows = [
    { name: 'a "b"\tc', address: 1, type: "uint16", writable: true },
    { name: "d", address: 2, type: "float32", writable: false },
  ];
  const cells = readCells(writeCells(rows, columns)) ?? [];
  expect(pasted([], columns, { row: 0, column: 0 }, cells)).toEqual(rows);
});
