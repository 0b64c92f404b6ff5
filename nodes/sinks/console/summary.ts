/** A message as a line for people: when, where, what. Pure. */
import type { SinkRecord } from "../../contract/connector.ts";

/** `10:00:01.250 boiler-1 temperature = 81.2 °C`, `… ALERT critical …: too hot`; other objects as JSON. Times are UTC. */
export function summary({ data, timestamp }: SinkRecord): string {
  const text = (field: string) => (typeof data[field] === "string" ? data[field] : undefined);
  const time = (text("timestamp") ?? timestamp).replace(/^.*T(.*)Z$/, "$1");
  const place = [text("device_id"), text("key")].filter((part) => part !== undefined).join(" ");
  const { alerts, port, value, quality, tags } = data;
  const said = [data, ...(Array.isArray(alerts) ? (alerts as unknown[]) : [])].filter(isAlert);
  if (said.length > 0) return said.map((alert) => `${time} ${place} ${alertText(alert)}`).join("; ");
  if (value === undefined) return `${time} ${JSON.stringify(data)}`;
  const unit = typeof tags === "object" && tags !== null && "unit" in tags ? ` ${String(tags.unit)}` : "";
  const bad = quality === undefined || quality === 0 ? "" : ` (quality ${String(quality)})`;
  const way = port === undefined || port === "out" ? "" : ` [${String(port)}]`;
  return `${time} ${place} = ${typeof value === "string" ? value : JSON.stringify(value)}${unit}${bad}${way}`;
}

interface AlertWords {
  readonly level: string;
  readonly message: string;
  readonly state?: unknown;
}

function isAlert(value: unknown): value is AlertWords {
  if (typeof value !== "object" || value === null) return false;
  return "level" in value && typeof value.level === "string" && "message" in value && typeof value.message === "string";
}

function alertText({ level, message, state }: AlertWords): string {
  return state === "cleared" ? `cleared: ${message}` : `${level.toUpperCase()}: ${message}`;
}
