/** What holds for every value of a reading: whose it is, when it was true, how good, which tags. */
import { MessageError } from "../../contract/errors.ts";
import type { Raw } from "../../contract/point.ts";
import { shown } from "./excerpt.ts";
import { isObject, type JsonObject, plain } from "./json-value.ts";
import type { TimeReader } from "./time.ts";

export type Tags = Readonly<Record<string, string>>;

export interface Frame {
  readonly device_id: string;
  readonly timestamp: string;
  readonly quality: number;
  readonly tags: Tags;
}

export const frameFields: ReadonlySet<string> = new Set(["device_id", "timestamp", "quality", "tags"]);

/** What the configuration says about frames. */
export interface FrameRules {
  /** Added to each point; they win over the message's own. */
  readonly tags: Tags | undefined;
  /** The configuration says where the device id stands: what else the message calls so does not count. */
  readonly isDeviceSet: boolean;
  /** The same for the time. */
  readonly isTimeSet: boolean;
  /** How times are written. */
  readonly times: TimeReader;
}

const noTags: Tags = {};

/** What the adapter says about the reading. */
export function frameOfRaw({ device_id, timestamp, metadata }: Raw, rules: FrameRules): Frame {
  const { quality, tags } = metadata;
  return {
    device_id,
    timestamp,
    quality: typeof quality === "number" && Number.isFinite(quality) ? quality : 0,
    tags: isObject(tags) ? { ...readTags(tags), ...rules.tags } : (rules.tags ?? noTags),
  };
}

/** The frame with what the object itself says. Throws `MessageError` when a field is of the wrong kind. */
export function frameWithin(object: JsonObject, frame: Frame, rules: FrameRules): Frame {
  const { device_id: device, timestamp, quality, tags } = object;
  return {
    device_id: isGiven(device) && !rules.isDeviceSet ? readName(device, "device_id") : frame.device_id,
    timestamp: isGiven(timestamp) && !rules.isTimeSet ? timeOf(timestamp, "timestamp", rules.times) : frame.timestamp,
    quality: isGiven(quality) ? readQuality(quality) : frame.quality,
    tags: isGiven(tags) ? { ...frame.tags, ...readTags(tags), ...rules.tags } : frame.tags,
  };
}

const nothing: ReadonlySet<string> = new Set();

/**
 * The same for an object whose members are measured values of any name: only what is certainly meant is taken, and
 * `taken` says what. A measured `quality`, of air for example, is a value.
 */
export function frameAround(object: JsonObject, frame: Frame, rules: FrameRules) {
  const { device_id: device, timestamp, tags } = object;
  if (device === undefined && timestamp === undefined && tags === undefined) return { frame, taken: nothing };
  const meant: JsonObject = {
    ...(typeof device === "string" && device !== "" ? { device_id: device } : {}),
    ...(rules.times.read(timestamp) === undefined ? {} : { timestamp }),
    ...(isObject(tags) && areTexts(tags) ? { tags } : {}),
  };
  return { frame: frameWithin(meant, frame, rules), taken: new Set(Object.keys(meant)) };
}

export function readName(value: unknown, field: string): string {
  if (typeof value === "string" && value !== "") return value;
  if (typeof value === "number" || typeof value === "bigint") return String(value);
  throw new MessageError("validation", `"${field}" is ${shown(value)}, not a name`);
}

export function timeOf(value: unknown, field: string, { read, expected }: TimeReader): string {
  const time = read(value);
  if (time !== undefined) return time;
  throw new MessageError("validation", `"${field}" is ${shown(value)}, not a time; ${expected}`);
}

function readQuality(value: unknown): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw new MessageError("validation", `"quality" is ${shown(value)}, not a number (0 = good)`);
}

function readTags(value: unknown): Tags {
  if (!isObject(value)) throw new MessageError("validation", `"tags" is ${shown(value)}, not an object`);
  if (areTexts(value)) return value;
  const text = (tag: unknown) => (typeof tag === "string" ? tag : (JSON.stringify(plain(tag)) ?? ""));
  return Object.fromEntries(Object.entries(value).map(([name, tag]) => [name, text(tag)]));
}

function areTexts(object: JsonObject): object is Tags {
  return Object.values(object).every((member) => typeof member === "string");
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
