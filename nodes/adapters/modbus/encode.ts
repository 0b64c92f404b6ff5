/** From the value of a command to what goes into the device. Pure. */
import { isBitArea } from "../../connections/modbus/pdu.ts";
import { MessageError } from "../../contract/errors.ts";
import { codings, type RawValue } from "./data-type.ts";
import type { Tag } from "./tag.ts";

const truths = new Map<unknown, boolean>([
  ...[true, 1, "true", "1", "on"].map((word): [unknown, boolean] => [word, true]),
  ...[false, 0, "false", "0", "off"].map((word): [unknown, boolean] => [word, false]),
]);
const wholeNumber = /^-?\d{1,20}$/;

/** A bit for a coil, otherwise the bytes as the device wants them. Throws `MessageError` for a value it cannot hold. */
export function encodeValue(tag: Tag, value: unknown): boolean | Buffer {
  if (isBitArea(tag.area)) return truthOf(value);
  const { dataType, places } = tag;
  const encode = dataType === "bit" ? undefined : codings[dataType].encode;
  if (encode === undefined) throw new MessageError("not_writable", `a ${dataType} cannot be written alone`);
  const ordered = Buffer.alloc(places.length);
  encode(rawOf(tag, value, ordered.length), ordered);
  const sent = Buffer.alloc(places.length);
  for (const [index, place] of places.entries()) sent[place] = ordered[index] ?? 0;
  return sent;
}

function rawOf(tag: Tag, value: unknown, length: number): RawValue {
  switch (tag.dataType) {
    case "bool":
      return truthOf(value);
    case "string":
      return textOf(value, length);
    case "bytes":
      return bytesOf(value, length);
    default:
      return numberOf(tag, value);
  }
}

function truthOf(value: unknown): boolean {
  const truth = truths.get(typeof value === "string" ? value.toLowerCase() : value);
  if (truth === undefined) throw wrongType(value, "neither true nor false");
  return truth;
}

function textOf(value: unknown, length: number): string {
  if (typeof value !== "string") throw wrongType(value, "no text");
  if (Buffer.byteLength(value) > length)
    throw new MessageError(
      "out_of_range",
      `the text takes ${Buffer.byteLength(value)} bytes, and there is room for ${length}`,
    );
  return value;
}

function bytesOf(value: unknown, length: number): Buffer {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw wrongType(value, "no base64");
  const bytes = Buffer.from(value, "base64");
  if (bytes.length !== length)
    throw new MessageError("out_of_range", `these are ${bytes.length} bytes, and the tag has ${length}`);
  return bytes;
}

function numberOf({ config, dataType, pointType }: Tag, value: unknown): number | bigint {
  const number =
    typeof value === "number" || (typeof value === "string" && value.trim() !== "") ? Number(value) : Number.NaN;
  if (!Number.isFinite(number)) throw wrongType(value, "no number");
  const { min, max, scale, offset } = config;
  if (min !== undefined && number < min)
    throw new MessageError("out_of_range", `${number} is below the least allowed, ${min}`);
  if (max !== undefined && number > max)
    throw new MessageError("out_of_range", `${number} is above the most allowed, ${max}`);
  const range = dataType === "bit" ? undefined : codings[dataType].range;
  if (range === undefined) return floatOf((number - offset) / scale, dataType);
  const whole = pointType === "int" ? exactOf(value) : BigInt(Math.round((number - offset) / scale));
  const [least, most] = range;
  if (whole >= least && whole <= most) return whole;
  throw new MessageError("out_of_range", `${whole} does not fit into ${dataType}, which holds ${least} to ${most}`);
}

/** All digits, also those that a double would lose. */
function exactOf(value: unknown): bigint {
  if (typeof value === "number" && Number.isInteger(value)) return BigInt(value);
  if (typeof value === "string" && wholeNumber.test(value.trim())) return BigInt(value.trim());
  throw wrongType(value, "no whole number, and the tag holds nothing else");
}

const largest = { float16: 65_504, float32: 3.402_823_466_385_288_6e38 } as const;

function floatOf(number: number, dataType: string): number {
  const most = dataType === "float16" || dataType === "float32" ? largest[dataType] : Number.MAX_VALUE;
  if (Math.abs(number) <= most) return number;
  throw new MessageError("out_of_range", `${number} does not fit into ${dataType}`);
}

function wrongType(value: unknown, what: string): MessageError {
  const shown = (JSON.stringify(value) ?? String(value)).slice(0, 60);
  return new MessageError("type_mismatch", `${shown} is ${what}`);
}
