import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageError } from "../../contract/errors.ts";
import type { Raw } from "../../contract/point.ts";
import { fillRaw, ManualClock, runOperator } from "../../contract/testing.ts";
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

describe("limits", () => {
  test("a message with too many values is refused whole", () => {
    const values = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`k${index}`, index]));
    expect(points(values)).toEqual([
      'limit: the message holds more than 1000 values; raise "Values per message", or pick the ones you need under "Fields"',
    ]);
    expect(points(values, { maxPoints: 1_001 })).toHaveLength(1_001);
  });

  test.each([
    ['{"a":', "}"],
    ["[", "]"],
    ['{"points":[', "]}"],
    ['{"values":', "}"],
    ['{"n":1234567890123456789,"a":', "}"],
  ])("%s a hundred thousand deep is refused, not fatal", (open, close) => {
    const payload = `${open.repeat(100_000)}1${close.repeat(100_000)}`;
    expect(points(payload).at(-1)).toMatch(/more than 64 deep/);
  });

  test("numbers that no double holds are refused wherever they stand", () => {
    expect(points('{"a": 1e999, "b": [1e999], "c": 1}')).toEqual([
      ["c", "int", 1],
      "validation: 2 of 3 values could not be converted, the first: a: the number is too large: at most 1.8e308 can be held",
    ]);
  });

  test("R087 a NaN among the values of a device is an error in words, and the others pass", () => {
    const both = Buffer.from("7fc0000041ac0000", "hex").toString("base64");
    const entries = ["broken", "fine"].map((name) => ({ name, type: "float", bits: 32 }));
    const config = { format: "binary", binary: { layouts: [{ entries }] } };
    expect(points(both, config, { encoding: "base64" })).toEqual([
      ["fine", "float", 21.5],
      "validation: 1 of 2 values could not be converted: broken: the value is not a number (NaN)",
    ]);
  });

  test("whole numbers keep their digits, fractions and texts are left alone", () => {
    const payload =
      '{"a": 9007199254740993, "b": -12345678901234567890, "c": 9007199254740991, "d": 0.30000000000000004, "e": "9007199254740993", "f": [12345678901234567890], "g": 1e21, "h": "\\"9007199254740993"}';
    expect(points(payload)).toEqual([
      ["a", "int", "9007199254740993"],
      ["b", "int", "-12345678901234567890"],
      ["c", "int", 9007199254740991],
      ["d", "float", 0.30000000000000004],
      ["e", "string", "9007199254740993"],
      ["f", "array", ["12345678901234567890"]],
      ["g", "int", 1e21],
      ["h", "string", '"9007199254740993'],
    ]);
    expect(points("9007199254740993")).toEqual([["value", "int", "9007199254740993"]]);
  });

  test("names of the language's own objects are names like any other", () => {
    expect(points('{"__proto__": 1, "constructor": {"prototype": 2}, "toString": 3, "hasOwnProperty": 4}')).toEqual([
      ["__proto__", "int", 1],
      ["constructor.prototype", "int", 2],
      ["toString", "int", 3],
      ["hasOwnProperty", "int", 4],
    ]);
    expect(points({ a: 1 }, { fields: [{ path: "constructor.name" }] })).toEqual([
      "validation: none of the configured fields is in an object with a",
    ]);
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });

  test("a name that is empty is refused", () => {
    expect(points('{"": 1, "a": 2}')).toEqual([
      ["a", "int", 2],
      "validation: 1 of 2 values could not be converted: a value has no name",
    ]);
  });

  test("an error shows a short piece of the payload without control characters", () => {
    const payload = `{"a": "${"x".repeat(1_000)}", "b":\u0007\u202e${"y".repeat(1_000)}`;
    const [reason] = points(payload);
    expect(reason).toMatch(
      /^parse_error: not JSON: at character 1015 something else stands where a value should be, in: …x+", "b":��y+…$/,
    );
    expect(String(reason).length).toBeLessThan(320);
  });
});

describe("whatever comes", () => {
  const configs: readonly Config[] = [
    {},
    { format: "json", numbers: "float" },
    { format: "text", types: { value: "float" } },
    {
      fields: [
        { path: "", key: "all" },
        { path: "a[0].b", type: "int" },
      ],
      deviceIdField: "a",
      timestampField: "t",
    },
    { readings: "points", types: { key: "bool", value: "int" }, tags: { a: "b" } },
  ];
  const names = fc.oneof(
    fc.constantFrom(
      "key",
      "value",
      "points",
      "values",
      "device_id",
      "timestamp",
      "quality",
      "tags",
      "type",
      "__proto__",
      "a",
      "t",
      "latitude",
      "longitude",
    ),
    fc.string(),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.jsonValue(),
      fc.double(),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(names, tie("value"), { maxKeys: 5 }),
    ),
  })).value;
  const payloads: fc.Arbitrary<Partial<Raw>> = fc.oneof(
    json.map((payload) => ({ payload, encoding: "json" as const })),
    json.map((payload) => ({ payload: JSON.stringify(payload) ?? "null", encoding: "text" as const })),
    fc.string({ unit: "binary" }).map((payload) => ({ payload, encoding: "text" as const })),
    fc.stringMatching(/^[[{"\]}:,0-9eE.\-a ]{0,30}$/).map((payload) => ({ payload, encoding: "text" as const })),
    fc.uint8Array().map((bytes) => ({ payload: Buffer.from(bytes).toString("base64"), encoding: "base64" as const })),
    fc.string().map((payload) => ({ payload, encoding: "base64" as const })),
  );

  test("it becomes complete points that survive JSON, or a MessageError in words; nothing else escapes", () => {
    const clock = new ManualClock();
    fc.assert(
      fc.property(
        fc.constantFrom(...configs),
        payloads,
        fc.dictionary(names, fc.jsonValue()),
        (config, raw, metadata) => {
          const points: unknown[] = [];
          const operator = convert.create(convert.config.parse(config), {
            clock,
            ruleId: "r",
            ruleName: "r",
            restored: new Map(),
            emit: (point) => points.push(point),
            report: () => undefined,
          });
          try {
            operator.process(fillRaw({ ...raw, metadata }, clock), { id: "t", hops: 0 });
          } catch (error) {
            if (!(error instanceof MessageError)) throw error;
            expect(error.type).toMatch(/^[a-z_]+$/);
            expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}]/u);
            expect(error.message.length).toBeLessThan(700);
          }
          for (const point of points) {
            expect(point).toMatchObject({
              device_id: expect.stringMatching(/./s),
              key: expect.stringMatching(/./s),
              type: expect.any(String),
              quality: expect.any(Number),
              timestamp: expect.any(String),
              tags: expect.any(Object),
            });
            expect(JSON.parse(JSON.stringify(point))).toHaveProperty("value");
          }
        },
      ),
      { numRuns: 1_500 },
    );
  });

  test("numbers, texts and truths in JSON come out as they went in", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
          fc.maxSafeInteger(),
          fc.boolean(),
        ),
        (value) => {
          const [emitted] = runOperator(convert, {}).raw({ payload: JSON.stringify(value) });
          expect(emitted?.point.value).toBe(Object.is(value, -0) ? 0 : value);
        },
      ),
    );
    fc.assert(
      fc.property(fc.bigInt(), (value) => {
        expect(String(first(`{"n": ${value}}`)?.value)).toBe(String(value));
      }),
    );
  });
});
