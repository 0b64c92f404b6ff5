/** What goes for every format: garbage is told in words, and what an encoder wrote comes back. */
import { deflateSync, gzipSync } from "node:zlib";
import { encode as encodeMessagePack } from "@msgpack/msgpack";
import { encode as encodeCbor } from "cborg";
import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { MessageError } from "../../../contract/errors.ts";
import { fillRaw, ManualClock } from "../../../contract/testing.ts";
import convert from "../convert.node.ts";
import { type FormatName, formatNames, formats } from "./formats.ts";
import { messageType, readMessage } from "./protobuf-message.ts";
import { sparkplugSchema } from "./sparkplug-payload.ts";

type Config = Readonly<Record<string, unknown>>;

/** A configuration of each format: that of an example, which has what the format cannot do without. */
const configs = formatNames.map(
  (format): Config => ({
    ...formats[format].examples.find(({ config }) => config["format"] === format)?.config,
    format,
  }),
);
const clock = new ManualClock();

function decoderOf(format: FormatName) {
  const settings = configs.find((config) => config["format"] === format)?.[format];
  const parsed = formats[format].settings?.parse(settings ?? {}) ?? {};
  const { decode } = formats[format].create(parsed, new Map());
  return (bytes: Uint8Array) => {
    const payload = { bytes: () => Buffer.from(bytes), text: () => Buffer.from(bytes).toString("utf8") };
    return decode(payload, fillRaw({}, clock));
  };
}

/** Runs a payload through the whole node; anything but a `MessageError` escapes. */
function feed(config: Config, bytes: Uint8Array, metadata: Config = {}): void {
  const operator = convert.create(convert.config.parse(config), {
    clock,
    ruleId: "",
    ruleName: "",
    restored: new Map(),
    report: () => undefined,
    emit: (point) => {
      expect(typeof point.key).toBe("string");
      expect(JSON.parse(JSON.stringify(point))).toHaveProperty("value");
    },
  });
  const raw = fillRaw({ payload: Buffer.from(bytes).toString("base64"), encoding: "base64", metadata }, clock);
  try {
    operator.process(raw, { id: "t", hops: 0 });
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    expect(error.type).toMatch(/^[a-z_]+$/);
    expect(error.message).not.toMatch(/[\p{Cc}\p{Cs}]/u);
    expect(error.message.length).toBeLessThan(900);
  }
}

const kinds = ["NBIRTH", "DBIRTH", "NDATA", "DDATA", "NDEATH", "DDEATH", "STATE", "NONE"];
const topics = fc.constantFrom(...kinds).map((kind) => ({ topic: `spBv1.0/g/${kind}/n/d` }));
const texts = fc.string({ unit: "grapheme" }).map((text) => Buffer.from(text));
const marked = fc.stringMatching(/^[-<>/a&;="' ,|\n{}[\]:0-9.!CDAT#?]{0,60}$/).map((text) => Buffer.from(text));

describe.each(configs)("whatever comes as $format", (config) => {
  test("it becomes points, or a MessageError in words", () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 120 }), texts, marked);
    fc.assert(
      fc.property(bytes, topics, (given, metadata) => feed(config, given, metadata)),
      { numRuns: 300 },
    );
  });

  test("an example's payload with a byte changed, or cut short, is no trouble either", () => {
    const [step] = formats[config["format"] as FormatName].examples[0]?.input ?? [];
    const raw = step !== undefined && "raw" in step ? step.raw : {};
    const payload = Buffer.from(String(raw.payload ?? "{}"), raw.encoding === "base64" ? "base64" : "utf8");
    fc.assert(
      fc.property(fc.nat(), fc.nat(255), fc.nat(payload.length), (at, byte, length) => {
        const changed = Buffer.from(payload);
        changed[at % changed.length] = byte;
        feed(config, changed, raw.metadata);
        feed(config, payload.subarray(0, length), raw.metadata);
      }),
      { numRuns: 150 },
    );
  });
});

test.each(["none", "gzip", "zlib", "zstd"])("whatever is said to be packed with %s is no trouble", (compression) => {
  const packed = fc.oneof(
    fc.uint8Array(),
    fc.uint8Array().map((bytes) => Buffer.concat([Buffer.from("28b52ffd", "hex"), bytes])),
    fc.uint8Array().map((bytes) => gzipSync(bytes).subarray(0, -3)),
    fc.uint8Array().map((bytes) => deflateSync(bytes)),
  );
  fc.assert(fc.property(packed, (bytes) => feed({ compression, maxBytes: 1_000 }, bytes)));
});

