import { encode as encodeMessagePack } from "@msgpack/msgpack";
import { describe, expect, test } from "vitest";
import type { Raw } from "../../../contract/point.ts";
import { runOperator } from "../../../contract/testing.ts";
import convert from "../convert.node.ts";

type Config = Readonly<Record<string, unknown>>;

/** `key type value` of each point, or the error. */
function points(payload: string | Uint8Array, config: Config, raw: Partial<Raw> = {}) {
  const given =
    typeof payload === "string"
      ? { payload }
      : { payload: Buffer.from(payload).toString("base64"), encoding: "base64" as const };
  return runOperator(convert, config)
    .raw({ ...given, ...raw })
    .map(({ port, point, emission }) => (port === "failed" ? emission.reason : [point.key, point.type, point.value]));
}
const hex = (digits: string) => Buffer.from(digits.replaceAll(" ", ""), "hex");

function faults(config: Config): string {
  return (convert.config.safeParse(config).error?.issues ?? [])
    .map(({ path, message }) => `${path.join(".")}: ${message}`)
    .join("\n");
}

describe("CSV", () => {
  const csv = (payload: string, settings: Config = {}) => points(payload, { format: "csv", csv: settings });

  test("cells look like what they are; quotes hold delimiters and line ends", () => {
    expect(csv('a,b,c,d,e\n1,-2.5e3,true,007,"x, ""y""\nz"\n')).toEqual([
      ["a", "int", 1],
      ["b", "int", -2500],
      ["c", "bool", true],
      ["d", "string", "007"],
      ["e", "string", 'x, "y"\nz'],
    ]);
    expect(csv("a\n12345678901234567890")).toEqual([["a", "int", "12345678901234567890"]]);
    expect(csv("a\n21", { infer: false })).toEqual([["a", "string", "21"]]);
  });

  test("a line with too few columns does not cost the others", () => {
    expect(csv("a;b\n1;2\n3\n5;6", { delimiter: ";" })).toEqual([
      ["a", "int", 1],
      ["b", "int", 2],
      ["a", "int", 5],
      ["b", "int", 6],
      "parse_error: 1 of 5 values could not be converted: [1]: the line has 1 columns, not 2",
    ]);
  });

  test("a line can be a point, and a table without lines is none", () => {
    expect(csv("device_id,key,value\nd7,t,1\n")).toEqual([["t", "int", 1]]);
    expect(csv("a,b\n")).toEqual([]);
    expect(csv("1,2", { header: false })).toEqual([
      ["column_1", "int", 1],
      ["column_2", "int", 2],
    ]);
    expect(csv('a\n"open')).toEqual([expect.stringMatching(/^parse_error: not CSV: /)]);
  });
});

describe("XML", () => {
  const xml = (payload: string, settings: Config = {}) => points(payload, { format: "xml", xml: settings });

  test("elements, attributes, text beside attributes, repeated elements, and the five entities", () => {
    expect(xml('<m id="7"><t unit="C">21.5</t><s>a &lt; b</s><v>1</v><v>2</v><e/><c><![CDATA[<x>]]></c></m>')).toEqual([
      ["@id", "int", 7],
      ["t.@unit", "string", "C"],
      ["t.#text", "float", 21.5],
      ["s", "string", "a < b"],
      ["v", "array", [1, 2]],
      ["e", "string", ""],
      ["c", "string", "<x>"],
    ]);
    expect(xml("<t>21.5</t>")).toEqual([["value", "float", 21.5]]);
    expect(xml("<m><v>1</v></m>", { lists: ["v"] })).toEqual([["v", "array", [1]]]);
  });

  test.each([
    ["<a><b></a>", /not XML: at 1:/],
    ["<a", /not XML/],
    ["", /is empty/],
    ["<a>&custom;</a>", /not XML/],
    ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', /DOCTYPE/],
    [`${"<a>".repeat(100_000)}`, /more than 64 deep/],
  ])("%.40s is refused", (payload, words) => {
    expect(xml(payload)).toEqual([expect.stringMatching(words)]);
  });

  test("names of the language's own objects are names like any other", () => {
    expect(xml("<m><__proto__>1</__proto__><constructor>2</constructor></m>")).toEqual([
      ["__proto__", "int", 1],
      ["constructor", "int", 2],
    ]);
  });
});

