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

describe("a single value", () => {
  test("R009 the MQTT payload 25.5 is the float 25.5, under the last level of its topic", () => {
    expect(first("25.5", {}, { metadata: { topic: "plant/boiler/temperature" } })).toEqual({
      device_id: "d1",
      key: "temperature",
      value: 25.5,
      type: "float",
      quality: 0,
      timestamp: "2026-01-01T00:00:00.000Z",
      tags: {},
    });
  });

  test.each([
    ["25.5", "float", 25.5],
    [" 25.5\r\n", "float", 25.5],
    ["\ufeff-7", "int", -7],
    ["true", "bool", true],
    ["null", "string", null],
    ['"run"', "string", "run"],
    ["ON\n", "string", "ON"],
    ["0815", "string", "0815"],
    ["2026-01-01", "string", "2026-01-01"],
    ["NaN", "string", "NaN"],
    ["[1, 2.5]", "array", [1, 2.5]],
    [
      "[[1, 2], [3, 4]]",
      "matrix",
      [
        [1, 2],
        [3, 4],
      ],
    ],
    ['{"latitude": 47.4, "longitude": 8.5}', "location", { latitude: 47.4, longitude: 8.5 }],
    ['{"x": 1, "y": 2, "z": 3, "timestamp": 1700000000}', "vector3d", { x: 1, y: 2, z: 3 }],
  ])("%j is %s", (payload, type, value) => {
    expect(points(payload)).toEqual([["value", type, value]]);
  });

  test.each([
    ["the configured one", { key: "k" }, { key: "m", topic: "a/t" }, "k"],
    ["the adapter's", {}, { key: "m", topic: "a/t" }, "m"],
    ["the last level of the topic", {}, { topic: "a/t" }, "t"],
    ["the last level that has a name", {}, { topic: "a/t//" }, "t"],
    ["value", {}, { topic: "/" }, "value"],
    ["value when nothing names one", {}, { topic: 7, key: "" }, "value"],
  ])("its key is %s", (_title, config, metadata, key) => {
    expect(first("1", config, { metadata })?.key).toBe(key);
  });

  test("bytes that are text are read as text, others are binary", () => {
    const base64 = (bytes: Uint8Array) => ({
      payload: Buffer.from(bytes).toString("base64"),
      encoding: "base64" as const,
    });
    const text = base64(Buffer.from("25.5"));
    const bytes = base64(Uint8Array.of(0xff, 0, 1));
    expect(points(text.payload, {}, text)).toEqual([["value", "float", 25.5]]);
    expect(points(bytes.payload, {}, bytes)).toEqual([["value", "binary", "/wAB"]]);
    expect(points(bytes.payload, { format: "json" }, bytes)).toEqual([
      "parse_error: the payload is 3 bytes that are no text; choose the format auto",
    ]);
  });

  test("an empty payload has no value", () => {
    expect(points("  ")).toEqual(["parse_error: the payload is empty: there is no value in it"]);
    expect(points("", { format: "text" })).toEqual([["value", "string", ""]]);
  });
});

describe("several values", () => {
  test("R033 fields leave in document order, groups as prefixes, shapes as composites", () => {
    expect(
      points(
        '{"b": 1, "a": {"x": 1, "deep": {"on": false}}, "at": {"latitude": 1, "longitude": 2}, "l": [1], "n": null}',
      ),
    ).toEqual([
      ["b", "int", 1],
      ["a.x", "int", 1],
      ["a.deep.on", "bool", false],
      ["at", "location", { latitude: 1, longitude: 2 }],
      ["l", "array", [1]],
      ["n", "string", null],
    ]);
  });

  test("device, time and tags beside values hold for all of them; what is none of these is a value", () => {
    const payload = { device_id: "d9", timestamp: 1_700_000_000_000, tags: { line: "2" }, quality: 80, t: 1 };
    const emitted = runOperator(convert, {})
      .raw({ payload })
      .map(({ point }) => point);
    const around = { device_id: "d9", timestamp: "2023-11-14T22:13:20.000Z", tags: { line: "2" }, quality: 0 };
    expect(emitted).toEqual([
      { key: "quality", value: 80, type: "int", ...around },
      { key: "t", value: 1, type: "int", ...around },
    ]);
    expect(points({ timestamp: "noon", t: 1 })).toEqual([
      ["timestamp", "string", "noon"],
      ["t", "int", 1],
    ]);
  });

  test("what holds no values makes no points and no error", () => {
    for (const payload of ["{}", "[]", '{"points": []}', '{"values": {}}', '{"a": {}}'])
      expect(points(payload)).toEqual([]);
  });

  test("the values of a poll take what stands beside them, unless they say otherwise", () => {
    const payload = {
      values: { a: 1, b: { value: 2, quality: 3, tags: { unit: "bar" }, type: "float" }, c: { value: 4, unit: "m" } },
      quality: 1,
      tags: { line: "2" },
      device_id: 7,
    };
    const emitted = runOperator(convert, {})
      .raw({ payload })
      .map(({ point }) => point);
    expect(emitted).toMatchObject([
      { device_id: "7", key: "a", value: 1, quality: 1, tags: { line: "2" } },
      { key: "b", value: 2, type: "float", quality: 3, tags: { line: "2", unit: "bar" } },
      { key: "c.value", value: 4, quality: 1 },
      { key: "c.unit", value: "m", quality: 1 },
    ]);
  });

  test("units that the adapter names become tags, unless the message has its own", () => {
    const payload = { t: 1, p: { value: 2, tags: { unit: "bar" } }, n: 3 };
    const emitted = runOperator(convert, {}).raw({ payload, metadata: { units: { t: "°C", p: "Pa", n: 4 } } });
    expect(emitted.map(({ point }) => point.tags)).toEqual([{ unit: "°C" }, { unit: "bar" }, {}]);
  });

  test("values beside other things are a group like any other", () => {
    expect(points({ values: { a: 1 }, more: 2 })).toEqual([
      ["values.a", "int", 1],
      ["more", "int", 2],
    ]);
  });

  test("the adapter's quality and tags apply where the message says nothing", () => {
    const metadata = { quality: 2, tags: { line: "2", bay: 4 } };
    expect(first("1", {}, { metadata })).toMatchObject({ quality: 2, tags: { line: "2", bay: "4" } });
    expect(first({ key: "a", value: 1, quality: 0 }, { tags: { line: "9" } }, { metadata })).toMatchObject({
      quality: 0,
      tags: { line: "9", bay: "4" },
    });
  });
});

