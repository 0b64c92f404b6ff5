import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { fillPoint, ManualClock, runOperator } from "../../contract/testing.ts";
import transform from "./transform.node.ts";

type Step = Readonly<Record<string, unknown>>;
type Config = Readonly<Record<string, unknown>>;

const emitted = (config: Config, point: Partial<Point>) => {
  const all = runOperator(transform, config).point(point);
  expect(all).toHaveLength(1);
  return all[0];
};
const transformed = (steps: readonly Step[], point: Partial<Point>) => emitted({ steps }, point)?.point;
const valueAfter = (step: Step, value: unknown) => transformed([step], { value })?.value;
const failure = (steps: readonly Step[], point: Partial<Point>) => {
  const result = emitted({ steps }, point);
  expect(result?.port).toBe("failed");
  return result?.emission.reason;
};
const issues = (config: Config) =>
  transform.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
/** Braces are written `#{` so that nobody takes them for JavaScript. */
const t = (source: string) => source.replaceAll("#{", "$" + "{");

const number = fc.double({ noNaN: true, min: -1e9, max: 1e9 });

test("R012 converts °C to °F with a precision, under a new key and with tags", () => {
  const steps = [
    { op: "convertUnit", from: "°C", to: "°F" },
    { op: "round", decimals: 2 },
    { op: "rename", key: t("#{key}_fahrenheit") },
    { op: "setTag", name: "unit", value: "°F" },
    { op: "setTag", name: "origin", value: t("#{device_id}") },
    { op: "removeTag", name: "raw" },
  ];
  const point = fillPoint({ value: 36.66, tags: { raw: "1", line: "a" }, batch: 7 }, new ManualClock());
  const result = transformed(steps, point);
  expect(result).toEqual({
    ...point,
    key: "temperature_fahrenheit",
    value: 97.99,
    tags: { line: "a", unit: "°F", origin: "d1" },
  });
});

test("the point that came in stays as it was", () => {
  const point = Object.freeze({ ...fillPoint({ value: 1, tags: Object.freeze({ a: "1" }) }, new ManualClock()) });
  const steps = [
    { op: "scale", factor: 2 },
    { op: "setTag", name: "b", value: "2" },
    { op: "removeTag", name: "a" },
    { op: "rename", key: "x", deviceId: "y" },
  ];
  expect(transformed(steps, point)).toMatchObject({ value: 2, key: "x", device_id: "y", tags: { b: "2" } });
  expect(point).toMatchObject({ value: 1, key: "temperature", tags: { a: "1" } });
});

