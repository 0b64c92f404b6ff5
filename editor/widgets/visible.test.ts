import { expect, test } from "vitest";
import { readForm } from "./read-field.ts";
import { fallbackOf, shownProperties } from "./visible.ts";

const form = readForm({
  type: "object",
  properties: {
    mode: { type: "string", enum: ["time", "count"], default: "time" },
    length: { type: "string", showWhen: { mode: ["time"] } },
    size: { type: "integer", showWhen: { mode: ["count"] } },
    limited: { type: "boolean" },
    limit: { type: "integer", showWhen: { limited: [true], mode: ["count"] } },
    free: { type: "string", showWhen: { limited: [false] } },
  },
});
const shown = (value: Record<string, unknown>, fallback?: unknown) =>
  shownProperties(form, value, fallback).map(({ key }) => key);

test("a field is shown while its sibling has the value, its default included", () => {
  expect(shown({})).toEqual(["mode", "length", "limited", "free"]);
  expect(shown({ mode: "count" })).toEqual(["mode", "size", "limited", "free"]);
});

test("all conditions of a field have to hold", () => {
  expect(shown({ limited: true })).not.toContain("limit");
  expect(shown({ limited: true, mode: "count" })).toContain("limit");
});

test("what the object's own default says counts before the field's", () => {
  expect(shown({}, { mode: "count" })).toContain("size");
  const [mode] = form.properties;
  expect(mode && fallbackOf(mode, { mode: "count" })).toBe("count");
  expect(mode && fallbackOf(mode, undefined)).toBe("time");
});
