/** From whatever stands in an envelope's `data` to points and raw readings: the edge where foreign data is checked. Pure. */
import { MessageError } from "../../nodes/contract/errors.ts";
import { inferType, type Point, type PointType, pointTypes, protocols, type Raw } from "../../nodes/contract/point.ts";
import { isoTime } from "./envelope.ts";
import { decodeToken } from "./tokens.ts";

const knownTypes = new Set<string>(pointTypes);
const knownProtocols = new Set<string>(protocols);

/** What `points` makes of one message: the good members, and for each bad one why. */
export interface PointsRead {
  readonly points: readonly Point[];
  readonly rejected: readonly { readonly original: unknown; readonly error: MessageError }[];
}

/**
 * Points of a payload: one point, a rule's result, an array, `{points: […]}`, or the report on a point that a plugin
 * turned away. What is missing is filled in: device
 * and key from the subject, type from the value, quality 0, time now, no tags. Members without a device or key, or
 * with fields of the wrong kind, are rejected one by one (`validation`), never the whole batch.
 */
export function readPoints(data: unknown, subject: string, nowMs: number): PointsRead {
  if (isComplete(data)) return { points: [data], rejected: [] };
  const members = Array.isArray(data) ? data : isBatch(data) ? data.points : [rejectedPoint(data) ?? data];
  const points: Point[] = [];
  const rejected: PointsRead["rejected"][number][] = [];
  for (const member of members) {
    try {
      points.push(readPoint(member, subject, nowMs));
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      rejected.push({ original: member, error });
    }
  }
  return { points, rejected };
}

function isBatch(data: unknown): data is { points: unknown[] } {
  return typeof data === "object" && data !== null && "points" in data && Array.isArray(data.points);
}

/** The point in an error report, which has a `message` and no value of its own. */
function rejectedPoint(data: unknown): unknown {
  if (typeof data !== "object" || data === null || "value" in data) return undefined;
  return "point" in data && "message" in data && "module" in data ? data.point : undefined;
}

const rfc3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** True for what the gateway itself publishes: nothing to fill in, nothing to take away. */
function isComplete(data: unknown): data is Point {
  if (typeof data !== "object" || data === null) return false;
  const point = data as Partial<Point>;
  return (
    typeof point.device_id === "string" &&
    typeof point.key === "string" &&
    typeof point.quality === "number" &&
    typeof point.timestamp === "string" &&
    rfc3339.test(point.timestamp) &&
    typeof point.tags === "object" &&
    point.tags !== null &&
    point.value !== undefined &&
    knownTypes.has(point.type as string) &&
    point["rule_id"] === undefined &&
    point.device_id !== "" &&
    point.key !== ""
  );
}

/** What a rule adds to a point. Taken away when its result goes into another rule, or each would hold all before it. */
const resultFields = new Set([
  "rule_id",
  "rule_name",
  "flow_id",
  "success",
  "original",
  "processed",
  "actions",
  "processed_at",
  "alerts",
  "aggregates",
  "port",
  "reason",
  "error",
]);

function readPoint(member: unknown, subject: string, nowMs: number): Point {
  if (typeof member !== "object" || member === null || Array.isArray(member))
    throw new MessageError(
      "validation",
      `a point is a JSON object with device_id, key and value, not ${shown(member)}`,
    );
  const fields: Record<string, unknown> = { ...member };
  if ("rule_id" in fields) for (const field of resultFields) delete fields[field];
  if (fields["value"] === undefined) throw new MessageError("validation", 'the point has no "value"');
  const [device, key] = namesInSubject(subject);
  return {
    ...fields,
    device_id: name(fields["device_id"], "device_id", device),
    key: name(fields["key"], "key", key),
    value: fields["value"],
    type: pointType(fields["type"], fields["value"]),
    quality: quality(fields["quality"]),
    timestamp: time(fields["timestamp"], nowMs),
    tags: tags(fields["tags"]),
  };
}

