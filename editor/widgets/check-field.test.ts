import { expect, test } from "vitest";
import { checkField, isDuration } from "./check-field.ts";
import { readForm } from "./read-field.ts";

function check(schema: Record<string, unknown>, value: unknown) {
  const [property] = readForm({ type: "object", properties: { it: schema } }).properties;
  return property && checkField(property.field, value)?.key;
}

test.each([
  [{ type: "integer" }, 1.5, "field.error.integer"],
  [{ type: "number", minimum: 1 }, 0, "field.error.minimum"],
  [{ type: "number", maximum: 1 }, 2, "field.error.maximum"],
  [{ type: "number", exclusiveMinimum: 0 }, 0, "field.error.above"],
  [{ type: "number", exclusiveMaximum: 9 }, 9, "field.error.below"],
  [{ type: "number" }, "12", "field.error.number"],
  [{ type: "string" }, 12, "field.error.text"],
  [{ type: "string", widget: "duration" }, "5", "field.error.durationUnit"],
  [{ type: "string", widget: "duration" }, "5 s", "field.error.duration"],
  [{ type: "string", widget: "subject" }, "iot. x", "field.error.subject"],
  [{ enum: ["a", "b"] }, "c", "field.error.choice"],
])("%j with %j says %s", (schema, value, key) => {
  expect(check(schema, value)).toBe(key);
});

test("nothing is said of what is right or left out", () => {
  expect(check({ type: "integer", minimum: 1 }, 1)).toBeUndefined();
  expect(check({ type: "integer", minimum: 1 }, undefined)).toBeUndefined();
  expect(check({ type: "string", widget: "duration" }, "1m30s")).toBeUndefined();
});

test.each([
  ["500ms", true],
  ["1.5s", true],
  ["1h30m", true],
  ["s", false],
  ["", false],
  ["-1s", false],
])("%j is a duration: %s", (text, answer) => {
  expect(isDuration(text)).toBe(answer);
});
