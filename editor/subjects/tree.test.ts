import { expect, test } from "vitest";
import type { SubjectActivity } from "../../server/api/contract.ts";
import { rowsOf, subjectOf } from "./tree.ts";

const seen = (subject: string, perSecond = 1, value = "1"): SubjectActivity => ({
  subject,
  count: perSecond * 10,
  perSecond,
  atMs: 0,
  value,
  device: "",
  key: "",
  publisher: "boiler/plc",
});
const all = [
  seen("iot.raw.mock.b1", 2),
  seen("iot.processed.b1.t", 4),
  seen("iot.processed.b1.p10", 3, '"open"'),
  seen("iot.processed.b1.p9", 1),
  seen("iot.processed", 1),
  seen("plant.line", 5),
];
const paths = (filter = "", toggled: string[] = []) => rowsOf(all, filter, new Set(toggled)).map(({ path }) => path);

test("the tree begins open down to the stages, in the order of numbers", () => {
  expect(paths()).toEqual([
    "iot",
    "iot.processed",
    "iot.processed.b1",
    "iot.raw",
    "iot.raw.mock",
    "plant",
    "plant.line",
  ]);
  expect(paths("", ["iot.processed.b1", "iot.raw", "plant"])).toEqual([
    "iot",
    "iot.processed",
    "iot.processed.b1",
    "iot.processed.b1.p9",
    "iot.processed.b1.p10",
    "iot.processed.b1.t",
    "iot.raw",
    "plant",
  ]);
});

test("a branch has the sums of what is below it, open or not", () => {
  const [iot, processed] = rowsOf(all, "", new Set());
  expect(iot).toMatchObject({ below: 5, perSecond: 11, count: 110, own: undefined });
  expect(processed).toMatchObject({ below: 3, perSecond: 9, own: { subject: "iot.processed" } });
});

test("a filter keeps the subjects that hold all of its words, and opens what leads to them", () => {
  expect(paths("B1 open")).toEqual(["iot", "iot.processed", "iot.processed.b1", "iot.processed.b1.p10"]);
  expect(paths("nothing-like-it")).toEqual([]);
});

test("a node made of a branch listens to all below it", () => {
  const [iot] = rowsOf(all, "", new Set());
  expect(iot && subjectOf(iot)).toBe("iot.>");
  expect(subjectOf({ path: "plant.line", below: 0 })).toBe("plant.line");
});