describe("a pattern", () => {
  const find = (payload: string, pattern: Config) => points(payload, { format: "pattern", pattern });

  test("named groups become values, groups that take no part are left out", () => {
    const expression = "(?P<name>\\w+)=(?P<value>\\d+)(?:(?P<unit>[a-z]+))?";
    expect(find("a=1 b=2bar", { expression, take: "every" })).toEqual([
      ["name", "string", "a"],
      ["value", "int", 1],
      ["name", "string", "b"],
      ["value", "int", 2],
      ["unit", "string", "bar"],
    ]);
    expect(find("nothing", { expression })).toEqual(["parse_error: the pattern does not fit: nothing"]);
  });

  test("a pattern that would backtrack for ever takes no time", () => {
    const expression = "^(?P<a>(x+x+)+)y$";
    expect(find("x".repeat(50_000), { expression })).toEqual([expect.stringMatching(/does not fit/)]);
  });

  test.each([
    [undefined, "pattern.expression: Invalid input"],
    [{ expression: "\\d+" }, "the pattern names no group"],
    [{ expression: "(?P<a>" }, "is not a regular expression"],
  ])("%j is refused", (pattern, words) => {
    expect(faults({ format: "pattern", pattern })).toContain(words);
  });
});

describe("bytes with a layout", () => {
  const read = (bytes: Uint8Array, entries: readonly Config[], more: Config = {}) =>
    points(bytes, { format: "binary", binary: { layouts: [{ entries }], ...more } });

  test.each<[string, Config, unknown]>([
    ["ff", {}, 255],
    ["ff", { type: "int" }, -1],
    ["0102", { bits: 16 }, 258],
    ["0102", { bits: 16, endianness: "little" }, 513],
    ["fffffffffffffffe", { bits: 64 }, "18446744073709551614"],
    ["fffffffffffffffe", { type: "int", bits: 64 }, -2],
    ["41ac0000", { type: "float" }, 21.5],
    ["41aa6666", { type: "float" }, 21.3],
    ["00000000008035c0", { type: "float", bits: 64, endianness: "little" }, -21.5],
    ["80", { type: "bool" }, true],
    ["1234", { type: "bcd", bits: 16, scale: 0.1 }, 123.4],
    ["03", { scale: 0.1 }, 0.3],
    ["03", { scale: 0.5, offset: -40 }, -38.5],
    ["68c3a900ff", { type: "text" }, "hé"],
    ["6869", { type: "text", bits: 8 }, "h"],
    ["0001", { type: "bytes" }, "AAE="],
    ["6955b900", { type: "time" }, "2026-01-01T00:00:00.000Z"],
    ["0000019b76daa9f4", { type: "time", bits: 64, resolution: "ms" }, "2026-01-01T00:00:00.500Z"],
  ])("%s as %j is %j", (digits, entry, value) => {
    const [point] = read(hex(digits), [{ name: "v", ...entry }]);
    expect(point?.[2] ?? point).toEqual(value);
  });

  test("values stand at any bit, one after the other", () => {
    const entries = [
      { name: "a", bits: 3 },
      { name: "b", type: "int", bits: 5 },
      { type: "skip", bits: 4 },
      { name: "c", bits: 12 },
    ];
    expect(read(hex("bf fabc"), entries)).toEqual([
      ["a", "int", 5],
      ["b", "int", -1],
      ["c", "int", 2748],
    ]);
  });

  test("the first layout that fits by length and beginning is used", () => {
    const layouts = [
      { length: 2, startsWith: "01", entries: [{ type: "skip" }, { name: "one" }] },
      { startsWith: "02", entries: [{ type: "skip" }, { name: "two" }] },
    ];
    const decode = (digits: string) => points(hex(digits), { format: "binary", binary: { layouts } });
    expect(decode("0107")).toEqual([["one", "int", 7]]);
    expect(decode("020800")).toEqual([["two", "int", 8]]);
    expect(decode("010700")).toEqual(["parse_error: no layout fits 3 bytes that begin with 010700"]);
    expect(decode("02")).toEqual(["parse_error: the payload has 1 bytes; the layout needs 2"]);
  });

  test.each<[Config, string]>([
    [{ name: "a", bits: 12, endianness: "little" }, "endianness: only whole bytes"],
    [{ name: "a", bits: 65 }, "bits: at most 64"],
    [{ name: "a", type: "float", bits: 16 }, "bits: 32 or 64"],
    [{ type: "uint" }, "name: write what the value is called"],
  ])("the value %j is refused", (entry, words) => {
    expect(faults({ format: "binary", binary: { layouts: [{ entries: [entry] }] } })).toContain(words);
  });

  test("texts begin at a byte, and only the last value is open", () => {
    const entries = [{ name: "a", bits: 4 }, { name: "t", type: "text" }, { name: "b" }];
    const words = faults({ format: "binary", binary: { layouts: [{ entries }] } });
    expect(words).toContain("entries.1.bits: does not begin at the start of a byte");
    expect(words).toContain("entries.1.bits: only the last value can run to the end");
  });
});