/** Device and key of `iot.processed.{device}.{key}`, as far as they are there. */
function namesInSubject(subject: string): readonly [string | undefined, string | undefined] {
  const tokens = subject.split(".");
  if (tokens[0] !== "iot" || tokens[1] !== "processed") return [undefined, undefined];
  const [device, key] = tokens[2] === "batch" ? [tokens[3], undefined] : [tokens[2], tokens[3]];
  return [device && decodeToken(device), key && decodeToken(key)];
}

function name(value: unknown, field: string, fromSubject: string | undefined): string {
  const found = typeof value === "number" ? String(value) : (value ?? fromSubject);
  if (typeof found === "string" && found !== "") return found;
  throw new MessageError(
    "validation",
    found === undefined
      ? `the point has no "${field}", and the subject does not name one either`
      : `"${field}" is ${shown(found)}, not a name`,
  );
}

function pointType(type: unknown, value: unknown): PointType {
  if (type === undefined || type === null) return inferType(value);
  if (typeof type === "string" && knownTypes.has(type)) return type as PointType;
  throw new MessageError("validation", `"type" is ${shown(type)}; it is one of ${pointTypes.join(", ")}`);
}

function quality(value: unknown): number {
  if (value === undefined || value === null) return 0;
  if (typeof value === "number") return value;
  throw new MessageError("validation", `"quality" is ${shown(value)}, not a number (0 = good)`);
}

/** Numbers are epoch times; their size tells seconds, milliseconds, microseconds and nanoseconds apart. */
function time(value: unknown, nowMs: number): string {
  if (value === undefined || value === null) return isoTime(nowMs);
  if (typeof value === "number") {
    const ms = value < 1e11 ? value * 1e3 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6;
    if (Number.isFinite(ms) && Math.abs(ms) < 8.64e15) return new Date(ms).toISOString();
  } else if (typeof value === "string" && !Number.isNaN(Date.parse(value))) {
    return value;
  }
  throw new MessageError(
    "validation",
    `"timestamp" is ${shown(value)}; write RFC 3339 such as 2026-01-01T12:00:00.000Z`,
  );
}

function tags(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "object" || Array.isArray(value))
    throw new MessageError("validation", `"tags" is ${shown(value)}, not an object`);
  const entries = Object.entries(value);
  if (entries.every(([, tag]) => typeof tag === "string")) return value as Record<string, string>;
  return Object.fromEntries(entries.map(([key, tag]) => [key, typeof tag === "string" ? tag : JSON.stringify(tag)]));
}

/**
 * A raw reading of a payload on `iot.raw.{protocol}.{device_id}`. Anything that is not in the form of an adapter is
 * taken as the payload itself, with protocol and device from the subject.
 */
export function readRaw(data: unknown, subject: string, nowMs: number): Raw {
  if (isRaw(data)) return data;
  const tokens = subject.split(".");
  const protocol = tokens[0] === "iot" && tokens[1] === "raw" ? tokens[2] : undefined;
  const device = protocol === undefined || tokens[3] === undefined ? undefined : decodeToken(tokens[3]);
  const named = typeof data === "object" && data !== null && "device_id" in data ? data.device_id : undefined;
  const deviceId = typeof named === "string" && named !== "" ? named : device;
  if (deviceId === undefined || deviceId === "")
    throw new MessageError("validation", "the reading has no device_id, and the subject does not name one either");
  return {
    device_id: deviceId,
    protocol: (knownProtocols.has(protocol ?? "") ? protocol : "http") as Raw["protocol"],
    payload: data,
    encoding: typeof data === "string" ? "text" : "json",
    timestamp: isoTime(nowMs),
    metadata: {},
  };
}

function isRaw(data: unknown): data is Raw {
  if (typeof data !== "object" || data === null) return false;
  const raw = data as Partial<Raw>;
  return (
    typeof raw.device_id === "string" &&
    raw.device_id !== "" &&
    "payload" in raw &&
    (raw.encoding === "text" || raw.encoding === "base64" || raw.encoding === "json") &&
    typeof raw.timestamp === "string" &&
    typeof raw.metadata === "object" &&
    raw.metadata !== null
  );
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
