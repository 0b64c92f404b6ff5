import { describe, expect, test } from "vitest";
import { addReading, appendPoint, type Reading, rateOf, ratesAt } from "./rates.ts";

function counters(received: number, emitted = received) {
  return { received, emitted, failed: 0, dropped: 0, queued: 0, lastMessageMs: 0 };
}
/** Readings every 250 ms of a node that handles `perSecond`. */
function steady(perSecond: number, seconds: number): readonly Reading[] {
  let readings: readonly Reading[] = [];
  for (let atMs = 0; atMs <= seconds * 1_000; atMs += 250)
    readings = addReading(readings, { atMs, counters: counters((perSecond * atMs) / 1_000) });
  return readings;
}

describe("rates", () => {
  test("of a steady stream are its rate, however long it has run", () => {
    expect(ratesAt(steady(400, 2), 2_000).received).toBeCloseTo(400);
    expect(ratesAt(steady(400, 60), 60_000).received).toBeCloseTo(400);
  });

  test("fall to nothing when a node goes silent, since silent nodes send no counters", () => {
    const readings = steady(400, 10);
    expect(ratesAt(readings, 11_500).received).toBeCloseTo(200);
    expect(ratesAt(readings, 14_000).received).toBe(0);
  });

  test("of what was there before the first look are not counted", () => {
    const readings = addReading([], { atMs: 0, counters: counters(1_000_000) });
    expect(ratesAt(readings, 1_000).received).toBe(0);
  });

  test("begin anew when the node was restarted", () => {
    const readings = addReading(steady(400, 10), { atMs: 10_250, counters: counters(0) });
    expect(readings).toHaveLength(1);
    expect(ratesAt(readings, 11_000).received).toBe(0);
  });

  test("tell the ports of a node apart", () => {
    const at = (atMs: number, out: number, rejected: number): Reading => ({
      atMs,
      counters: { ...counters(out + rejected), ports: { out, rejected } },
    });
    const rates = ratesAt(addReading([at(0, 0, 0)], at(1_000, 30, 70)), 1_000);
    expect([rateOf(rates, "out"), rateOf(rates, "rejected"), rateOf(rates, "failed")]).toEqual([30, 70, 0]);
    expect(rateOf(ratesAt(steady(400, 2), 2_000), "out")).toBeCloseTo(400);
  });

  test("need few readings, whatever the pace", () => {
    expect(steady(20_000, 600).length).toBeLessThan(20);
  });

  test("come from one burst after a pause as well", () => {
    const quiet = addReading([], { atMs: 0, counters: counters(0) });
    const burst = addReading(quiet, { atMs: 60_000, counters: counters(300) });
    expect(ratesAt(burst, 60_000).received).toBeCloseTo(100);
  });
});

test("a series keeps its newest points", () => {
  let series = appendPoint(undefined, 0, 0, 3);
  for (let at = 1; at < 6; at++) series = appendPoint(series, at, at * 10, 3);
  expect(series).toEqual({ times: [3, 4, 5], values: [30, 40, 50] });
});
