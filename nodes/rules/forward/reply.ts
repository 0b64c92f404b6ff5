/** What becomes of the answer of a target. Pure. */
import { MessageError } from "../../contract/errors.ts";
import { inferType, type Point, type PointType, pointTypes } from "../../contract/point.ts";

/** JSON where it is, else the text; an envelope gives way to what is in it. */
function readReply(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return text;
  }
  const isEnvelope = isObject(value) && "data" in value && ("trace_id" in value || "source" in value);
  return isEnvelope && isObject(value) ? value["data"] : value;
}

/** The point with the answer as `reply`, which survives to the end of the flow. */
export function attachReply(point: Point, text: string): Point {
  return { ...point, reply: text === "" ? null : readReply(text) };
}

/**
 * A new point: the answer is its value, or an object that has one. What it does not name is as in the point asked about.
 * Throws `MessageError` when there is no value in it.
 */
export function pointOfReply(point: Point, text: string, key: string): Point {
  const reply = text === "" ? undefined : readReply(text);
  const fields: Readonly<Record<string, unknown>> = isObject(reply) && "value" in reply ? reply : { value: reply };
  const { value, type, quality, timestamp, tags } = fields;
  if (value === undefined || value === null) throw new MessageError("no_reply", "the answer has no value");
  const isType = (pointTypes as readonly unknown[]).includes(type);
  return {
    device_id: nameOr(fields["device_id"], point.device_id),
    key: key === "" ? nameOr(fields["key"], point.key) : key,
    value,
    type: isType ? (type as PointType) : inferType(value),
    quality: typeof quality === "number" ? quality : point.quality,
    timestamp: typeof timestamp === "string" && !Number.isNaN(Date.parse(timestamp)) ? timestamp : point.timestamp,
    tags: isObject(tags) ? { ...point.tags, ...texts(tags) } : point.tags,
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function nameOr(value: unknown, other: string): string {
  return typeof value === "string" && value !== "" ? value : other;
}

function texts(tags: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags).map(([name, tag]) => [name, typeof tag === "string" ? tag : JSON.stringify(tag)]),
  );
}
