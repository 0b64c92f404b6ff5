import { isUtf8 } from "node:buffer";
import { z } from "zod";
import { MessageError } from "../../../contract/errors.ts";
import { exactInteger } from "../../../contract/point.ts";
import { ofEpoch } from "../time.ts";
import { BitReader } from "./bits.ts";
import { defineFormat } from "./format.ts";

const kinds = ["uint", "int", "float", "bool", "bcd", "text", "bytes", "time", "skip"] as const;
const byteKinds: ReadonlySet<string> = new Set(["text", "bytes"]);

const entry = z
  .strictObject({
    name: z.string().min(1).optional().meta({ title: "Name", description: "The key. Not needed for what is skipped." }),
    type: z
      .enum(kinds)
      .default("uint")
      .meta({
        title: "Type",
        labels: {
          uint: "Whole number",
          int: "Whole number with sign",
          float: "Floating point",
          bool: "True or false",
          bcd: "Decimal digits (BCD)",
          text: "Text",
          bytes: "Bytes",
          time: "Time since 1970",
          skip: "Skipped",
        },
      }),
    bits: z.int().min(1).max(8_388_608).optional().meta({
      title: "Bits",
      description:
        "Left out: 8, for a floating point number or time 32, for true or false 1; text and bytes to the end.",
    }),
    endianness: z
      .enum(["big", "little"])
      .optional()
      .meta({ title: "Byte order", labels: { big: "Big first", little: "Little first" } }),
    scale: z.number().optional().meta({ title: "Times" }),
    offset: z.number().optional().meta({ title: "Plus" }),
    resolution: z
      .enum(["s", "ms", "us", "ns"])
      .default("s")
      .meta({ title: "Counts", showWhen: { type: ["time"] } }),
  })
  .superRefine(({ name, type, bits = 8, endianness }, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    if (type !== "skip" && name === undefined) report("name", "write what the value is called");
    if (["uint", "int", "time"].includes(type) && bits > 64) report("bits", "at most 64");
    if (type === "float" && bits !== 8 && bits !== 32 && bits !== 64) report("bits", "32 or 64");
    if ((byteKinds.has(type) || type === "bcd") && bits % 8 !== 0) report("bits", "a multiple of 8");
    if (type === "bcd" && bits > 128) report("bits", "at most 128");
    if (endianness === "little" && bits % 8 !== 0) report("endianness", "only whole bytes can stand little first");
  });
type Entry = z.output<typeof entry>;

const layout = z
  .strictObject({
    length: z.int().min(1).optional().meta({ title: "Only with so many bytes", unit: "bytes" }),
    startsWith: z
      .string()
      .regex(/^(?:[0-9a-fA-F]{2})+$/, "write whole bytes in hex, such as 01a0")
      .optional()
      .meta({ title: "Only beginning with", description: "In hex.", placeholder: "01a0" }),
    entries: z.array(entry).min(1, "describe the first value").max(1_000).meta({ title: "Values", widget: "table" }),
  })
  .superRefine(({ entries }, context) => {
    let bits = 0;
    for (const [index, each] of entries.entries()) {
      const isOpen = byteKinds.has(each.type) && each.bits === undefined;
      const report = (message: string) =>
        context.addIssue({ code: "custom", path: ["entries", index, "bits"], message });
      if ((byteKinds.has(each.type) || each.type === "bcd") && bits % 8 !== 0)
        report("does not begin at the start of a byte; skip some bits before it");
      if (isOpen && index < entries.length - 1) report("only the last value can run to the end");
      bits += isOpen ? 0 : bitsOf(each);
    }
  });
type Layout = z.output<typeof layout>;

const settings = z.strictObject({
  endianness: z
    .enum(["big", "little"])
    .default("big")
    .meta({ title: "Byte order", labels: { big: "Big first", little: "Little first" } }),
  layouts: z
    .array(layout)
    .min(1, "describe what the bytes hold")
    .max(100)
    .meta({ title: "Layouts", description: "The first one that fits the payload is used." }),
});

