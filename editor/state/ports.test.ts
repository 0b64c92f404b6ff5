import { expect, test } from "vitest";
import { outputsOf } from "./ports.ts";

const outputs = [{ name: "out", title: "Everything else" }];
const outputsFrom = { list: "routes", name: "name" };

test("ports that the configuration names come first, each once", () => {
  const routes = [{ name: "hot" }, { name: "cold", when: "value < 0" }, { name: "hot" }];
  expect(outputsOf({ outputs, outputsFrom }, { routes }).map(({ name }) => name)).toEqual(["hot", "cold", "out"]);
});

test.each([
  ["nothing is configured yet", {}],
  ["the list is no list", { routes: "hot" }],
  ["rows have no name yet", { routes: [{}, { name: "" }, { name: 5 }, null, "hot"] }],
  ["a row takes the name of a fixed port", { routes: [{ name: "out" }] }],
])("only the fixed ports are there when %s", (_when, config) => {
  expect(outputsOf({ outputs, outputsFrom }, config)).toEqual(outputs);
});

test("a type without such ports has those it declares", () => {
  expect(outputsOf({ outputs }, { routes: [{ name: "hot" }] })).toBe(outputs);
});
