import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { ManualClock, runOperator } from "../../contract/testing.ts";
import validate from "./validate.node.ts";

type Config = Readonly<Record<string, unknown>>;

/** `undefined` for a valid point, otherwise why it is not. */
function reason(check: Config, point: Partial<Point>): string | undefined {
  const [emitted] = runOperator(validate, { checks: [check] }).point(point);
  if (emitted?.port === "out") return undefined;
  return emitted?.emission.reason;
}

describe("checks", () => {
  test.each<[Config, Partial<Point>, string | undefined]>([
    [{ check: "range", min: 0, max: 10 }, { value: 0 }, undefined],
    [{ check: "range", min: 0, max: 10 }, { value: 10 }, undefined],
    [{ check: "range", min: 0, max: 10 }, { value: -0.1 }, "-0.1 is below 0"],
    [{ check: "range", max: 10 }, { value: 10.1 }, "10.1 is above 10"],
    [{ check: "range", max: 10 }, { value: "9" }, 'needs a number, but temperature of d1 is the text "9"'],
    [{ check: "range", max: 10 }, { value: null }, "needs a number, but temperature of d1 is null"],
    [{ check: "type", types: ["int", "float"] }, { value: 1 }, undefined],
    [{ check: "type", types: ["int", "float"] }, { value: "1" }, "its type is string, not int or float"],
    [{ check: "required" }, { value: 0 }, undefined],
    [{ check: "required" }, { value: null }, "it has no value"],
    [{ check: "required", fields: ["tags.line", "value.x"] }, { value: { x: 1 }, tags: { line: "" } }, undefined],
    [{ check: "required", fields: ["tags.line", "value.y"] }, { value: { x: 1 } }, "it has no tags.line, value.y"],
    [{ check: "required", fields: ["tags.toString"] }, { value: 1 }, "it has no tags.toString"],
    [{ check: "allowed", values: ["on", 1] }, { value: "on" }, undefined],
    [{ check: "allowed", values: ["on", 1] }, { value: "1" }, '"1" is none of the allowed values'],
    [{ check: "quality" }, { quality: 0 }, undefined],
    [{ check: "quality" }, { quality: 3 }, "its quality is 3, not = 0"],
    [{ check: "quality", compare: "atLeast", quality: 192 }, { quality: 216 }, undefined],
    [{ check: "quality", compare: "atLeast", quality: 192 }, { quality: 64 }, "its quality is 64, not ≥ 192"],
    [{ check: "age", maxAge: "1m" }, { timestamp: "2025-12-31T23:59:00.000Z" }, undefined],
    [{ check: "age", maxAge: "1m" }, { timestamp: "2025-12-31T23:58:59.999Z" }, "it is 60.001 s old, more than 60 s"],
    [{ check: "age", maxFuture: "0s" }, { timestamp: "2026-01-01T00:00:02Z" }, "its time is 2 s ahead, more than 0 s"],
    [{ check: "age", maxAge: "1m" }, { timestamp: "noon" }, '"noon" is not a time such as 2026-01-31T12:00:00.000Z'],
    [
      { check: "expression", expression: "value > 1 && has(tags.line)" },
      { value: 2 },
      "not value > 1 && has(tags.line)",
    ],
    [{ check: "range", max: 1, keys: "press*" }, { value: 5 }, undefined],
    [{ check: "range", max: 1, keys: "temp*" }, { value: 5 }, "5 is above 1"],
  ])("%j of %j: %s", (check, point, expected) => {
    expect(reason(check, point)).toBe(expected);
  });

  test("the order in time is kept for each key of each device, against the last valid point", () => {
    const run = runOperator(validate, {
      checks: [
        { check: "order", repeats: false },
        { check: "range", max: 10 },
      ],
    });
    const at = (second: number, more: Partial<Point> = {}) =>
      run.point({ value: 1, timestamp: new Date(second * 1000).toISOString(), ...more })[0];
    expect(at(5)?.port).toBe("out");
    expect(at(5)?.emission.reason).toBe(
      "its time 1970-01-01T00:00:05.000Z is that of the last valid point, 1970-01-01T00:00:05.000Z",
    );
    expect(at(4, { key: "other" })?.port).toBe("out");
    expect(at(4, { device_id: "d2" })?.port).toBe("out");
    expect(at(900, { value: 11 })?.port).toBe("invalid");
    expect(at(6)?.port).toBe("out");
  });
});

