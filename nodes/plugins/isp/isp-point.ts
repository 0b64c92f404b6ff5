/** Points as sidecars write them, and ours. Pure. */
import { MessageError } from "../../contract/errors.ts";
import { inferType, type Point, type PointType, pointTypes } from "../../contract/point.ts";
import { isObject } from "./frame.ts";

/** What is taken where a sidecar says nothing. */
export interface PointDefaults {
  /** Stands for every device the sidecar names. */
  readonly deviceId?: string | undefined;
  readonly source?: string | undefined;
  readonly key?: string | undefined;
  readonly timestamp: string;
}

/** ISP says 1 for good; 0, which is our good, is its bad. */
const ispGood = 1;
const bad = 1;

/**
 * A point of a DATA frame. The device is `device_id` where a sidecar names one, else its `source`. Throws
 * `MessageError` (`validation`, `type_mismatch`) that says which field is wrong.
 */
export function readIspPoint(given: unknown, defaults: PointDefaults): Point {
  if (!isObject(given)) throw new MessageError("validation", "a point is a JSON object with key, source and value");
  const { device_id, source, key, value, type, quality, timestamp, tags } = given;
  const deviceId = defaults.deviceId ?? text(device_id) ?? text(source) ?? defaults.source;
  const name = text(key) ?? defaults.key;
  if (deviceId === undefined) throw new MessageError("validation", 'the point has no "source"');
  if (name === undefined) throw new MessageError("validation", 'the point has no "key"');
  if (value === undefined || value === null) throw new MessageError("validation", `the point ${name} has no "value"`);
  return {
    device_id: deviceId,
    key: name,
    ...typed(name, typeof type === "string" ? type.toLowerCase() : "", value),
    quality: readQuality(quality),
    timestamp: readTime(timestamp) ?? defaults.timestamp,
    tags: readTags(tags),
  };
}

/** A point of ours as a sidecar reads it. */
export function writeIspPoint(point: Point): object {
  const { device_id, key, value, type, quality, timestamp, tags } = point;
  return {
    key,
    source: device_id,
    device_id,
    timestamp: `${BigInt(Date.parse(timestamp)) * 1_000_000n}`,
    value,
    type,
    quality: quality === 0 ? ispGood : quality === ispGood ? 0 : quality,
    tags,
  };
}

function text(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** `int16` and the like are whole numbers, `float32` and the like are not; an unknown type gives way to the value's own. */
function typed(key: string, type: string, value: unknown): { readonly value: unknown; readonly type: PointType } {
  if (type === "bool" || type === "boolean") {
    if (typeof value === "boolean") return { value, type: "bool" };
    if (value === 0 || value === 1) return { value: value === 1, type: "bool" };
    throw mismatch(key, type, value);
  }
  if (/^(?:u?int\d*|float\d*|double|number)$/.test(type)) {
    const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number)) throw mismatch(key, type, value);
    return { value: number, type: /int/.test(type) && Number.isInteger(number) ? "int" : "float" };
  }
  if (type === "string") return { value: typeof value === "string" ? value : JSON.stringify(value), type };
  const isOurs = (pointTypes as readonly string[]).includes(type);
  return { value, type: isOurs ? (type as PointType) : inferType(value) };
}

function mismatch(key: string, type: string, value: unknown): MessageError {
  const shown = JSON.stringify(value).slice(0, 60);
  return new MessageError("type_mismatch", `the point ${key} is declared as ${type}, but its value is ${shown}`);
}

function readQuality(quality: unknown): number {
  if (typeof quality !== "number" || quality === ispGood) return 0;
  return quality === 0 ? bad : quality;
}

/** Nanoseconds by the protocol; smaller numbers are taken for the unit their size tells. `undefined` for no time at all. */
export function readTime(timestamp: unknown): string | undefined {
  if (typeof timestamp === "string" && !/^-?\d+$/.test(timestamp)) {
    const ms = Date.parse(timestamp);
    return Number.isNaN(ms) ? undefined : new Date(ms).toISOString();
  }
  if (typeof timestamp !== "string" && typeof timestamp !== "number") return undefined;
  if (typeof timestamp === "number" && !(Number.isFinite(timestamp) && timestamp > 0)) return undefined;
  if (typeof timestamp === "number" && timestamp < 1e11) return new Date(timestamp * 1_000).toISOString();
  const whole = BigInt(typeof timestamp === "string" ? timestamp : Math.trunc(timestamp));
  if (whole <= 0n) return undefined;
  const ms = whole < 10n ** 11n ? whole * 1_000n : whole < 10n ** 14n ? whole : whole / perMs(whole);
  return ms < 8_640_000_000_000_000n ? new Date(Number(ms)).toISOString() : undefined;
}

function perMs(whole: bigint): bigint {
  return whole < 10n ** 17n ? 1_000n : 1_000_000n;
}

function readTags(tags: unknown): Readonly<Record<string, string>> {
  if (!isObject(tags)) return {};
  return Object.fromEntries(
    Object.entries(tags).map(([name, tag]) => [name, typeof tag === "string" ? tag : JSON.stringify(tag)]),
  );
}
