/** What one line can say about an entry: device, key and value of a point, or the beginning of whatever else it is. */
import type { DebugEntry } from "./samples.ts";

export interface Summary {
  readonly device: string;
  readonly key: string;
  /** On one line, cut, not yet made visible. */
  readonly value: string;
  /** The value when it is a number, for the plot of its series. */
  readonly number?: number;
  /** The whole payload; `undefined` when it was cut on the way or is no JSON. */
  readonly payload: unknown;
}

const valueLimit = 300;
const summaries = new WeakMap<DebugEntry, Summary>();

/** Made once for each entry, when it first comes into sight. */
export function summaryOf(entry: DebugEntry): Summary {
  const known = summaries.get(entry);
  if (known !== undefined) return known;
  const made = entry.kind === "error" ? ofError(entry.type, entry.message) : ofText(entry.text);
  summaries.set(entry, made);
  return made;
}

function ofError(type: string, message: string): Summary {
  return { device: "", key: type, value: message.slice(0, valueLimit), payload: undefined };
}

function ofText(text: string): Summary {
  const payload = parsed(text);
  const content = isObject(payload) && isObject(payload["data"]) ? payload["data"] : payload;
  if (!isObject(content)) return { device: "", key: "", value: text.slice(0, valueLimit), payload };
  const value = "value" in content ? content["value"] : "payload" in content ? content["payload"] : undefined;
  return {
    device: textOf(content["device_id"]),
    key: textOf(content["key"] ?? content["protocol"]),
    value: value === undefined ? text.slice(0, valueLimit) : oneLineOf(value),
    ...(typeof value === "number" ? { number: value } : {}),
    payload,
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
function textOf(value: unknown): string {
  return typeof value === "string" ? value.slice(0, 120) : typeof value === "number" ? String(value) : "";
}
function oneLineOf(value: unknown): string {
  return (typeof value === "string" ? value : JSON.stringify(value)).slice(0, valueLimit);
}
