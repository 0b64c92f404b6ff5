import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calendarGrid, steadyGrid } from "./grid.ts";

const at = (text: string) => Date.parse(text);
const iso = ({ startMs, endMs }: { startMs: number; endMs: number }) =>
  [startMs, endMs].map((ms) => new Date(ms).toISOString().slice(0, 16));

describe("calendar windows", () => {
  test.each([
    ["day", "Europe/Paris", "2026-03-29T12:00Z", "2026-03-28T23:00", "2026-03-29T22:00"],
    ["day", "Europe/Paris", "2026-10-25T12:00Z", "2026-10-24T22:00", "2026-10-25T23:00"],
    ["day", "UTC", "2026-10-25T00:00Z", "2026-10-25T00:00", "2026-10-26T00:00"],
    ["day", "Asia/Kolkata", "2026-01-01T18:30Z", "2026-01-01T18:30", "2026-01-02T18:30"],
    ["hour", "Asia/Kolkata", "2026-01-01T18:45Z", "2026-01-01T18:30", "2026-01-01T19:30"],
    ["hour", "Europe/Paris", "2026-10-25T00:30Z", "2026-10-25T00:00", "2026-10-25T01:00"],
    ["hour", "Europe/Paris", "2026-10-25T01:30Z", "2026-10-25T01:00", "2026-10-25T02:00"],
    ["week", "Europe/Paris", "2026-11-24T12:00Z", "2026-11-22T23:00", "2026-11-29T23:00"],
    ["month", "America/New_York", "2026-03-15T12:00Z", "2026-03-01T05:00", "2026-04-01T04:00"],
    ["year", "UTC", "2028-02-29T12:00Z", "2028-01-01T00:00", "2029-01-01T00:00"],
  ] as const)("a %s in %s at %s", (unit, zone, time, start, end) => {
    expect(iso(calendarGrid(unit, zone, 0).pane(at(time)))).toEqual([start, end]);
  });

  test("a day from six begins at six by the clock on the wall, also when the clocks change", () => {
    const grid = calendarGrid("day", "Europe/Paris", 6 * 3_600_000);
    expect(iso(grid.pane(at("2026-03-29T03:59Z")))).toEqual(["2026-03-28T05:00", "2026-03-29T04:00"]);
    expect(iso(grid.pane(at("2026-03-29T04:00Z")))).toEqual(["2026-03-29T04:00", "2026-03-30T04:00"]);
    expect(iso(grid.pane(at("2026-10-25T04:59Z")))).toEqual(["2026-10-24T04:00", "2026-10-25T05:00"]);
  });

  test("follow each other without a gap, and each time is in the one that is said", () => {
    const zones = fc.constantFrom("Europe/Paris", "America/Sao_Paulo", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC");
    const units = fc.constantFrom("hour" as const, "day" as const, "week" as const, "month" as const);
    const times = fc.integer({ min: at("2010-01-01"), max: at("2030-01-01") });
    const offsets = fc.constantFrom(0, 900_000, 6 * 3_600_000, 30 * 3_600_000);
    fc.assert(
      fc.property(zones, units, times, offsets, (zone, unit, atMs, offsetMs) => {
        const grid = calendarGrid(unit, zone, offsetMs);
        const { startMs, endMs } = grid.pane(atMs);
        expect(startMs <= atMs && atMs < endMs).toBe(true);
        expect(grid.pane(endMs).startMs).toBe(endMs);
        expect(grid.pane(startMs - 1).endMs).toBe(startMs);
        expect([grid.firstEnd(atMs), grid.start(endMs), grid.nextEnd(endMs)]).toEqual([
          endMs,
          startMs,
          grid.pane(endMs).endMs,
        ]);
      }),
      { numRuns: 60 },
    );
  });
});

test("steady windows are made of whole panes, before 1970 as well", () => {
  const sizes = fc.integer({ min: 1, max: 60 });
  fc.assert(
    fc.property(sizes, sizes, fc.integer({ min: -1_000, max: 1_000 }), fc.nat(50), (size, step, atMs, offset) => {
      const every = Math.min(size, step);
      const grid = steadyGrid(size, every, offset);
      const pane = grid.pane(atMs);
      expect(pane.startMs <= atMs && atMs < pane.endMs).toBe(true);
      const end = grid.firstEnd(atMs);
      expect(end > atMs && end - every <= atMs).toBe(true);
      for (const edge of [end, grid.start(end), grid.nextEnd(end)]) expect(grid.pane(edge).startMs).toBe(edge);
    }),
  );
});
