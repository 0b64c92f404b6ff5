import { expect, test } from "vitest";
import { complete } from "./completion.ts";

const described = {
  names: [
    { name: "value", summary: "what was measured" },
    { name: "tags", summary: "texts" },
  ],
  functions: [{ name: "round", usage: "round(x, decimals)", summary: "to a number of decimals" }],
};
const labels = (text: string, kind: "expression" | "template" = "expression", isAsked = false) =>
  complete(text, isAsked, { kind, described, variables: ["limit"], tags: ["line"] })?.options.map(({ label }) => label);

test.each([
  ["va", ["value", "tags", "limit", "round"]],
  ["value > 1 && tags.", ["line"]],
  ["tags.li", ["line"]],
  ["value.", ["round"]],
  ["value ", undefined],
  ['key == "va', undefined],
  ['key == "a" && va', ["value", "tags", "limit", "round"]],
])("in %j there is %j", (text, options) => {
  expect(labels(text)).toEqual(options);
});

test("asked for, everything is offered where nothing is written yet", () => {
  expect(labels("", "expression", true)).toHaveLength(4);
});

test.each([
  ["va", undefined],
  [`$\{va`, ["value", "tags", "limit", "round"]],
  [`$\{value} and va`, undefined],
  [`$$\{va`, undefined],
])("in the template %j there is %j", (text, options) => {
  expect(labels(text, "template")).toEqual(options);
});