describe("steps", () => {
  test.each<[Step, unknown, unknown]>([
    [{ op: "scale", factor: 0.5 }, 21, 10.5],
    [{ op: "offset", offset: -40 }, 65, 25],
    [{ op: "scaleRange", inMin: 4, inMax: 20, outMin: 0, outMax: 100 }, 12, 50],
    [{ op: "scaleRange", inMin: 4, inMax: 20, outMin: 0, outMax: 100 }, 22, 112.5],
    [{ op: "scaleRange", inMin: 4, inMax: 20, outMin: 0, outMax: 100, clamp: true }, 22, 100],
    [{ op: "scaleRange", inMin: 0, inMax: 10, outMin: 100, outMax: 0 }, 1, 90],
    [{ op: "convertUnit", from: "bar", to: "kPa" }, 1.5, 150],
    [{ op: "expression", expression: "value * 2 + 1" }, 2.5, 6],
    [{ op: "expression", expression: 'value > 2 ? "high" : "low"' }, 2.5, "high"],
    [{ op: "expression", expression: "value.map(x, x * 2)" }, [1, 2], [2, 4]],
    [{ op: "round" }, 2.5, 3],
    [{ op: "round" }, -2.5, -3],
    [{ op: "round", decimals: 1 }, 21.45, 21.5],
    [{ op: "clamp", min: 0, max: 10 }, 11, 10],
    [{ op: "clamp", min: 0 }, -1, 0],
    [{ op: "lookup", table: [{ from: 1, to: "on" }] }, 1, "on"],
    [{ op: "lookup", table: [{ from: 1, to: "on" }], default: "off" }, "1", "off"],
    [
      {
        op: "lookup",
        table: [
          { from: "on", to: 1 },
          { from: true, to: 2 },
        ],
      },
      true,
      2,
    ],
    [{ op: "setType", type: "int" }, "12", 12],
    [{ op: "setType", type: "float" }, true, 1],
    [{ op: "setType", type: "bool" }, "on", true],
    [{ op: "setType", type: "string" }, 2.5, "2.5"],
  ])("R012 %o of %o is %o", (step, value, expected) => {
    expect(valueAfter(step, value)).toEqual(expected);
  });

  test("work one after the other, each on what the one before made", () => {
    const steps = [
      { op: "offset", offset: 1 },
      { op: "scale", factor: 10 },
      { op: "rename", key: "level" },
      { op: "expression", expression: 'key == "level" ? value : 0' },
      { op: "setTag", name: "seen", value: t("#{key}=#{value}") },
    ];
    expect(transformed(steps, { value: 1 })).toMatchObject({ value: 20, tags: { seen: "level=20" } });
  });

  test("scaling a range hits both ends exactly and keeps order", () => {
    fc.assert(
      fc.property(number, number, number, number, (inMin, inMax, outMin, outMax) => {
        fc.pre(inMin !== inMax && Number.isFinite(1 / (inMax - inMin)));
        const step = { op: "scaleRange", inMin, inMax, outMin, outMax };
        expect(valueAfter(step, inMin)).toBeCloseTo(outMin, 9);
        expect(valueAfter(step, inMax)).toBeCloseTo(outMax, 9);
      }),
    );
  });

  test("limiting and rounding twice is the same as once", () => {
    fc.assert(
      fc.property(number, number, number, fc.integer({ min: 0, max: 9 }), (value, a, b, decimals) => {
        for (const step of [
          { op: "clamp", min: Math.min(a, b), max: Math.max(a, b) },
          { op: "round", decimals },
        ]) {
          const once = valueAfter(step, value);
          expect(valueAfter(step, once)).toBe(once);
        }
      }),
    );
  });

  test("a tag that says the unit says the new one", () => {
    const steps = [{ op: "convertUnit", from: "bar", to: "psi" }];
    expect(transformed(steps, { value: 1, tags: { unit: "bar" } })?.tags).toEqual({ unit: "psi" });
    expect(transformed(steps, { value: 1, tags: { unit: "Bar abs." } })?.tags).toEqual({ unit: "Bar abs." });
  });
});

describe("the type", () => {
  test.each<[string, readonly Step[], Partial<Point>, string]>([
    ["follows the value", [{ op: "scale", factor: 0.5 }], { value: 3 }, "float"],
    ["of a float stays", [{ op: "scale", factor: 2 }], { value: 12.5 }, "float"],
    ["of a whole float stays", [{ op: "round" }], { value: 25, type: "float" }, "float"],
    ["of an int stays where it is one", [{ op: "scale", factor: 2 }], { value: 3 }, "int"],
    ["becomes text", [{ op: "expression", expression: '"hot"' }], { value: 3 }, "string"],
    ["becomes a list", [{ op: "expression", expression: "[value]" }], { value: 3 }, "array"],
    ["stays when only names change", [{ op: "rename", key: "x" }], { value: "AAE=", type: "binary" }, "binary"],
    ["is the one set", [{ op: "setType", type: "float" }], { value: 3 }, "float"],
    [
      "set as float stays in later steps",
      [
        { op: "setType", type: "float" },
        { op: "offset", offset: 1 },
      ],
      { value: 3 },
      "float",
    ],
  ])("%s", (_title, steps, point, type) => {
    expect(transformed(steps, point)?.type).toBe(type);
  });
});

