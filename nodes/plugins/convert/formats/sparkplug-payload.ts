/** The payload of Sparkplug B (Eclipse Sparkplug 3.0, chapter 6) and the values in it. Pure. */
import { MessageError } from "../../../contract/errors.ts";
import type { PointType } from "../../../contract/point.ts";
import { excerpt } from "../excerpt.ts";
import { ofEpoch } from "../time.ts";
import { shortest } from "./bits.ts";
import { decoded } from "./library.ts";
import { type Message, messageType, readMessage } from "./protobuf-message.ts";

/** What of the published schema says something about values; other fields are passed over. */
export const sparkplugSchema = `syntax = "proto2"; package sparkplug;
message Payload {
  optional uint64 timestamp = 1; repeated Metric metrics = 2; optional uint64 seq = 3;
  message Metric {
    optional string name = 1; optional uint64 alias = 2; optional uint64 timestamp = 3; optional uint32 datatype = 4;
    optional bool is_null = 7; optional PropertySet properties = 9;
    optional uint32 int_value = 10; optional uint64 long_value = 11; optional float float_value = 12;
    optional double double_value = 13; optional bool boolean_value = 14; optional string string_value = 15;
    optional bytes bytes_value = 16;
  }
  message PropertySet { repeated string keys = 1; repeated PropertyValue values = 2; }
  message PropertyValue {
    optional uint32 int_value = 3; optional uint64 long_value = 4; optional float float_value = 5;
    optional double double_value = 6; optional bool boolean_value = 7; optional string string_value = 8;
  }
}`;
const payloadType = messageType(sparkplugSchema, "sparkplug.Payload");

export interface SparkplugPayload {
  readonly timestamp: unknown;
  readonly seq: number | undefined;
  readonly metrics: readonly Metric[];
}
export interface Metric {
  readonly name: string | undefined;
  readonly alias: string | undefined;
  readonly timestamp: unknown;
  readonly datatype: number | undefined;
  readonly properties: ReadonlyMap<string, unknown>;
  readonly fields: Message;
}

/** Throws `MessageError` when the bytes are no Sparkplug payload. */
export function readSparkplug(bytes: Uint8Array): SparkplugPayload {
  const { timestamp, seq, metrics = [] } = decoded("a Sparkplug B payload", () => readMessage(payloadType, bytes));
  return {
    timestamp,
    seq: typeof seq === "bigint" ? Number(seq) : undefined,
    metrics: (metrics as Message[]).map(readMetric),
  };
}

function readMetric(fields: Message): Metric {
  const { name, alias, timestamp, datatype, properties } = fields;
  return {
    name: typeof name === "string" && name !== "" ? name : undefined,
    alias: alias === undefined ? undefined : String(alias),
    timestamp,
    datatype: typeof datatype === "number" && datatype !== 0 ? datatype : undefined,
    properties: readProperties(properties),
    fields,
  };
}

function readProperties(set: unknown): ReadonlyMap<string, unknown> {
  const { keys = [], values = [] } = (set ?? {}) as { keys?: string[]; values?: Message[] };
  return new Map(keys.map((key, index) => [key, Object.values(values[index] ?? {})[0]]));
}

interface Datatype {
  readonly type: PointType;
  read(fields: Message): unknown;
}

const whole = ({ int_value, long_value }: Message) => BigInt((long_value ?? int_value) as bigint | number);
const signed = (bits: number): Datatype => ({ type: "int", read: (fields) => BigInt.asIntN(bits, whole(fields)) });
const unsigned = (bits: number): Datatype => ({ type: "int", read: (fields) => BigInt.asUintN(bits, whole(fields)) });
const textual: Datatype = { type: "string", read: ({ string_value }) => string_value };
const bytes: Datatype = { type: "binary", read: ({ bytes_value }) => bytes_value };
const array = (size: number, member: (data: Buffer, at: number) => unknown): Datatype => ({
  type: "array",
  read({ bytes_value }) {
    const data = bytes_value as Buffer;
    if (data.length % size !== 0) throw new MessageError("parse_error", `an array of ${data.length} bytes is cut off`);
    return Array.from({ length: data.length / size }, (_, index) => member(data, index * size));
  },
});

/** By their numbers in the specification. Data sets, templates and files are not read. */
const datatypes: Readonly<Record<number, Datatype>> = {
  1: signed(8),
  2: signed(16),
  3: signed(32),
  4: signed(64),
  5: unsigned(8),
  6: unsigned(16),
  7: unsigned(32),
  8: unsigned(64),
  9: { type: "float", read: ({ float_value, double_value }) => float_value ?? double_value },
  10: { type: "float", read: ({ double_value, float_value }) => double_value ?? float_value },
  11: { type: "bool", read: ({ boolean_value }) => boolean_value },
  12: textual,
  13: { type: "string", read: (fields) => ofEpoch(whole(fields), "ms") },
  14: textual,
  15: textual,
  17: bytes,
  22: array(1, (data, at) => data.readInt8(at)),
  23: array(2, (data, at) => data.readInt16LE(at)),
  24: array(4, (data, at) => data.readInt32LE(at)),
  25: array(8, (data, at) => data.readBigInt64LE(at)),
  26: array(1, (data, at) => data.readUInt8(at)),
  27: array(2, (data, at) => data.readUInt16LE(at)),
  28: array(4, (data, at) => data.readUInt32LE(at)),
  29: array(8, (data, at) => data.readBigUInt64LE(at)),
  30: array(4, (data, at) => shortest(data.readFloatLE(at))),
  31: array(8, (data, at) => data.readDoubleLE(at)),
};

export function typeOf(datatype: number | undefined): PointType | undefined {
  return datatype === undefined ? undefined : datatypes[datatype]?.type;
}

/** Throws `MessageError` when the metric holds nothing of its datatype, or is of one that is not read. */
export function metricValue({ fields, name, alias }: Metric, datatype: number | undefined): unknown {
  if (fields["is_null"] === true) return null;
  const label = excerpt(name ?? `alias ${alias}`);
  const known = datatype === undefined ? undefined : datatypes[datatype];
  if (known === undefined)
    throw new MessageError("validation", `${label} is of datatype ${datatype ?? "none"}, which is not read`);
  const hasValue = valueFields.some((field) => fields[field] !== undefined);
  if (!hasValue) return null;
  try {
    const value = known.read(fields);
    if (value !== undefined) return value;
  } catch (error) {
    if (error instanceof MessageError) throw error;
  }
  throw new MessageError("validation", `${label} holds no value of its datatype ${datatype}`);
}

const valueFields = [
  "int_value",
  "long_value",
  "float_value",
  "double_value",
  "boolean_value",
  "string_value",
  "bytes_value",
] as const;
