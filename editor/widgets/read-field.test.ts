import { describe, expect, test } from "vitest";
import { labelOfKey, type ObjectField } from "./field.ts";
import { readForm } from "./read-field.ts";

/** The field of one property of an object with these properties. */
function fieldOf(schema: Record<string, unknown>, root: Record<string, unknown> = {}) {
  const [property] = readForm({ type: "object", properties: { it: schema }, ...root }).properties;
  if (property === undefined) throw new Error("no field was made");
  return property.field;
}

describe("a schema gets the widget that fits it", () => {
  test.each([
    [{ type: "string" }, { kind: "text", widget: "plain" }],
    [
      { type: "string", widget: "duration", default: "5s" },
      { kind: "text", widget: "duration", initial: "5s" },
    ],
    [
      { type: "string", widget: "multiline" },
      { kind: "text", widget: "multiline" },
    ],
    [
      { type: "string", widget: "never-heard-of" },
      { kind: "text", widget: "plain" },
    ],
    [
      { type: "string", widget: "expression", variables: ["count"] },
      { kind: "code", widget: "expression" },
    ],
    [
      { type: "string", widget: "template" },
      { kind: "code", widget: "template" },
    ],
    [
      { type: "string", widget: "connection", connection: "mqtt" },
      { kind: "connection", connection: "mqtt" },
    ],
    [{ anyOf: [{ type: "string" }, { type: "object" }], widget: "secret" }, { kind: "secret" }],
    [
      { type: "integer", minimum: 1, unit: "ms" },
      { kind: "number", integer: true, minimum: 1, unit: "ms" },
    ],
    [{ type: "number" }, { kind: "number", integer: false }],
    [{ type: ["number", "null"] }, { kind: "number" }],
    [
      { anyOf: [{ type: "number" }, { type: "null" }], title: "Limit" },
      { kind: "number", title: "Limit" },
    ],
    [{ type: "boolean" }, { kind: "boolean" }],
    [{ type: ["number", "string", "boolean"] }, { kind: "scalar", types: ["number", "string", "boolean"] }],
    [{ anyOf: [{ type: "number" }, { type: "string" }] }, { kind: "scalar", types: ["number", "string"] }],
    [
      { type: "array", items: { type: "string" } },
      { kind: "list", item: { kind: "text" } },
    ],
    [{ type: "array", items: { type: "object", properties: { a: { type: "string" } } } }, { kind: "table" }],
    [
      { type: "array", items: { enum: ["a", "b"] } },
      { kind: "choices", choices: [{ value: "a" }, { value: "b" }] },
    ],
    [{ type: "array", prefixItems: [{ type: "number" }, { type: "string" }] }, { kind: "tuple" }],
    [{ type: "object", properties: { a: { type: "string" } } }, { kind: "object" }],
    [
      { type: "object", additionalProperties: { type: "number" } },
      { kind: "record", item: { kind: "number" } },
    ],
    [{ type: "object" }, { kind: "json" }],
    [{ type: "array" }, { kind: "json" }],
    [{}, { kind: "json" }],
    [{ type: "string", widget: "json" }, { kind: "json" }],
    [{ $ref: "https://elsewhere.example/schema" }, { kind: "json" }],
  ])("%j → %j", (schema, expected) => {
    expect(fieldOf(schema)).toMatchObject(expected);
  });
});

test("values of an enumeration carry their labels, and constants side by side are one too", () => {
  const labels = { a: "Alpha" };
  expect(fieldOf({ type: "string", enum: ["a", "b"], labels })).toMatchObject({
    kind: "choice",
    choices: [
      { value: "a", label: "Alpha" },
      { value: "b", label: "b" },
    ],
  });
  expect(fieldOf({ anyOf: [{ const: "a" }, { const: 2 }], labels })).toMatchObject({
    kind: "choice",
    choices: [
      { value: "a", label: "Alpha" },
      { value: 2, label: "2" },
    ],
  });
});

test("objects told apart by one property become a union whose tag has no field of its own", () => {
  const alternative = (kind: string, rest: object) => ({
    type: "object",
    properties: { kind: { type: "string", const: kind }, ...rest },
    required: ["kind"],
  });
  const field = fieldOf({
    oneOf: [alternative("time", { length: { type: "string" } }), alternative("count", { size: { type: "integer" } })],
  });
  expect(field).toMatchObject({
    kind: "union",
    alternatives: [
      { label: "Time", tag: { key: "kind", value: "time" }, field: { properties: [{ key: "length" }] } },
      { label: "Count", tag: { key: "kind", value: "count" }, field: { properties: [{ key: "size" }] } },
    ],
  });
});

test("a fixed word beside another type is an alternative with the label of the field", () => {
  const field = fieldOf({ anyOf: [{ const: "auto" }, { type: "integer" }], labels: { auto: "Automatic" } });
  expect(field).toMatchObject({
    kind: "union",
    alternatives: [{ label: "Automatic", constant: "auto" }, { field: { kind: "number" } }],
  });
});

test("a property with a default is not asked for, even where the schema requires it", () => {
  const form = readForm({
    type: "object",
    properties: { a: { type: "string" }, b: { type: "string", default: "x" }, c: { type: "string" } },
    required: ["a", "b"],
  });
  expect(form.properties.map(({ key, required }) => [key, required])).toEqual([
    ["a", true],
    ["b", false],
    ["c", false],
  ]);
});

test("the bounds that Zod gives every integer are not shown to people", () => {
  const field = fieldOf({ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
  expect(field).toMatchObject({ minimum: 0 });
  expect(field).not.toHaveProperty("maximum");
});

test("references are followed, and a schema inside itself ends as JSON instead of going on for ever", () => {
  const tree = { type: "object", properties: { name: { type: "string" }, child: { $ref: "#/$defs/tree" } } };
  const depth = (field: unknown): number => {
    const child = (field as ObjectField).properties?.find(({ key }) => key === "child");
    return child === undefined ? 0 : 1 + depth(child.field);
  };
  const field = fieldOf({ $ref: "#/$defs/tree", title: "Tree" }, { $defs: { tree } });
  expect(field).toMatchObject({ kind: "object", title: "Tree" });
  expect(depth(field)).toBe(2);
});

test("intersections show the properties of all their parts", () => {
  const part = (key: string) => ({ type: "object", properties: { [key]: { type: "string" } }, required: [key] });
  expect(fieldOf({ allOf: [part("a"), part("b")] })).toMatchObject({
    kind: "object",
    properties: [
      { key: "a", required: true },
      { key: "b", required: true },
    ],
  });
});

test.each([
  ["pollInterval", "Poll interval"],
  ["device_id", "Device id"],
  ["", ""],
])("the key %s reads as %s", (key, label) => {
  expect(labelOfKey(key)).toBe(label);
});
