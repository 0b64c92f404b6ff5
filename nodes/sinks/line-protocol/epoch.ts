/** Times as InfluxDB counts them: whole units since 1970. Pure. */
import { MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import { timestampMs } from "../../points/timestamp.ts";

export const precisions = ["ns", "us", "ms", "s"] as const;
export type Precision = (typeof precisions)[number];

/** Digits behind those of the second. */
const digits: Readonly<Record<Precision, number>> = { ns: 9, us: 6, ms: 3, s: 0 };

/**
 * The time of an RFC 3339 text in whole units, rounded towards the past, with all the digits the text has. Throws
 * `MessageError` `invalid_timestamp` when it is no time.
 */
export function epoch(timestamp: string, precision: Precision): string {
  if (typeof timestamp !== "string") throw new MessageError("invalid_timestamp", "the timestamp is no text");
  const ms = timestampMs({ timestamp } as Point);
  const seconds = Math.floor(ms / 1000);
  const wanted = digits[precision];
  if (wanted === 0) return String(seconds);
  const millis = String(ms - seconds * 1000).padStart(3, "0");
  const fraction = timestamp.length > 24 ? (/[.,](\d+)/.exec(timestamp)?.[1] ?? millis) : millis;
  const unit = fraction.slice(0, wanted).padEnd(wanted, "0");
  return seconds >= 0 ? String(seconds) + unit : String(BigInt(seconds) * 10n ** BigInt(wanted) + BigInt(unit));
}
