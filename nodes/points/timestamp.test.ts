import fc from "fast-check";
import { expect, test } from "vitest";
import { fillPoint, ManualClock } from "../contract/testing.ts";
import { timestampMs } from "./timestamp.ts";

const msOf = (timestamp: string) => timestampMs(fillPoint({ timestamp }, new ManualClock()));

test("every time is read as Date reads it", () => {
  const time = fc.date({ min: new Date(-62167219200000), max: new Date(253402300799999), noInvalidDate: true });
  fc.assert(
    fc.property(time, (date) => {
      expect(msOf(date.toISOString())).toBe(date.getTime());
    }),
    { numRuns: 2_000 },
  );
});

test.each(["2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5+02:00", "2026-01-31", "2026-02-31T12:00:00.000Z"])(
  "%s too",
  (text) => {
    expect(msOf(text)).toBe(Date.parse(text));
  },
);

test.each(["yesterday", "2026-13-01T12:00:00.000Z", "2026-01-31T12:00:00.0x0Z", "2026-01-31T24:10:00.000Z", ""])(
  "%s is refused",
  (text) => {
    expect(() => msOf(text)).toThrow("is not a time");
  },
);