describe("a step that fails", () => {
  test.each<[readonly Step[], Partial<Point>, string]>([
    [
      [{ op: "scale", factor: 2 }],
      { value: "abc" },
      'type_mismatch: needs a number, but temperature of d1 is the text "abc"',
    ],
    [[{ op: "round" }], { value: null }, "type_mismatch: needs a number, but temperature of d1 is null"],
    [[{ op: "expression", expression: "1 / value" }], { value: 0 }, "not_finite: temperature of d1 becomes Infinity"],
    [
      [
        { op: "expression", expression: "1 / value" },
        { op: "clamp", max: 10 },
      ],
      { value: 0 },
      "not_finite: temperature of d1 becomes Infinity",
    ],
    [[{ op: "expression", expression: "sqrt(value)" }], { value: -1 }, "not_finite: temperature of d1 becomes NaN"],
    [[{ op: "expression", expression: "double(tags.k)" }], {}, "missing_field: this point has no tags.k"],
    [[{ op: "lookup", table: [{ from: 1, to: 2 }] }], { value: 3 }, "no_match: the table has nothing for the number 3"],
    [[{ op: "rename", key: t("#{tags.name}") }], {}, "missing_field: this point has no tags.name"],
    [
      [{ op: "rename", key: t("#{tags.name}") }],
      { tags: { name: "" } },
      "invalid_name: the new name of the point is empty",
    ],
    [
      [{ op: "setType", type: "int" }],
      { value: 2.5 },
      "type_mismatch: 2.5 is not a whole number; choose the type float for it",
    ],
  ])("R012 %o of %o sends the point to failed", (steps, point, reason) => {
    expect(failure(steps, point)).toBe(reason);
  });

  const steps = [
    { op: "rename", key: "level" },
    { op: "scale", factor: 2 },
    { op: "setTag", name: "a", value: "1" },
  ];

  test("can leave the point as it came", () => {
    const point = fillPoint({ value: "broken" }, new ManualClock());
    expect(emitted({ steps, onError: "ignore" }, point)).toMatchObject({ port: "out", point });
  });

  test("can send another value under the new name", () => {
    const config = { steps, onError: "default", defaultValue: 0 };
    expect(emitted(config, { value: "broken" })).toMatchObject({
      port: "out",
      point: { key: "level", value: 0, type: "int", tags: { a: "1" } },
    });
    expect(emitted(config, { value: 4 })?.point.value).toBe(8);
  });
});

describe("what makes no sense is refused before it runs", () => {
  test.each<[Config, string]>([
    [{ steps: [] }, "steps: add a step"],
    [
      { steps: [{ op: "convertUnit", from: "m", to: "kg" }] },
      "steps.0.to: m measures a length and kg a mass: choose units of one kind",
    ],
    [
      { steps: [{ op: "scaleRange", inMin: 4, inMax: 4, outMin: 0, outMax: 1 }] },
      "steps.0.inMax: must differ from the other end",
    ],
    [{ steps: [{ op: "clamp" }] }, "steps.0.min: set at least one end"],
    [{ steps: [{ op: "rename" }] }, "steps.0.key: write a new key or a new device id"],
    [
      {
        steps: [
          {
            op: "lookup",
            table: [
              { from: 1, to: 1 },
              { from: 1, to: 2 },
            ],
          },
        ],
      },
      "steps.0.table: a value stands in it twice",
    ],
    [{ steps: [{ op: "round" }], onError: "default" }, "defaultValue: write the value to send when a step fails"],
    [
      { steps: [{ op: "expression", expression: "value *" }] },
      "steps.0.expression: the expression ends too early (at character 8)",
    ],
  ])("%o", (config, issue) => {
    expect(issues(config)).toEqual([issue]);
  });
});

test("the card shows the steps", () => {
  const config = transform.config.parse({
    steps: [
      { op: "convertUnit", from: "°C", to: "°F" },
      { op: "offset", offset: -2 },
      { op: "round", decimals: 1 },
      { op: "rename", key: "t" },
    ],
  });
  expect(transform.line?.(config)).toBe("°C → °F, − 2, round to 1, → t");
});

test("names that are the same for every point are known before anything runs", () => {
  const incoming = { devices: ["d1", "d2"], keys: ["a", "b"] };
  const scope = (step: Step, onError?: string) =>
    transform.scope?.(transform.config.parse({ steps: [step], onError }), incoming);
  expect(scope({ op: "round" })).toEqual(incoming);
  expect(scope({ op: "rename", key: "t" })).toEqual({ devices: ["d1", "d2"], keys: ["t"] });
  expect(scope({ op: "rename", key: t("#{key}_f"), deviceId: "hall" })).toEqual({ devices: ["hall"], keys: undefined });
  expect(scope({ op: "rename", key: "t" }, "ignore")).toEqual({ devices: ["d1", "d2"], keys: ["t", "a", "b"] });
});