describe("MessagePack and CBOR", () => {
  test("64-bit numbers keep their digits, times become times, bytes are bytes", () => {
    const at = new Date("2026-01-01T00:00:00.000Z");
    const bytes = encodeMessagePack(
      { n: 2n ** 63n, at, b: Uint8Array.of(1), l: [Uint8Array.of(2)] },
      { useBigInt64: true },
    );
    expect(points(bytes, { format: "messagepack" })).toEqual([
      ["n", "int", "9223372036854775808"],
      ["at", "string", "2026-01-01T00:00:00.000Z"],
      ["b", "binary", "AQ=="],
      ["l", "array", ["Ag=="]],
    ]);
    const cbor = hex("a4 616e c249010000000000000000 6161 c11a6955b900 6162 4101 6163 f7");
    expect(points(cbor, { format: "cbor" })).toEqual([
      ["n", "int", "18446744073709551616"],
      ["a", "string", "2026-01-01T00:00:00.000Z"],
      ["b", "binary", "AQ=="],
      ["c", "string", null],
    ]);
  });

  test.each([
    ["messagepack", "dd ffffffff", /^parse_error: not MessagePack: /],
    ["messagepack", "91".repeat(100_000), /^(?:parse_error|validation): /],
    ["messagepack", "", /is empty/],
    ["messagepack", "01 02", /^parse_error: not MessagePack: /],
    ["cbor", "9b ffffffffffffffff", /^parse_error: not CBOR: /],
    ["cbor", "81".repeat(100_000), /^(?:parse_error|validation): /],
    ["cbor", "d9 1000 01", /^parse_error: not CBOR: .*tag/],
    ["cbor", "f97e00", /not a number/],
    ["cbor", "", /is empty/],
  ])("%s of %.30s is refused", (format, digits, words) => {
    expect(points(hex(digits), { format })).toEqual([expect.stringMatching(words)]);
  });
});

describe("Protocol Buffers", () => {
  const schema =
    'syntax = "proto3"; import "google/protobuf/timestamp.proto"; package p; message M { google.protobuf.Timestamp at = 1; double t = 2; M next = 3; }';
  const read = (digits: string) => points(hex(digits), { format: "protobuf", protobuf: { schema, message: "p.M" } });

  test("zeros that proto3 leaves out are values, messages that are not there are none", () => {
    expect(read("")).toEqual([["t", "int", 0]]);
    expect(read("0a06 0880f2d6ca06 11 0000000000803540")).toEqual([
      ["at", "string", "2026-01-01T00:00:00.000Z"],
      ["t", "float", 21.5],
    ]);
  });

  test.each([
    ["10 01", /"t" is of another kind than the schema says/],
    ["11 00", /not a p.M: index out of range/],
    ["0a ff 08", /not a p.M/],
    ["1a0a 1100", /not a p.M/],
    [nested(70), /more than 64 deep/],
  ])("%.30s is refused", (digits, words) => {
    expect(read(digits)).toEqual([expect.stringMatching(words)]);
  });

  test.each([
    ["message M {", "M", "protobuf.schema: "],
    ["message M { Missing x = 1; }", "M", "Missing"],
    ['import "other.proto"; message M {}', "M", '"other.proto" is not known here'],
    ["message M {} message N {}", "X", 'protobuf.message: the schema has no message "X"; it has M, N'],
  ])("the schema %s is refused", (text, message, words) => {
    expect(faults({ format: "protobuf", protobuf: { schema: text, message } })).toContain(words);
  });
});

/** A message in a message, so many deep. */
function nested(depth: number): string {
  let bytes = Buffer.alloc(0);
  for (let level = 0; level < depth; level++) {
    const length = bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7];
    bytes = Buffer.concat([Buffer.from([0x1a, ...length]), bytes]);
  }
  return bytes.toString("hex");
}
