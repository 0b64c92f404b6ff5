import { expect, test } from "vitest";
import { check, type Numbered } from "./checker.ts";

const messages = (device: string, ...numbers: number[]): Numbered[] => numbers.map((number) => ({ device, number }));

test("every acknowledged message is delivered, dead-lettered or lost, and what comes twice is counted", () => {
  const verdict = check(messages("a", 1, 2, 3, 4), messages("a", 1, 2, 2, 1, 5), messages("a", 3));
  expect(verdict).toEqual({
    acknowledged: 4,
    delivered: 2,
    deadLettered: 1,
    lost: ["a 4"],
    duplicated: 2,
    disordered: [],
    unacknowledged: 1,
  });
});

test("a replayed beginning is no disorder, a message that is overtaken is", () => {
  const numbers = messages("a", 1, 2, 3, 4);
  expect(check(numbers, messages("a", 1, 2, 1, 2, 3, 4), []).disordered).toEqual([]);
  expect(check(numbers, messages("a", 1, 3, 2, 4), []).disordered).toEqual(["a 2"]);
  expect(check(numbers, [...messages("a", 1, 2), ...messages("b", 1)], []).disordered).toEqual([]);
});