describe("points", () => {
  test("a point is taken over with fields of its own; what it lacks comes from the reading", () => {
    const payload = '{"key": "t", "value": "21", "type": "float", "batch": 12345678901234567, "__proto__": {"a": 1}}';
    const point = first(payload, {}, { metadata: { topic: "x/y" } });
    expect(JSON.parse(JSON.stringify(point))).toEqual(
      JSON.parse(
        '{"batch": "12345678901234567", "__proto__": {"a": 1}, "device_id": "d1", "key": "t", "value": 21, "type": "float", "quality": 0, "timestamp": "2026-01-01T00:00:00.000Z", "tags": {}}',
      ),
    );
    expect(Object.getPrototypeOf(point)).toBe(Object.prototype);
  });

  test("a value with nothing but a point's fields around it needs no key", () => {
    expect(points('{"value": 5, "timestamp": "2026-01-01T00:00:00Z"}', {}, { metadata: { topic: "a/level" } })).toEqual(
      [["level", "int", 5]],
    );
    expect(points('{"value": 5, "unit": "m"}')).toEqual([
      ["value", "int", 5],
      ["unit", "string", "m"],
    ]);
  });

  test.each([
    ['{"key": "a"}', 'validation: the point has no "value"'],
    ['{"key": {}, "value": 1}', 'validation: "key" is an empty object, not a name'],
    ['{"key": "a", "value": 1, "type": "double"}', /^validation: "type" is "double"; it is one of int, float, bool/],
    ['{"key": "a", "value": 1, "quality": "bad"}', 'validation: "quality" is "bad", not a number (0 = good)'],
    ['{"key": "a", "value": 1, "timestamp": "noon"}', /^validation: "timestamp" is "noon", not a time; send RFC 3339/],
    ['{"key": "a", "value": 1, "tags": [1]}', 'validation: "tags" is a list of 1, not an object'],
    ['{"key": "a", "value": 1.5, "type": "int"}', /^type_mismatch: 1.5 is not a whole number/],
  ])("%s is refused in words", (payload, reason) => {
    expect(points(payload)).toEqual([typeof reason === "string" ? reason : expect.stringMatching(reason)]);
  });

  test("R068 a list of points, bare or under points, makes them all", () => {
    const members = [1, 2, 3].map((value) => ({ device_id: "d2", key: "a", value }));
    const expected = members.map(({ value }) => ["a", "int", value]);
    expect(points(members)).toEqual(expected);
    expect(points({ points: members })).toEqual(expected);
    expect(first({ points: members, tags: { line: "2" } })).toMatchObject({ device_id: "d2", tags: { line: "2" } });
  });

  test("R069 bad members do not cost the others; one error counts them and names the first", () => {
    expect(points('{"points": [{"key": "a", "value": 1}, 5, {"key": "b", "value": 1e999}, {"c": 3}]}')).toEqual([
      ["a", "int", 1],
      ["c", "int", 3],
      "validation: 2 of 4 values could not be converted, the first: points[1]: 5 stands in a list of readings, but is no object",
    ]);
  });
});
