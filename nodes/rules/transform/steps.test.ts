/** Reading, tables, rounding, composite values and fields. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { fillPoint, ManualClock, runOperator } from "../../contract/testing.ts";
import { type Rounding, rounding } from "./rounding.ts";
import transform from "./transform.node.ts";

type Step = Readonly<Record<string, unknown>>;
const emitted = (steps: readonly Step[], point: Partial<Point>, more = {}) =>
  runOperator(transform, { steps, ...more }).point(point)[0];
const valueAfter = (step: Step, value: unknown) => {
  const result = emitted([step], { value });
  return result?.port === "out" ? result.point.value : `${result?.port}: ${result?.emission.reason}`;
};
const issues = (step: Step) =>
  transform.config
    .safeParse({ steps: [step] })
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("reading from text", () => {
  const pattern = (source: string) => ({ op: "parse", as: "pattern", pattern: source });
  test.each<[Step, unknown, unknown]>([
    [{ op: "parse" }, "21.5", 21.5],
    [{ op: "parse" }, 21.5, 21.5],
    [{ op: "parse" }, "21,5", 'failed: type_mismatch: "21,5" is not a number'],
    [{ op: "parse", decimal: "comma" }, " -21,5 ", -21.5],
    [{ op: "parse", as: "json" }, '{"a":[1,2.5]}', { a: [1, 2.5] }],
    [pattern("T=([0-9.]+)"), "H=3 T=21.5 C", "21.5"],
    [pattern("[a-z]+"), "12 abc", "abc"],
    [pattern("x"), "12", 'failed: no_match: x finds nothing in the text "12"'],
    [pattern("x"), 12, "failed: type_mismatch: needs text, but temperature of d1 is the number 12"],
  ])("R012 %o of %o is %o", (step, value, expected) => {
    expect(valueAfter(step, value)).toEqual(expected);
  });

  test("JSON that is none says where, and what is not in the text of a pattern is refused before it runs", () => {
    expect(valueAfter({ op: "parse", as: "json" }, '{"a":1,}')).toMatch(
      /^failed: parse_error: not JSON: .* at character 8$/,
    );
    expect(issues({ op: "parse", as: "pattern" })).toHaveLength(1);
    expect(issues(pattern("("))[0]).toContain("is not a regular expression");
  });
});

describe("tables", () => {
  const rows = [
    { from: 10, to: "low" },
    { from: 20, to: "high" },
  ];
  const range = (more = {}) => ({ op: "lookup", match: "range", table: rows, ...more });

  test.each<[number, string]>([
    [10, "low"],
    [19.999, "low"],
    [20, "high"],
    [1e9, "high"],
    [9.999, "failed: no_match: the table has nothing for the number 9.999"],
  ])("R012 in ranges %d is %s", (value, expected) => {
    expect(valueAfter(range(), value)).toBe(expected);
  });

  test("R012 what is not in a table is another value, stays, becomes the nearer end, or is rejected", () => {
    expect(valueAfter(range({ default: "none" }), 1)).toBe("none");
    expect(valueAfter(range({ otherwise: "keep" }), 1)).toBe(1);
    expect(valueAfter(range({ otherwise: "nearest" }), 1)).toBe("low");
    expect(valueAfter(range({ otherwise: "reject" }), 1)).toBe("rejected: the table has nothing for its value");
    const point = fillPoint({ value: 1 }, new ManualClock());
    const steps = [{ op: "scale", factor: 5 }, range({ otherwise: "reject" })];
    expect(emitted(steps, point, { onError: "ignore" })).toMatchObject({ port: "rejected", point });
  });

  test("R012 between the rows of a curve the value lies on the line, at the rows on them", () => {
    const sorted = fc
      .uniqueArray(fc.integer({ min: -100, max: 100 }), { minLength: 2, maxLength: 8 })
      .chain((starts) =>
        fc.tuple(
          fc.constant(starts),
          fc.array(fc.integer({ min: -50, max: 50 }), { minLength: starts.length, maxLength: starts.length }),
          fc.double({ min: -120, max: 120, noNaN: true }),
        ),
      );
    fc.assert(
      fc.property(sorted, ([starts, results, value]) => {
        const table = starts.map((from, index) => ({ from, to: results[index] }));
        const step = { op: "lookup", match: "interpolate", table, otherwise: "nearest" };
        for (const { from, to } of table) expect(valueAfter(step, from)).toBe(to);
        const order = [...table].sort((a, b) => a.from - b.from);
        const above = order.findIndex(({ from }) => from >= value);
        const [before, after] = above <= 0 ? [order.at(above), order.at(above)] : [order[above - 1], order[above]];
        const slope =
          before === after
            ? 0
            : (Number(after?.to) - Number(before?.to)) / (Number(after?.from) - Number(before?.from));
        expect(Number(valueAfter(step, value))).toBeCloseTo(
          Number(before?.to) + (before === after ? 0 : slope * (value - Number(before?.from))),
          6,
        );
      }),
    );
    const curve = {
      op: "lookup",
      match: "interpolate",
      table: [
        { from: 0, to: 0 },
        { from: 1, to: 9 },
      ],
    };
    expect(valueAfter(curve, 1.01)).toMatch(/^failed: no_match/);
    expect(valueAfter(curve, "x")).toMatch(/^failed: no_match/);
  });

  test("tables that make no sense are refused before they run", () => {
    const interpolate = { op: "lookup", match: "interpolate" };
    expect(
      issues({
        ...interpolate,
        table: [
          { from: "a", to: 1 },
          { from: 2, to: 2 },
        ],
      }),
    ).toHaveLength(1);
    expect(issues({ ...interpolate, table: rows })).toEqual([
      "steps.0.table: between values other than numbers there is no line",
    ]);
    expect(issues({ ...interpolate, table: [{ from: 1, to: 1 }] })).toEqual(["steps.0.table: a line needs two rows"]);
    expect(issues({ op: "lookup", table: rows, otherwise: "nearest" })).toEqual([
      "steps.0.otherwise: only ranges and lines have ends",
    ]);
  });
});

describe("rounding", () => {
  test.each<[Rounding, number, number, number]>([
    ["halfAway", 2.5, 0, 3],
    ["halfAway", -2.5, 0, -3],
    ["halfEven", 2.5, 0, 2],
    ["halfEven", 3.5, 0, 4],
    ["halfEven", -2.5, 0, -2],
    ["halfEven", 0.285, 2, 0.28],
    ["halfEven", 2.51, 0, 3],
    ["up", 1.01, 1, 1.1],
    ["up", 1.1, 1, 1.1],
    ["up", -1.01, 1, -1],
    ["down", 1.19, 1, 1.1],
    ["down", -1.01, 1, -1.1],
    ["towardZero", -1.99, 0, -1],
    ["towardZero", 1.99, 1, 1.9],
  ])("R012 %s of %d to %d places is %d", (mode, value, decimals, expected) => {
    expect(valueAfter({ op: "round", mode, decimals }, value)).toBe(expected);
  });

  test("no mode moves a value by a step or more, and rounding twice is rounding once", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const mode = fc.constantFrom<Rounding>("halfAway", "halfEven", "up", "down", "towardZero");
    fc.assert(
      fc.property(mode, value, fc.integer({ min: 0, max: 6 }), (chosen, number, decimals) => {
        const round = rounding(chosen, decimals);
        const once = round(number);
        expect(Math.abs(once - number)).toBeLessThanOrEqual(10 ** -decimals * (1 + 1e-6));
        expect(round(once)).toBe(once);
        if (chosen === "up") expect(once).toBeGreaterThanOrEqual(number - 1e-9);
        if (chosen === "down") expect(once).toBeLessThanOrEqual(number + 1e-9);
      }),
    );
  });
});

describe("composite values", () => {
  test.each<[string, unknown, unknown]>([
    ["magnitude", { x: 3, y: 4, z: 0 }, 5],
    ["latitude", { latitude: 47.4, longitude: 8.5 }, 47.4],
    ["brightness", { r: 255, g: 255, b: 255 }, 255],
    ["mean", { values: [1, 2, 6] }, 3],
    ["count", { values: [1, 2, 6] }, 3],
    ["count", [1, 2], 2],
    [
      "determinant",
      [
        [1, 2],
        [3, 4],
      ],
      -2,
    ],
    ["latitude", { x: 1, y: 2, z: 3 }, "failed: missing_field: this point has no value.latitude"],
    [
      "magnitude",
      "text",
      'failed: type_mismatch: magnitude needs a vector, {x, y, z} or a list of numbers, not the text "text"',
    ],
  ])("R012 the %s of %o is %o, and never one that goes without saying", (what, value, expected) => {
    expect(valueAfter({ op: "derive", what }, value)).toEqual(expected);
  });

  test("the type follows what was taken", () => {
    expect(emitted([{ op: "derive", what: "mean" }], { value: { values: [1, 2] }, type: "array" })?.point.type).toBe(
      "float",
    );
  });
});

describe("fields", () => {
  const steps =
    (...list: Step[]) =>
    (point: Partial<Point>) => {
      const result = emitted(list, point);
      return result?.port === "out" ? result.point : result?.emission.reason;
    };
  const set = (path: string, expression: string, more = {}) => ({ op: "setField", path, expression, ...more });

  test("R012 are set, moved and removed wherever they stand, and objects on the way are made", () => {
    const change = steps(
      set("value.motor.speed", "value.rpm / 60"),
      { op: "moveField", from: "value.rpm", to: "value.motor.rpm" },
      { op: "removeField", path: "value.old" },
      set("value.list[1]", "9"),
      set("batch", '"b" + tags.line'),
      set("tags.shift", "2"),
      set("quality", "4"),
      set("timestamp", "timestamp_ms + 1500"),
    );
    expect(change({ value: { rpm: 1_200, old: 1, list: [1, 2] }, tags: { line: "7" } })).toMatchObject({
      value: { motor: { speed: 20, rpm: 1_200 }, list: [1, 9] },
      batch: "b7",
      tags: { line: "7", shift: "2" },
      quality: 4,
      timestamp: "2026-01-01T00:00:01.500Z",
    });
  });

  test("merging adds to the object that is there, setting replaces it", () => {
    const value = { limits: { hi: 80, lo: 10 } };
    const limits = '{"hi": 90}';
    expect(steps(set("value.limits", limits, { merge: true }))({ value })).toMatchObject({
      value: { limits: { hi: 90, lo: 10 } },
    });
    expect(steps(set("value.limits", limits))({ value })).toMatchObject({ value: { limits: { hi: 90 } } });
  });

  test("the point that came in stays as it was, all the way down", () => {
    const freeze = <T>(value: T): T => {
      if (typeof value === "object" && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
      return value;
    };
    const point = freeze(fillPoint({ value: { a: { b: [1, 2] } }, tags: { x: "1" } }, new ManualClock()));
    const before = JSON.stringify(point);
    expect(
      steps(
        set("value.a.b[0]", "7"),
        { op: "moveField", from: "value.a", to: "extra" },
        { op: "removeField", path: "tags.x" },
      )(point),
    ).toMatchObject({ value: {}, extra: { b: [7, 2] }, tags: {} });
    expect(JSON.stringify(point)).toBe(before);
  });

  test("what cannot be done fails with what is in the way", () => {
    expect(steps(set("value.a", "1"))({ value: 5 })).toBe(
      "type_mismatch: value is the number 5, and cannot have the field a",
    );
    expect(steps(set("value[7]", "1"))({ value: [1] })).toBe("type_mismatch: value is a list of 1, and has no 7");
    expect(steps(set("quality", '"bad"'))({})).toContain("a quality is a whole number");
    expect(steps(set("timestamp", '"soon"'))({})).toContain("invalid_timestamp");
    expect(steps({ op: "moveField", from: "value.a", to: "b" })({ value: {} })).toBe(
      "missing_field: this point has no value.a",
    );
  });

  test.each([
    ["device_id", "names are changed by the step Rename"],
    ["type", "the type is changed by the step Set the type"],
    ["tags", "name one tag, for example tags.line"],
    ["quality.x", "quality has no fields"],
    ["", "name a field, for example value.x"],
  ])("%s is refused before anything runs", (path, message) => {
    expect(issues({ op: "removeField", path })).toEqual([`steps.0.path: ${message}`]);
  });

  test("a field that is called like the prototype of objects is a field like any other", () => {
    const result = steps(set("value.__proto__", '{"polluted": true}'))({ value: {} }) as Point;
    expect(Object.keys(result.value as object)).toEqual(["__proto__"]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("the point before", () => {
  test("R012 is known to calculations, as it came in, and outlives a restart", () => {
    const config = {
      steps: [
        { op: "scale", factor: 2 },
        { op: "expression", expression: "value + delta + previous.value" },
      ],
    };
    const before = runOperator(transform, config);
    expect(before.point({ value: 3 })[0]?.port).toBe("failed");
    expect(before.point({ value: 5 })[0]?.point.value).toBe(10 + 2 + 3);
    const after = runOperator(transform, config, before.clock, before.save());
    expect(after.point({ value: 6 })[0]?.point.value).toBe(12 + 1 + 5);
    expect(after.point({ value: 6, key: "other" })[0]?.port).toBe("failed");
  });

  test("nothing is remembered for steps that do not ask for it", () => {
    const run = runOperator(transform, { steps: [{ op: "expression", expression: "value + 1" }] });
    run.point({ value: 1 });
    expect(run.save().size).toBe(0);
  });
});
