import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";

/** The point's time in milliseconds since 1970. Throws `MessageError` `invalid_timestamp` when it is no time. */
export function timestampMs({ timestamp }: Point): number {
  const canonicalMs = parseCanonical(timestamp);
  const ms = Number.isNaN(canonicalMs) ? Date.parse(timestamp) : canonicalMs;
  if (!Number.isNaN(ms)) return ms;
  throw new MessageError("invalid_timestamp", `"${timestamp}" is not a time such as 2026-01-31T12:00:00.000Z`);
}

/** What `Date.prototype.toISOString` writes, a good ten times as fast as `Date.parse`; NaN for anything else. */
function parseCanonical(text: string): number {
  if (text.length !== 24 || text[10] !== "T" || text[23] !== "Z") return Number.NaN;
  const month = digits(text, 5, 7);
  const day = digits(text, 8, 10);
  const hour = digits(text, 11, 13);
  const minute = digits(text, 14, 16);
  const second = digits(text, 17, 19);
  if (!(month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour < 24 && minute < 60 && second < 60))
    return Number.NaN;
  const days = daysSince1970(digits(text, 0, 4), month, day);
  return (((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + digits(text, 20, 23);
}

function digits(text: string, start: number, end: number): number {
  let number = 0;
  for (let index = start; index < end; index++) {
    const digit = text.charCodeAt(index) - 48;
    if (digit < 0 || digit > 9) return Number.NaN;
    number = number * 10 + digit;
  }
  return number;
}

/** Counts in years that begin in March, so that the leap day comes last. */
function daysSince1970(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const monthSinceMarch = month > 2 ? month - 3 : month + 9;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + Math.floor((153 * monthSinceMarch + 2) / 5) + day - 719_469;
}