describe("what an encoder wrote comes back", () => {
  const names = fc.string({ minLength: 1 }).filter((name) => name !== "__proto__");
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value));
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      doubles,
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
      fc.string(),
      fc.uint8Array().map((bytes) => Uint8Array.from(bytes)),
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(names, tie("value"), { maxKeys: 3 }).map((object) => ({ ...object })),
    ),
  })).value;

  test("from MessagePack", () => {
    const decode = decoderOf("messagepack");
    fc.assert(
      fc.property(tree, (value) => {
        expect(decode(encodeMessagePack(value))).toEqual([value]);
      }),
    );
  });

  test("from CBOR", () => {
    const decode = decoderOf("cbor");
    fc.assert(
      fc.property(tree, (value) => {
        expect(decode(encodeCbor(value))).toEqual([value]);
      }),
    );
  });

  test("from NDJSON and CSV", () => {
    const ndjson = decoderOf("ndjson");
    const scalar = fc.oneof(fc.string(), fc.boolean(), fc.maxSafeInteger(), fc.constant(null), fc.array(fc.string()));
    const messages = fc.array(fc.dictionary(names, scalar), { minLength: 1 });
    fc.assert(
      fc.property(messages, (given) => {
        const lines = given.map((each) => JSON.stringify(each));
        expect(ndjson(Buffer.from(lines.join("\n")))).toEqual(lines.map((line) => JSON.parse(line)));
      }),
    );
    const { decode } = formats.csv.create({ ...formats.csv.settings?.parse({}), infer: false }, new Map());
    const cell = fc.string({ minLength: 1 }).filter((text) => text.trim() !== "");
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1 });
    fc.assert(
      fc.property(table, (rows) => {
        const quoted = rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(","));
        const text = `a,b\n${quoted.join("\n")}`;
        const payload = { text: () => text, bytes: () => Buffer.from(text) };
        expect(decode(payload, fillRaw({}, clock))).toEqual(rows.map(([a, b]) => ({ a, b })));
      }),
    );
  });

  test("from Protocol Buffers, every kind of field, present or left out", () => {
    const schema = `syntax = "proto3"; package t;
      message M { int32 a = 1; uint64 b = 2; sint64 c = 3; double d = 4; bool e = 5; string f = 6; bytes g = 7;
        fixed32 h = 8; sfixed64 i = 9; repeated sint32 j = 10; repeated string k = 11; map<string, int32> l = 12;
        optional int32 m = 13; N n = 14; E o = 15; repeated double p = 16 [packed = false]; repeated E q = 17; }
      message N { M m = 1; uint32 x = 2; } enum E { ZERO = 0; ONE = 1; }`;
    const encoder = protobuf.parse(schema, { keepCase: true }).root.lookupType("t.M");
    const type = messageType(schema, "t.M");
    const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const uint64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
    const int32 = fc.integer();
    const one = fc.constantFrom("ZERO", "ONE");
    const message = fc.record({
      a: int32,
      b: uint64,
      c: int64,
      d: doubles,
      e: fc.boolean(),
      f: fc.string(),
      h: fc.nat(),
      i: int64,
      o: one,
      g: fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    });
    const optional = fc.record(
      {
        j: fc.array(int32, { minLength: 1 }),
        k: fc.array(fc.string(), { minLength: 1 }),
        l: fc.dictionary(names, int32, { minKeys: 1 }).map((object) => new Map(Object.entries(object))),
        m: int32,
        p: fc.array(doubles, { minLength: 1 }),
        q: fc.array(one, { minLength: 1 }),
      },
      { requiredKeys: [] },
    );
    const long = (value: bigint, unsigned: boolean) => ({
      low: Number(BigInt.asIntN(32, value)),
      high: Number(BigInt.asIntN(32, value >> 32n)),
      unsigned,
    });
    fc.assert(
      fc.property(message, optional, fc.nat(), (given, more, x) => {
        const { b, c, i, l } = { l: undefined, ...given, ...more };
        const wire = { b: long(b, true), c: long(c, false), i: long(i, false), n: { x } };
        const map = l === undefined ? {} : { l: Object.fromEntries(l) };
        const bytes = encoder.encode(encoder.fromObject({ ...given, ...more, ...wire, ...map })).finish();
        expect(readMessage(type, bytes)).toEqual({ ...given, ...more, n: { x } });
      }),
    );
  });

  test("from Sparkplug B, metrics of every number", () => {
    const encoder = protobuf.parse(sparkplugSchema, { keepCase: true }).root.lookupType("sparkplug.Payload");
    const metric = fc.oneof(
      fc.integer({ min: -128, max: 127 }).map((value) => [1, value, { int_value: value >>> 0 }] as const),
      fc.integer({ min: -32_768, max: 32_767 }).map((value) => [2, value, { int_value: value & 0xffff }] as const),
      fc.integer().map((value) => [3, value, { int_value: value >>> 0 }] as const),
      fc.nat().map((value) => [7, value, { int_value: value }] as const),
      doubles.map((value) => [10, value, { double_value: value }] as const),
      fc.boolean().map((value) => [11, value, { boolean_value: value }] as const),
      fc.string().map((value) => [12, value, { string_value: value }] as const),
    );
    fc.assert(
      fc.property(fc.array(metric), (metrics) => {
        const payload = {
          seq: 0,
          metrics: metrics.map(([datatype, , field], index) => ({ name: `m${index}`, datatype, ...field })),
        };
        const bytes = Buffer.from(encoder.encode(encoder.fromObject(payload)).finish());
        const raw = fillRaw({ metadata: { topic: "spBv1.0/g/NBIRTH/n" } }, clock);
        const { decode } = formats.sparkplug.create({ deviceId: "name" }, new Map());
        const read = decode({ bytes: () => bytes, text: () => "" }, raw) as { value: unknown }[];
        const values = read.map(({ value }) => (typeof value === "bigint" ? Number(value) : value));
        expect(values).toEqual(metrics.map(([, value]) => value));
      }),
    );
  });
});
