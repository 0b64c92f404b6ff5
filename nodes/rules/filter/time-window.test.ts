import fc from "fast-check";
import { expect, test } from "vitest";
import { runOperator } from "../../contract/testing.ts";
import filter from "./filter.node.ts";

type Config = Readonly<Record<string, unknown>>;
const passes = (config: Config, timestamp: string) =>
  runOperator(filter, { mode: "timeWindow", ...config }).point({ timestamp })[0]?.port === "out";
const issues = (config: Config) =>
  filter.config.safeParse({ mode: "timeWindow", ...config }).error?.issues.map(({ message }) => message) ?? [];

const shift = { from: "06:00", to: "14:00", timeZone: "Europe/Paris" };

test.each([
  ["the beginning is inside", shift, "2026-01-05T05:00:00.000Z", true],
  ["the last moment before it is not", shift, "2026-01-05T04:59:59.999Z", false],
  ["the last moment is inside", shift, "2026-01-05T12:59:59.999Z", true],
  ["the end is not", shift, "2026-01-05T13:00:00.000Z", false],
  ["in summer it begins an hour earlier in UTC", shift, "2026-07-06T04:00:00.000Z", true],
  ["any offset in the text will do", shift, "2026-07-06T09:00:00+05:00", true],
  ["the other way round", { ...shift, pass: "outside" }, "2026-01-05T05:00:00.000Z", false],
  // 2026-03-29, 01:00 UTC: from 02:00 to 03:00 in Paris there is nothing.
  [
    "no time in the hour that does not exist",
    { ...shift, from: "02:00", to: "03:00" },
    "2026-03-29T01:00:00.000Z",
    false,
  ],
  ["a moment before it", { ...shift, from: "02:00", to: "03:00" }, "2026-03-29T00:59:00.000Z", false],
  // 2026-10-25, 01:00 UTC: 02:00 … 03:00 comes a second time.
  ["the hour that comes twice, first", { ...shift, from: "02:00", to: "03:00" }, "2026-10-25T00:30:00.000Z", true],
  ["the hour that comes twice, second", { ...shift, from: "02:00", to: "03:00" }, "2026-10-25T01:30:00.000Z", true],
  ["over midnight, in the evening", { from: "22:00", to: "06:00" }, "2026-01-05T23:00:00.000Z", true],
  ["over midnight, in the morning", { from: "22:00", to: "06:00" }, "2026-01-06T05:59:00.000Z", true],
  ["over midnight, at noon", { from: "22:00", to: "06:00" }, "2026-01-05T12:00:00.000Z", false],
  ["Friday night goes on", { from: "22:00", to: "06:00", days: ["fri"] }, "2026-01-03T03:00:00.000Z", true],
  ["Thursday night does not", { from: "22:00", to: "06:00", days: ["fri"] }, "2026-01-02T03:00:00.000Z", false],
  ["Sunday night goes on", { from: "22:00", to: "06:00", days: ["sun"] }, "2026-01-05T03:00:00.000Z", true],
  ["a whole day", { days: ["sun"] }, "2026-01-04T23:59:59.999Z", true],
  ["another day", { days: ["sun"] }, "2026-01-05T00:00:00.000Z", false],
])("R013 hours and days: %s", (_title, config, timestamp, expected) => {
  expect(passes(config, timestamp)).toBe(expected);
});

test("agrees with the clock that the platform shows in each time zone, at any time", () => {
  const zones = ["UTC", "Europe/Paris", "America/St_Johns", "Asia/Kathmandu", "Australia/Lord_Howe"];
  fc.assert(
    fc.property(
      fc.date({ min: new Date(0), max: new Date("2040-01-01"), noInvalidDate: true }),
      fc.constantFrom(...zones),
      (date, timeZone) => {
        const shown = date.toLocaleTimeString("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
        const isInside = shown >= "07:30" && shown < "19:45";
        expect(passes({ from: "07:30", to: "19:45", timeZone }, date.toISOString())).toBe(isInside);
      },
    ),
  );
});

test("what is no time, no zone, or no window is refused", () => {
  expect(issues({ from: "25:00" })).toEqual(["write hours and minutes, such as 06:30, up to 24:00"]);
  expect(issues({ from: "08:00", to: "08:00" })).toEqual(["must differ from the beginning"]);
  expect(issues({ timeZone: "Mars/Base" })[0]).toContain('"Mars/Base" is not a time zone');
});
