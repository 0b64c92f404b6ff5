/** Times as devices write them. */
import { DateTime, IANAZone } from "luxon";
import { z } from "zod";

export const timeFormats = ["auto", "s", "ms", "us", "ns", "pattern"] as const;
export type Resolution = "s" | "ms" | "us" | "ns";

export interface TimeRules {
  readonly timeFormat: (typeof timeFormats)[number];
  readonly timePattern?: string | undefined;
  readonly timeZone: string;
}

export interface TimeReader {
  /** RFC 3339 in UTC with milliseconds; `undefined` when the value is no time. */
  read(value: unknown): string | undefined;
  /** What the value should have been. */
  readonly expected: string;
}

const rfc3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(?:([Zz])|([+-]\d\d):?(\d\d))?$/;
const digits = /^\d{9,19}(?:\.\d{1,9})?$/;
const anyDigits = /^-?\d{1,20}(?:\.\d{1,9})?$/;
const perMs: Readonly<Record<Resolution, number>> = { s: 1e-3, ms: 1, us: 1e3, ns: 1e6 };
const unitWords: Readonly<Record<Resolution, string>> = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
};

/** Without rules: RFC 3339, UTC without an offset, or a number since 1970, told apart by size. */
export const plainTimes = timeReader({ timeFormat: "auto", timeZone: "UTC" });

export function timeReader({ timeFormat, timePattern = "", timeZone }: TimeRules): TimeReader {
  if (timeFormat === "auto")
    return {
      read: (value) => readAuto(value, timeZone),
      expected: "send RFC 3339 such as 2026-01-01T12:00:00Z, or seconds or milliseconds since 1970",
    };
  if (timeFormat !== "pattern")
    return { read: (value) => readCount(value, timeFormat), expected: `send ${unitWords[timeFormat]} since 1970` };
  const parser = DateTime.buildFormatParser(timePattern, { locale: "en" });
  return {
    read(value) {
      if (typeof value !== "string" && typeof value !== "number") return undefined;
      const time = DateTime.fromFormatParser(String(value).trim(), parser, { locale: "en", zone: timeZone });
      return time.isValid ? ofMs(time.toMillis()) : undefined;
    },
    expected: `the pattern is ${timePattern}`,
  };
}

/** A pattern that Luxon reads times by. */
export function isTimePattern(pattern: string): boolean {
  return /[yLMdHhoXx]/.test(pattern) && DateTime.fromFormat(DateTime.fromMillis(0).toFormat(pattern), pattern).isValid;
}

export const timeZoneField = z
  .string()
  .refine((zone) => zone === "UTC" || IANAZone.isValidZone(zone), {
    error: ({ input }) => `"${input}" is not a time zone; write for example Europe/Zurich or Asia/Shanghai`,
  })
  .default("UTC");

/**
 * Texts are RFC 3339. Numbers count from 1970 in seconds, milliseconds, microseconds or nanoseconds, told apart by size;
 * below 100,000,000 (1973 in seconds) they are rather a counter of uptime, and no time.
 */
function readAuto(value: unknown, timeZone: string): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return bySize(Number(value));
  if (typeof value !== "string") return undefined;
  if (digits.test(value)) return bySize(Number(value));
  const match = rfc3339.exec(value);
  if (match === null) return undefined;
  const [, day, time, utc, hours, minutes] = match;
  if (utc === undefined && hours === undefined && timeZone !== "UTC") {
    const local = DateTime.fromISO(`${day}T${time}`, { zone: timeZone });
    return local.isValid ? ofMs(local.toMillis()) : undefined;
  }
  return ofMs(Date.parse(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`));
}

function readCount(value: unknown, resolution: Resolution): string | undefined {
  if (typeof value === "number" || typeof value === "bigint") return ofEpoch(value, resolution);
  return typeof value === "string" && anyDigits.test(value.trim()) ? ofEpoch(Number(value), resolution) : undefined;
}

/** A count since 1970 as RFC 3339; `undefined` beyond the year 9999. */
export function ofEpoch(value: number | bigint, resolution: Resolution): string | undefined {
  return ofMs(Number(value) / perMs[resolution]);
}

function bySize(value: number): string | undefined {
  if (!(value >= 1e8)) return undefined;
  return ofEpoch(value, value < 1e11 ? "s" : value < 1e14 ? "ms" : value < 1e17 ? "us" : "ns");
}

function ofMs(ms: number): string | undefined {
  return Math.abs(ms) <= 253_402_300_799_999 ? new Date(ms).toISOString() : undefined;
}
