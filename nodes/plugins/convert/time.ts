/** Times as devices write them. */

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?:([Zz])|([+-]\d\d):?(\d\d))?$/;
const digits = /^\d{9,19}(?:\.\d{1,9})?$/;

/**
 * RFC 3339 in UTC with milliseconds; `undefined` when the value is no time. Texts are RFC 3339 (UTC without an offset).
 * Numbers count from 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by size; below 100,000,000
 * (1973 in seconds) they are rather a counter of uptime, and no time.
 */
export function readTime(value: unknown): string | undefined {
  if (typeof value === "number") return ofEpoch(value);
  if (typeof value === "bigint") return ofEpoch(Number(value));
  if (typeof value !== "string") return undefined;
  if (digits.test(value)) return ofEpoch(Number(value));
  const match = rfc3339.exec(value);
  if (match === null) return undefined;
  const [, day, time, , hours, minutes] = match;
  return ofMs(Date.parse(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`));
}

function ofEpoch(value: number): string | undefined {
  if (!(value >= 1e8)) return undefined;
  return ofMs(value < 1e11 ? value * 1e3 : value < 1e14 ? value : value < 1e17 ? value / 1e3 : value / 1e6);
}

function ofMs(ms: number): string | undefined {
  return Math.abs(ms) <= 253_402_300_799_999 ? new Date(ms).toISOString() : undefined;
}
