import { expect, test } from "vitest";
import { byAttention, countOutcomes, type Outcome } from "./outcomes.ts";

const node = (name: string, outcome: Outcome) => ({ name, type: "inject", outcome, notes: [] });

test("what needs a hand comes first, the rest as in the file, and each kind is counted", () => {
  const report = [node("a", "converted"), node("b", "by-hand"), node("c", "approximated"), node("d", "converted")];
  expect(byAttention(report).map(({ name }) => name)).toEqual(["b", "c", "a", "d"]);
  expect(countOutcomes(report)).toEqual({ "by-hand": 1, approximated: 1, converted: 2 });
});