export const binary = defineFormat({
  label: "Bytes with a layout",
  help: "bytes with a layout: numbers of any bits, texts and times one after the other",
  settings,
  examples: [
    {
      title: "the frame of a sensor, in bits",
      config: {
        format: "binary",
        binary: {
          layouts: [
            {
              length: 8,
              startsWith: "01",
              entries: [
                { type: "skip" },
                { name: "alarm", type: "bool" },
                { name: "battery", bits: 7, scale: 0.5 },
                { name: "temperature", type: "int", bits: 16, scale: 0.1 },
                { name: "timestamp", type: "time" },
              ],
            },
          ],
        },
      },
      input: [{ raw: { payload: "AcD/zmlVuQA=", encoding: "base64" } }],
      output: [
        { point: { key: "alarm", value: true, timestamp: "2026-01-01T00:00:00.000Z" } },
        { point: { key: "battery", value: 32, type: "int" } },
        { point: { key: "temperature", value: -5, type: "int" } },
      ],
    },
  ],
  create({ endianness, layouts }) {
    const known = layouts.map(({ length, startsWith = "", entries }) => ({
      length,
      start: Buffer.from(startsWith, "hex"),
      entries,
    }));
    return {
      decode(payload) {
        const bytes = payload.bytes();
        const fitting = known.find(
          ({ length, start }) =>
            (length === undefined || length === bytes.length) && bytes.subarray(0, start.length).equals(start),
        );
        if (fitting === undefined) throw new MessageError("parse_error", `no layout fits ${shownBytes(bytes)}`);
        return [readLayout(fitting.entries, new BitReader(bytes), endianness)];
      },
    };
  },
});

function shownBytes(bytes: Buffer): string {
  const start = bytes.subarray(0, 8).toString("hex");
  return `${bytes.length} bytes that begin with ${start === "" ? "nothing" : start}`;
}

function bitsOf({ type, bits }: Entry): number {
  return bits ?? (type === "float" || type === "time" ? 32 : type === "bool" ? 1 : 8);
}

function readLayout(entries: Layout["entries"], reader: BitReader, endianness: "big" | "little"): unknown {
  const values = new Map<string, unknown>();
  for (const each of entries) {
    const value = readEntry(each, reader, each.endianness ?? endianness);
    if (each.name !== undefined && each.type !== "skip") values.set(each.name, value);
  }
  return Object.fromEntries(values);
}

function readEntry(each: Entry, reader: BitReader, endianness: "big" | "little"): unknown {
  const bits = bitsOf(each);
  switch (each.type) {
    case "uint":
      return scaled(reader.unsigned(bits, endianness), each);
    case "int":
      return scaled(reader.signed(bits, endianness), each);
    case "float":
      return scaled(reader.float(bits, endianness), each);
    case "bool":
      return reader.unsigned(bits, "big") !== 0n;
    case "bcd":
      return scaled(decimal(reader.unsigned(bits, endianness), each), each);
    case "text":
      return textOf(reader.bytes((each.bits ?? reader.left) / 8), each);
    case "bytes":
      return reader.bytes((each.bits ?? reader.left) / 8);
    case "time":
      return timeOf(reader.unsigned(bits, endianness), each);
    case "skip":
      reader.skip(bits);
      return undefined;
  }
}

/** Twelve digits are enough for a reading, and hide what binary fractions make of 3 × 0.1. */
const significantDigits = 12;

function scaled(value: number | bigint, { scale, offset }: Entry): unknown {
  if (scale === undefined && offset === undefined) return typeof value === "bigint" ? exactInteger(value) : value;
  return Number((Number(value) * (scale ?? 1) + (offset ?? 0)).toPrecision(significantDigits));
}

function decimal(value: bigint, { name = "" }: Entry): bigint {
  const digits = value.toString(16);
  if (/^\d+$/.test(digits)) return BigInt(digits);
  throw new MessageError("parse_error", `${name} holds ${digits}, which are no decimal digits`);
}

function textOf(bytes: Buffer, { name = "" }: Entry): string {
  const end = bytes.indexOf(0);
  const content = end === -1 ? bytes : bytes.subarray(0, end);
  if (isUtf8(content)) return content.toString("utf8");
  throw new MessageError("parse_error", `${name} is no UTF-8 text`);
}

function timeOf(value: bigint, { name = "", resolution }: Entry): string {
  const time = ofEpoch(value, resolution);
  if (time !== undefined) return time;
  throw new MessageError("parse_error", `${name} is ${value} ${resolution} after 1970, too far to be a time`);
}
