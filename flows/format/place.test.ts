import fc from "fast-check";
import { expect, test } from "vitest";
import { faultPlace, problemPlace } from "./place.ts";

const text = `{
  "format": 1,
  "nodes": [
    { "id": "a", "type": "rule.filter", "config": {} },
    { "id": "b", "type": "rule.alert",
      "config": { "condition": "value >", "levels": [1, 2] } }
  ],
  "connections": [{ "id": "plant", "type": "mqtt", "config": { "url": 7 } }]
}`;

test.each([
  ['{ "format": 1,\n  "id": }', { line: 2, column: 9 }],
  ["", { line: 1, column: 1 }],
  ['{ "a": 1,\n\n // why\n "b": 2 }', { line: 3, column: 2 }],
])("the fault in %j is found", (broken, place) => {
  expect(faultPlace(broken)).toEqual(place);
});

test("what JSON.parse takes has no fault, and what it refuses has one", () => {
  fc.assert(
    fc.property(fc.json(), fc.nat(), (json, at) => {
      expect(faultPlace(json)).toBeUndefined();
      const cut = json.slice(0, at % json.length);
      let isJson = true;
      try {
        JSON.parse(cut);
      } catch {
        isJson = false;
      }
      expect(faultPlace(cut) === undefined).toBe(isJson);
    }),
  );
});

test.each([
  ["a field of a node's configuration", { node: "b", path: ["condition"] }, { line: 6, column: 19 }],
  ["an entry of a list", { node: "b", path: ["levels", 1] }, { line: 6, column: 57 }],
  [
    "a field that is missing, by the node it is missing in",
    { node: "a", path: ["expression"] },
    { line: 4, column: 5 },
  ],
  ["a field beside the configuration", { node: "b", path: ["type"] }, { line: 5, column: 18 }],
  ["a node as a whole", { node: "b" }, { line: 5, column: 5 }],
  ["a connection", { node: "plant", path: ["url"] }, { line: 8, column: 64 }],
  ["a part of the document", { path: ["nodes", 1, "id"] }, { line: 5, column: 7 }],
  ["a node that is not in the text", { node: "c" }, { line: 1, column: 1 }],
])("%s is found", (_, problem, place) => {
  expect(problemPlace(text, problem)).toEqual(place);
});
