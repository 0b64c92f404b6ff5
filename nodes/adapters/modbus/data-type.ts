/** What registers hold: from bytes to values and back. The bytes stand most significant first, whatever the device sends. Pure. */
import { isUtf8 } from "node:buffer";

export const dataTypes = [
  "bool",
  "bit",
  "int8L",
  "int8H",
  "uint8L",
  "uint8H",
  "int16",
  "uint16",
  "int32",
  "uint32",
  "int64",
  "uint64",
  "float16",
  "float32",
  "float64",
  "string",
  "bytes",
] as const;
export type DataType = (typeof dataTypes)[number];

export type RawValue = number | bigint | boolean | string | Buffer;

interface Coding {
  /** Registers it takes; `undefined` when the configuration says so. */
  readonly registers: number | undefined;
  decode(bytes: Buffer): RawValue;
  /** Writes a value that fits. `undefined` for what shares its register with others and so cannot be written alone. */
  readonly encode: ((value: RawValue, bytes: Buffer) => void) | undefined;
  /** What a number may be, for those that hold whole numbers. */
  readonly range?: readonly [bigint, bigint];
}

const signed = (bits: number): readonly [bigint, bigint] => [-(1n << BigInt(bits - 1)), (1n << BigInt(bits - 1)) - 1n];
const unsigned = (bits: number): readonly [bigint, bigint] => [0n, (1n << BigInt(bits)) - 1n];

const part = (decode: (bytes: Buffer) => RawValue): Coding => ({ registers: 1, decode, encode: undefined });

/** `bit` needs to know which one and is decoded by its tag. */
export const codings: Readonly<Record<Exclude<DataType, "bit">, Coding>> = {
  bool: {
    registers: 1,
    decode: (bytes) => bytes.readUInt16BE() !== 0,
    encode: (value, bytes) => bytes.writeUInt16BE(value === true ? 1 : 0),
  },
  int8L: part((bytes) => bytes.readInt8(1)),
  int8H: part((bytes) => bytes.readInt8(0)),
  uint8L: part((bytes) => bytes.readUInt8(1)),
  uint8H: part((bytes) => bytes.readUInt8(0)),
  int16: {
    registers: 1,
    range: signed(16),
    decode: (bytes) => bytes.readInt16BE(),
    encode: (value, bytes) => bytes.writeInt16BE(Number(value)),
  },
  uint16: {
    registers: 1,
    range: unsigned(16),
    decode: (bytes) => bytes.readUInt16BE(),
    encode: (value, bytes) => bytes.writeUInt16BE(Number(value)),
  },
  int32: {
    registers: 2,
    range: signed(32),
    decode: (bytes) => bytes.readInt32BE(),
    encode: (value, bytes) => bytes.writeInt32BE(Number(value)),
  },
  uint32: {
    registers: 2,
    range: unsigned(32),
    decode: (bytes) => bytes.readUInt32BE(),
    encode: (value, bytes) => bytes.writeUInt32BE(Number(value)),
  },
  int64: {
    registers: 4,
    range: signed(64),
    decode: (bytes) => bytes.readBigInt64BE(),
    encode: (value, bytes) => bytes.writeBigInt64BE(value as bigint),
  },
  uint64: {
    registers: 4,
    range: unsigned(64),
    decode: (bytes) => bytes.readBigUInt64BE(),
    encode: (value, bytes) => bytes.writeBigUInt64BE(value as bigint),
  },
  float16: {
    registers: 1,
    decode: (bytes) => readHalf(bytes.readUInt16BE()),
    encode: (value, bytes) => bytes.writeUInt16BE(writeHalf(Number(value))),
  },
  float32: {
    registers: 2,
    decode: (bytes) => bytes.readFloatBE(),
    encode: (value, bytes) => bytes.writeFloatBE(Number(value)),
  },
  float64: {
    registers: 4,
    decode: (bytes) => bytes.readDoubleBE(),
    encode: (value, bytes) => bytes.writeDoubleBE(Number(value)),
  },
  string: {
    registers: undefined,
    decode: readText,
    encode: (value, bytes) => bytes.fill(0).write(String(value), "utf8"),
  },
  bytes: {
    registers: undefined,
    decode: (bytes) => Buffer.from(bytes),
    encode: (value, bytes) => bytes.fill(0).set(value as Buffer),
  },
};

/** Text ends at the first NUL; blanks at the end are padding. What is not UTF-8 is taken as Latin-1. */
export function readText(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  const text = end === -1 ? bytes : bytes.subarray(0, end);
  return text.toString(isUtf8(text) ? "utf8" : "latin1").trimEnd();
}

/** IEEE 754 binary16. */
function readHalf(bits: number): number {
  const sign = (bits & 0x8000) === 0 ? 1 : -1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1 + fraction / 1_024) * 2 ** (exponent - 15);
}

/** Rounds to the nearest, halves to even; what is too large becomes infinity. */
function writeHalf(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  const fraction = roundHalfEven(size / 2 ** (exponent - 10));
  // A fraction of 2048 carries into the exponent, as it should.
  const bits = size === 0 ? 0 : fraction + (exponent + 14) * 1_024;
  return sign | Math.min(bits, 0x7c00);
}

function roundHalfEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  if (rest !== 0.5) return Math.round(value);
  return floor % 2 === 0 ? floor : floor + 1;
}
