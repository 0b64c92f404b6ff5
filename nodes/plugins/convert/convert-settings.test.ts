import { describe, expect, test } from "vitest";
import type { Raw } from "../../contract/point.ts";
import { runOperator } from "../../contract/testing.ts";
import convert from "./convert.node.ts";

type Config = Readonly<Record<string, unknown>>;

/** What a payload becomes: `key type value` of each point, or the error. */
function points(payload: unknown, config: Config = {}, raw: Partial<Raw> = {}) {
  return runOperator(convert, config)
    .raw({ payload, ...raw })
    .map(({ port, point, emission }) => (port === "failed" ? emission.reason : [point.key, point.type, point.value]));
}

function first(payload: unknown, config: Config = {}, raw: Partial<Raw> = {}) {
  const [emitted] = runOperator(convert, config).raw({ payload, ...raw });
  return emitted?.point;
}

describe("settings", () => {
  test("picked fields leave in the order of the settings, missing ones only matter when required", () => {
    const fields = [
      { path: "b" },
      { path: '["a.b"][1]', key: "x" },
      { path: "none" },
      { path: "gone", required: true },
    ];
    expect(points({ "a.b": [1, 2], b: 3 }, { fields })).toEqual([
      ["b", "int", 3],
      ["x", "int", 2],
      "validation: 1 of 3 values could not be converted: gone: there is no such field in an object with a.b, b",
    ]);
    expect(points({ c: 1 }, { fields: [{ path: "a" }] })).toEqual([
      "validation: none of the configured fields is in an object with c",
    ]);
  });

  test("fields are picked from each member of a list of objects, or from the list itself by index", () => {
    const payload = [{ t: 1 }, { t: 2 }];
    expect(points(payload, { fields: [{ path: "t" }] })).toEqual([
      ["t", "int", 1],
      ["t", "int", 2],
    ]);
    expect(points(payload, { fields: [{ path: "[1].t", key: "second" }] })).toEqual([["second", "int", 2]]);
  });

  test("the empty path is the whole message", () => {
    expect(points({ a: 1 }, { fields: [{ path: "", key: "all", type: "string" }] })).toEqual([
      ["all", "string", '{"a":1}'],
    ]);
  });

  test("readings inside a message are found; device and time are looked for in each, then in the whole", () => {
    const config = { readings: "data.sensors", deviceIdField: "id", timestampField: "meta.ts" };
    const payload = {
      meta: { ts: "2026-02-03T04:05:06+01:00" },
      data: { sensors: [{ id: "s1", t: 1 }, { id: 2, t: 2 }, { t: 3 }] },
    };
    const emitted = runOperator(convert, config).raw({ payload });
    expect(emitted).toMatchObject([
      { point: { device_id: "s1", key: "t", value: 1, timestamp: "2026-02-03T03:05:06.000Z" } },
      { point: { device_id: "2", key: "t", value: 2 } },
      {
        port: "failed",
        emission: {
          reason: 'validation: 1 of 3 values could not be converted: [2]: "id" is missing, not a name',
        },
      },
    ]);
    expect(points({ data: {} }, config)).toEqual(['validation: there is no "data.sensors" in an object with data']);
  });

  test("where the settings name the device, what the message calls device_id does not count", () => {
    expect(first({ device_id: "claimed", serial: "s1", t: 1 }, { deviceIdField: "serial" })).toMatchObject({
      device_id: "s1",
      key: "t",
    });
  });

  test("types by key and numbers as floats", () => {
    const config = { types: { on: "bool", n: "int", s: "string" }, numbers: "float" };
    expect(points('{"on": "yes", "n": "7", "s": 1, "t": 22, "big": 12345678901234567890}', config)).toEqual([
      ["on", "bool", true],
      ["n", "int", 7],
      ["s", "string", "1"],
      ["t", "float", 22],
      ["big", "float", 12345678901234567000],
    ]);
    expect(points('{"n": "many", "t": 1}', config)).toEqual([
      ["t", "float", 1],
      'type_mismatch: 1 of 2 values could not be converted: n: "many" is not a number',
    ]);
  });

  test("added tags win over those of the message, tags of a field over both", () => {
    const config = { tags: { a: "1", b: "1" }, fields: [{ path: "t", tags: { b: "2" }, unit: "K" }] };
    expect(first({ t: 1 }, config, { metadata: { tags: { a: "0", c: "0" } } })?.tags).toEqual({
      a: "1",
      b: "2",
      c: "0",
      unit: "K",
    });
  });

  test.each([
    [{ fields: [{ path: "a..b" }] }, '"a..b" is not a path'],
    [{ surprise: 1 }, 'Unrecognized key: "surprise"'],
    [{ types: { a: "double" } }, "Invalid option"],
  ])("%j is refused", (config, words) => {
    expect(convert.config.safeParse(config).error?.issues[0]?.message).toContain(words);
  });
});

test("what leaves is known beforehand when fields are picked, or when the adapter decodes", () => {
  const scope = (config: Config, incoming: object) => convert.scope?.(convert.config.parse(config), incoming);
  const fields = [{ path: "a.b" }, { path: "c", key: "k" }];
  expect(scope({ fields }, { devices: ["d1"] })).toEqual({ devices: ["d1"], keys: ["a.b", "k"] });
  expect(scope({ fields, deviceIdField: "id" }, { devices: ["d1"] })).toEqual({
    devices: undefined,
    keys: ["a.b", "k"],
  });
  expect(scope({}, { devices: ["d1"], keys: ["t"] })).toEqual({ devices: ["d1"], keys: ["t"] });
  expect(scope({}, { devices: ["d1"] })).toEqual({});
  expect(scope({ deviceIdField: "id" }, { devices: ["d1"], keys: ["t"] })).toEqual({});
});

test("one line says what it does", () => {
  const line = (config: Config) => convert.line?.(convert.config.parse(config));
  expect(line({})).toBe("any format → points");
  expect(line({ format: "json", readings: "data", fields: ["a", "b", "c", "d"].map((path) => ({ path })) })).toBe(
    "JSON, data → a, b, c and 1 more",
  );
});