describe("JSON Schema", () => {
  const faults = (schema: object, value: unknown) => reason({ check: "schema", schema }, { value });

  test.each([
    [{ type: "number", maximum: 5 }, 4],
    [{ prefixItems: [{ type: "number" }, { type: "string" }], items: false }, [1, "a"]],
    [{ $defs: { c: { type: "integer" } }, additionalProperties: { $ref: "#/$defs/c" } }, { a: 1 }],
    [{ $ref: "#/$defs/tree", $defs: { tree: { properties: { next: { $ref: "#/$defs/tree" } } } } }, { next: {} }],
    [{ type: "string", format: "date-time" }, "2026-01-01T00:00:00Z"],
    [{ uniqueItems: true }, [{ a: 1, b: 2 }, { a: 1, b: 3 }, 1, "1"]],
    [{ patternProperties: { "^t_": { type: "number" } }, additionalProperties: false }, { t_1: 5 }],
  ])("%j takes %j", (schema, value) => {
    expect(faults(schema, value)).toBeUndefined();
  });

  test.each<[object, unknown, RegExp]>([
    [{ type: "number" }, "1", /to be of type `number`/],
    [{ required: ["a", "b"] }, { a: 1 }, /`b`/],
    [{ prefixItems: [{ type: "number" }], items: false }, [1, 2], /No value may be specified/],
    [{ format: "date-time" }, "2026-13-01T00:00:00Z", /date-time/],
    [{ pattern: "^[a-z]+$" }, "A1", /should match/],
    [
      { uniqueItems: true },
      [
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ],
      /unique/i,
    ],
    [{ patternProperties: { "^t_": { type: "number" } }, additionalProperties: false }, { t_1: "5" }, /type `number`/],
    [{ properties: { a: true }, unevaluatedProperties: false }, { a: 1, z: 1 }, /z/],
  ])("%j refuses %j in words", (schema, value, words) => {
    expect(faults(schema, value)).toMatch(words);
  });

  test("it can be held against the whole point", () => {
    const check = { check: "schema", of: "point", schema: { properties: { tags: { required: ["line"] } } } };
    expect(reason(check, { tags: { line: "2" } })).toBeUndefined();
    expect(reason(check, {})).toMatch(/line/);
  });

  test("patterns that would backtrack for ever, long lists and deep values take no time", () => {
    expect(faults({ pattern: "^(a+)+$" }, `${"a".repeat(50_000)}b`)).toMatch(/should match/);
    expect(faults({ propertyNames: { pattern: "^(a|a)*$" } }, { [`${"a".repeat(5_000)}b`]: 1 })).toMatch(/./);
    expect(
      faults(
        { uniqueItems: true },
        Array.from({ length: 50_000 }, (_, index) => ({ index })),
      ),
    ).toBeUndefined();
    let deep: unknown = 1;
    for (let depth = 0; depth < 50_000; depth++) deep = { a: deep };
    const tree = { $ref: "#/$defs/t", $defs: { t: { properties: { a: { $ref: "#/$defs/t" } } } } };
    expect(faults(tree, deep)).toMatch(/too deep/);
  });

  test("many faults are told by the first few", () => {
    const schema = { items: { type: "string" } };
    expect(
      faults(
        schema,
        Array.from({ length: 40 }, () => 1),
      ),
    ).toMatch(/; and 35 more$/);
  });

  test.each([
    [{ type: "nmber" }, "not a valid JSON Schema type"],
    [{ pattern: "(" }, "egular expression"],
    [{ pattern: "(a)\\1" }, "not a regular expression"],
    [{ properties: { a: { $ref: "#/$defs/none" } } }, "$ref"],
    [{ $ref: "https://example.com/schema.json" }, "put it under $defs"],
  ])("the schema %j is refused before it runs", (schema, words) => {
    const parsed = validate.config.safeParse({ checks: [{ check: "schema", schema }] });
    expect(parsed.error?.issues.map(({ message }) => message).join("\n")).toContain(words);
  });
});

test("every reason is told when all checks have to be passed", () => {
  const checks = [{ check: "range", max: 5 }, { check: "quality" }];
  const [emitted] = runOperator(validate, { checks }).point({ value: 6, quality: 1 });
  expect(emitted?.emission.reason).toBe("6 is above 5; its quality is 1, not = 0");
});

test("one passed check is enough when any is; checks for other keys do not count", () => {
  const checks = [
    { check: "range", max: 5 },
    { check: "allowed", values: [9] },
    { check: "type", keys: "x", types: ["bool"] },
  ];
  const run = runOperator(validate, { checks, match: "any" });
  expect([4, 9, 6].map((value) => run.point({ value })[0]?.port)).toEqual(["out", "out", "invalid"]);
});

test("a dry run lets everything pass, and tells at intervals how much would not have", () => {
  const clock = new ManualClock();
  const checks = [{ check: "range", max: 5 }, { check: "quality" }];
  const run = runOperator(validate, { checks, onInvalid: "count" }, clock);
  const feed = (values: readonly number[]) =>
    values.flatMap((value) => run.point({ value, quality: value > 8 ? 1 : 0 }));
  expect(feed([1, 6, 9]).map(({ port }) => port)).toEqual(["out", "out", "out"]);
  clock.advance(10_000);
  feed([1]);
  clock.advance(10_000);
  feed([7]);
  run.operator.close?.();
  expect(run.reports).toEqual([
    "dry_run: of 3 points, 2 would have been invalid; checks not passed: ≤ 5 (2), quality = 0 (1)",
    "dry_run: of 1 points, 1 would have been invalid; checks not passed: ≤ 5 (1)",
  ]);
});

test.each([
  [{ checks: [] }, "add a check"],
  [{ checks: [{ check: "range" }] }, "set at least one end of the range"],
  [{ checks: [{ check: "range", min: 2, max: 1 }] }, "must not be less"],
  [{ checks: [{ check: "age" }] }, "set at least one of the two"],
  [{ checks: [{ check: "required", fields: ["a..b"] }] }, "is not a path"],
  [{ checks: [{ check: "range", max: 1, unit: "K" }] }, 'Unrecognized key: "unit"'],
])("the settings %j are refused", (config, words) => {
  const parsed = validate.config.safeParse(config);
  expect(parsed.error?.issues.map(({ message }) => message).join("\n")).toContain(words);
});

test("one line says what it does", () => {
  const checks = [
    { check: "range", keys: "temp*", min: 0, max: 90 },
    { check: "age", maxAge: "1m" },
    { check: "schema", schema: { title: "Position" } },
  ];
  const line = (config: Config) => validate.line?.(validate.config.parse(config));
  expect(line({ checks })).toBe("temp*: 0 … 90, not older than 60 s, value fits Position");
  expect(line({ checks, match: "any", onInvalid: "count" })).toBe(
    "dry run: temp*: 0 … 90 or not older than 60 s or value fits Position",
  );
});
