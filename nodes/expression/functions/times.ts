/** Functions on times: milliseconds since 1970, or texts such as `timestamp`. */
import { DateTime, IANAZone } from "luxon";
import { MessageError } from "../../contract/errors.ts";
import { define, type ExpressionFunction, mismatch } from "./define.ts";

const zoneOf =
  (index: number) =>
  (...args: unknown[]) => {
    const zone = args[index];
    if (zone !== undefined) checkZone(zone);
  };

/** A part of a time by the clock on the wall of a time zone, UTC when left out. */
const part = (name: string, summary: string, read: (time: DateTime) => number) =>
  define(
    `${name}(time, zone)`,
    summary,
    ["any", "text"],
    "number",
    (time: unknown, zone?: string) => read(at(time, zone, name)),
    { required: 1, check: zoneOf(1) },
  );

export const timeFunctions: Readonly<Record<string, ExpressionFunction>> = {
  year: part("year", 'of a time, in a time zone such as "Europe/Paris"; UTC when left out', (time) => time.year),
  month: part("month", "1 … 12", (time) => time.month),
  day: part("day", "of the month, 1 … 31", (time) => time.day),
  weekday: part("weekday", "1 for Monday … 7 for Sunday", (time) => time.weekday),
  hour: part("hour", "0 … 23", (time) => time.hour),
  minute: part("minute", "0 … 59", (time) => time.minute),
  second: part("second", "0 … 59", (time) => time.second),
  toMs: define("toMs(time)", "a time as milliseconds since 1970", ["any"], "number", (time) => ms(time, "toMs")),
  formatTime: define(
    "formatTime(time, pattern, zone)",
    "as text, by a pattern such as yyyy-MM-dd HH:mm",
    ["any", "text", "text"],
    "text",
    (time: unknown, pattern: string, zone?: string) => at(time, zone, "formatTime").toFormat(pattern, { locale: "en" }),
    { required: 2, check: zoneOf(2) },
  ),
  parseTime: define(
    "parseTime(text, pattern, zone)",
    "milliseconds since 1970 of a text that is written by a pattern",
    ["text", "text", "text"],
    "number",
    (text: string, pattern: string, zone?: string) => {
      const time = DateTime.fromFormat(text, pattern, { zone: checkZone(zone ?? "UTC"), locale: "en" });
      if (time.isValid) return time.toMillis();
      throw mismatch("parseTime", `a time written ${pattern}`, text);
    },
    { required: 2, check: zoneOf(2) },
  ),
};

function checkZone(zone: unknown): string {
  if (zone === "UTC" || (typeof zone === "string" && IANAZone.isValidZone(zone))) return zone;
  throw new MessageError("type_mismatch", `"${String(zone)}" is not a time zone; write for example Europe/Paris`);
}

function ms(time: unknown, name: string): number {
  const found = typeof time === "string" ? Date.parse(time) : time;
  if (typeof found === "number" && Math.abs(found) <= 8.64e15) return found;
  throw mismatch(name, "a time: milliseconds since 1970, or a text such as timestamp", time);
}

function at(time: unknown, zone: string | undefined, name: string): DateTime {
  return DateTime.fromMillis(ms(time, name), { zone: checkZone(zone ?? "UTC") });
}
