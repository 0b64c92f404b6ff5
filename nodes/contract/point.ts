/** What travels: raw readings, points, alerts and aggregates, as they stand in the `data` of an envelope. */

export const pointTypes = [
  "int",
  "float",
  "bool",
  "string",
  "binary",
  "location",
  "vector3d",
  "color",
  "vector",
  "array",
  "matrix",
  "timeseries",
] as const;
export type PointType = (typeof pointTypes)[number];

/**
 * One measured value. Points are shared between all nodes that receive them and are never changed: make a new one.
 * Fields this type does not know survive end to end.
 */
export interface Point {
  readonly device_id: string;
  readonly key: string;
  readonly value: unknown;
  readonly type: PointType;
  /** 0 = good; any other number says why not. */
  readonly quality: number;
  /** RFC 3339, UTC, milliseconds: when the value was true at the device. */
  readonly timestamp: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

/** What an adapter read, untouched, on `iot.raw.{protocol}.{device_id}`. */
export interface Raw {
  readonly device_id: string;
  readonly protocol: Protocol;
  /** The payload as it came: text when it was UTF-8, base64 when not, or JSON when the adapter decoded it itself. */
  readonly payload: unknown;
  readonly encoding: "text" | "base64" | "json";
  /** RFC 3339: when the adapter received it. */
  readonly timestamp: string;
  /** What the protocol says about it: topic, QoS, register, status code … */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export const protocols = ["modbus", "mqtt", "http", "mock", "isp"] as const;
export type Protocol = (typeof protocols)[number];

export const alertLevels = ["debug", "info", "warning", "error", "critical"] as const;
export type AlertLevel = (typeof alertLevels)[number];

/** The states of ISA-18.2 (IEC 62682). */
export const alarmStates = [
  "normal",
  "active-unacknowledged",
  "active-acknowledged",
  "returned-unacknowledged",
  "shelved",
  "suppressed",
  "out-of-service",
] as const;
export type AlarmState = (typeof alarmStates)[number];

export const alarmPriorities = ["low", "medium", "high", "critical"] as const;
export type AlarmPriority = (typeof alarmPriorities)[number];

/** What a message about an alarm tells. */
export const alarmEvents = [
  "raised",
  "repeated",
  "cleared",
  "acknowledged",
  "shelved",
  "unshelved",
  "suppressed",
  "unsuppressed",
  /** Its rule is gone, or watches something else now. */
  "removed",
] as const;
export type AlarmEvent = (typeof alarmEvents)[number];

/** On `iot.alerts.{level}.{device_id}`, and on `iot.alerts.{category}.{device_id}` when it has a category. */
export interface Alert {
  /** The same for every message about one occurrence of the condition. */
  readonly id: string;
  readonly rule_id: string;
  readonly rule_name: string;
  readonly level: AlertLevel;
  readonly category?: string;
  readonly state: "active" | "cleared";
  /** What has happened. */
  readonly event: AlarmEvent;
  /** Where the alarm stands after it. */
  readonly alarm_state: AlarmState;
  readonly priority: AlarmPriority;
  /** Which limit of the rule, where it has several: `hihi`, `hi`, `lo` or `lolo`. */
  readonly limit?: string;
  /** What was passed, where that is a number. */
  readonly threshold?: number;
  /** RFC 3339: when its shelving ends. */
  readonly shelved_until?: string;
  /** How often it was active without being told, because of a throttle or shelving, since it was told last. */
  readonly missed?: number;
  /** Who acknowledged or shelved it. */
  readonly by?: string;
  readonly message: string;
  readonly device_id: string;
  readonly key: string;
  readonly value: unknown;
  readonly tags: Readonly<Record<string, string>>;
  /** RFC 3339: the time of the point that raised or cleared it. */
  readonly timestamp: string;
}

/** On `iot.aggregated.{device_id}.{key}`, or on `iot.aggregated.{window}.{function}` for windows over a group. */
export interface Aggregate {
  readonly rule_id: string;
  readonly device_id?: string;
  readonly key: string;
  readonly group?: Readonly<Record<string, string>>;
  /** `5m`, `count_10` or `cumulative`. */
  readonly window: string;
  readonly functions: Readonly<Record<string, number | string | boolean | null>>;
  readonly count: number;
  readonly start: string;
  readonly end: string;
}

/** The value of an `int` point: a plain number where that is exact, otherwise the digits as text. */
export function exactInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}

/** The point type that a JSON value shows by its shape; composite types have to be complete to be recognised. */
export function inferType(value: unknown): PointType {
  switch (typeof value) {
    case "number":
      return Number.isInteger(value) ? "int" : "float";
    case "bigint":
      return "int";
    case "boolean":
      return "bool";
    case "object":
      return value === null ? "string" : inferComposite(value);
    default:
      return "string";
  }
}

function inferComposite(value: object): PointType {
  if (Array.isArray(value)) return value.length > 0 && value.every(Array.isArray) ? "matrix" : "array";
  const has = (...fields: string[]) => fields.every((field) => Object.hasOwn(value, field));
  if (has("latitude", "longitude")) return "location";
  if (has("x", "y", "z")) return "vector3d";
  if (has("r", "g", "b")) return "color";
  if (has("timestamps", "values")) return "timeseries";
  if (has("values", "rows", "cols")) return "matrix";
  if (has("values", "dimension")) return "vector";
  return has("values") ? "array" : "string";
}
