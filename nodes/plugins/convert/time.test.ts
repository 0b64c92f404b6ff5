import { expect, test } from "vitest";
import { plainTimes, type TimeRules, timeReader } from "./time.ts";

test.each([
  ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000Z"],
  ["2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123Z"],
  ["2026-01-02T03:04:05.1+02:00", "2026-01-02T01:04:05.100Z"],
  ["2026-01-02 03:04:05-0130", "2026-01-02T04:34:05.000Z"],
  ["2026-01-02t03:04z", "2026-01-02T03:04:00.000Z"],
  ["2026-01-02T03:04:05", "2026-01-02T03:04:05.000Z"],
  [1_700_000_000, "2023-11-14T22:13:20.000Z"],
  [1_700_000_000.5, "2023-11-14T22:13:20.500Z"],
  [1_700_000_000_123, "2023-11-14T22:13:20.123Z"],
  [1_700_000_000_123_456, "2023-11-14T22:13:20.123Z"],
  [1_700_000_000_123_456_789n, "2023-11-14T22:13:20.123Z"],
  ["1700000000123456789", "2023-11-14T22:13:20.123Z"],
])("%s is %s", (value, time) => {
  expect(plainTimes.read(value)).toBe(time);
});

test.each([
  0,
  86_400,
  -1,
  Number.NaN,
  1e300,
  "",
  "noon",
  "sensor 5",
  "2026",
  "2026-13-01T00:00:00Z",
  "2026-01-01T25:00:00Z",
  "2026-01-01",
  true,
  null,
  undefined,
  {},
])("%s is no time", (value) => {
  expect(plainTimes.read(value)).toBeUndefined();
});

test.each<[Partial<TimeRules>, unknown, string | undefined]>([
  [{ timeFormat: "s" }, 5, "1970-01-01T00:00:05.000Z"],
  [{ timeFormat: "s" }, "1700000000.25", "2023-11-14T22:13:20.250Z"],
  [{ timeFormat: "ms" }, 1_700_000_000, "1970-01-20T16:13:20.000Z"],
  [{ timeFormat: "us" }, 1_700_000_000_123_456, "2023-11-14T22:13:20.123Z"],
  [{ timeFormat: "ns" }, 1_700_000_000_123_456_789n, "2023-11-14T22:13:20.123Z"],
  [{ timeFormat: "ns" }, "2026-01-01T00:00:00Z", undefined],
  [{ timeZone: "Europe/Zurich" }, "2026-07-01T14:00:00", "2026-07-01T12:00:00.000Z"],
  [{ timeZone: "Europe/Zurich" }, "2026-01-01 14:00", "2026-01-01T13:00:00.000Z"],
  [{ timeZone: "Europe/Zurich" }, "2026-07-01T14:00:00Z", "2026-07-01T14:00:00.000Z"],
  [{ timeZone: "Europe/Zurich" }, "2026-07-01T14:00:00+09:00", "2026-07-01T05:00:00.000Z"],
  [{ timeFormat: "pattern", timePattern: "dd.MM.yy HH:mm" }, "31.12.25 23:59", "2025-12-31T23:59:00.000Z"],
  [{ timeFormat: "pattern", timePattern: "yyyyMMddHHmmssSSS" }, "20260102030405678", "2026-01-02T03:04:05.678Z"],
  [{ timeFormat: "pattern", timePattern: "d LLL yyyy h:mm a" }, "5 Mar 2026 1:30 PM", "2026-03-05T13:30:00.000Z"],
  [
    { timeFormat: "pattern", timePattern: "MM/dd/yyyy HH:mm ZZ" },
    "01/02/2026 03:04 +05:30",
    "2026-01-01T21:34:00.000Z",
  ],
  [{ timeFormat: "pattern", timePattern: "dd.MM.yyyy" }, "32.01.2026", undefined],
  [{ timeFormat: "pattern", timePattern: "dd.MM.yyyy" }, "noon", undefined],
])("by the rules %j, %s is %s", (rules, value, time) => {
  const { read } = timeReader({ timeFormat: "auto", timeZone: "UTC", ...rules });
  expect(read(value)).toBe(time);
});
