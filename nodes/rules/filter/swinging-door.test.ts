import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { runOperator } from "../../contract/testing.ts";
import filter from "./filter.node.ts";

type Config = Readonly<Record<string, unknown>>;
const door = (config: Config = {}) => runOperator(filter, { mode: "swingingDoor", deviation: 1, ...config });
const startMs = Date.UTC(2026, 0, 1);
const at = (second: number, value: unknown, more: Partial<Point> = {}) => ({
  value,
  timestamp: new Date(startMs + second * 1_000).toISOString(),
  ...more,
});
const seen = (run: ReturnType<typeof door>) => run.emitted.map(({ port, point }) => [port, point.value]);

const samples = fc
  .array(fc.record({ gap: fc.integer({ min: 1, max: 100 }), value: fc.double({ noNaN: true, min: -50, max: 50 }) }), {
    minLength: 1,
    maxLength: 40,
  })
  .map((list) => {
    let second = 0;
    return list.map(({ gap, value }) => {
      second += gap;
      return { second, value };
    });
  });

describe("swinging door", () => {
  test("R013 what is left out lies within the deviation of the line between what passes", () => {
    fc.assert(
      fc.property(samples, fc.double({ noNaN: true, min: 0.1, max: 20 }), (list, deviation) => {
        const run = door({ deviation });
        for (const { second, value } of list) run.point(at(second, value));
        run.clock.advance(900_000);
        const passed = run.emitted
          .filter(({ port }) => port === "out")
          .map(({ point }) => ({
            second: (Date.parse(point.timestamp) - startMs) / 1_000,
            value: Number(point.value),
          }));
        expect(passed[0]).toEqual(list[0]);
        expect(passed.at(-1)).toEqual(list.at(-1));
        for (const { second, value } of list) {
          const next = passed.find((one) => one.second >= second) ?? { second: Number.NaN, value: Number.NaN };
          const before = passed.findLast((one) => one.second <= second) ?? next;
          const share = next.second === before.second ? 0 : (second - before.second) / (next.second - before.second);
          const onLine = before.value + (next.value - before.value) * share;
          expect(Math.abs(onLine - value)).toBeLessThanOrEqual(deviation + 1e-9);
        }
      }),
    );
  });

  test("every point leaves exactly once, those that pass in order", () => {
    fc.assert(
      fc.property(samples, (list) => {
        const run = door({ deviation: 5, heartbeat: "2m" });
        for (const { second, value } of list) run.point(at(second, value));
        run.clock.advance(900_000);
        const times = (port?: string) =>
          run.emitted.filter((one) => port === undefined || one.port === port).map(({ point }) => point.timestamp);
        expect([...times()].sort()).toEqual(list.map(({ second, value }) => at(second, value).timestamp));
        expect(times("out")).toEqual([...times("out")].sort());
      }),
    );
  });

  test("a line needs only its ends", () => {
    const run = door({ deviation: 0.001 });
    for (let second = 0; second <= 100; second++) run.point(at(second, second * 0.5));
    run.point(at(101, 0));
    expect(run.emitted.filter(({ port }) => port === "out").map(({ point }) => point.value)).toEqual([0, 50]);
    expect(run.emitted.filter(({ port }) => port === "rejected")).toHaveLength(99);
  });

  test("at least one passes in the time of the heartbeat, by the time in the points", () => {
    const run = door({ heartbeat: "10s" });
    for (const second of [0, 4, 8, 12, 16, 40]) run.point(at(second, 1));
    const out = run.emitted.filter(({ port }) => port === "out").map(({ point }) => point.timestamp.slice(17, 19));
    // At 12 it is clear that 8 is the last within ten seconds; 40 is too far from 16, so both pass.
    expect(out).toEqual(["00", "08", "16", "40"]);
  });

  test("the last point of a silent device passes after a while, and the next is compared with it", () => {
    const run = door({ flushAfter: "1m" });
    run.point(at(0, 1));
    run.point(at(10, 1));
    run.clock.advance(59_999);
    expect(seen(run)).toEqual([["out", 1]]);
    run.clock.advance(1);
    expect(seen(run)).toEqual([
      ["out", 1],
      ["out", 1],
    ]);
    run.point(at(20, 5));
    run.clock.advance(60_000);
    expect(seen(run).at(-1)).toEqual(["out", 5]);
  });

  test("a change of quality passes at once, after what was kept", () => {
    const run = door();
    run.point(at(0, 1));
    run.point(at(1, 1.2));
    run.point(at(2, 1.4, { quality: 3 }));
    expect(run.emitted.map(({ port, point }) => [port, point.value, point.quality])).toEqual([
      ["out", 1, 0],
      ["out", 1.2, 0],
      ["out", 1.4, 3],
    ]);
  });

  test("late points pass as late or are rejected, and a clock that was set back begins anew", () => {
    const late = (config: Config) => {
      const run = door(config);
      run.point(at(0, 1));
      run.point(at(10, 1));
      return run.point(at(5, 99)).map(({ port, emission }) => [port, emission.reason]);
    };
    expect(late({})).toEqual([["out", "late: older than the last one"]]);
    expect(late({ late: "reject" })).toEqual([["rejected", "late: older than the last one"]]);
    const run = door();
    run.point(at(0, 1));
    run.point(at(10, 2));
    run.point(at(-7_200, 3));
    expect(seen(run)).toEqual([
      ["out", 1],
      ["out", 2],
      ["out", 3],
    ]);
  });

  test("text and null fail, and change nothing", () => {
    const run = door();
    run.point(at(0, 1));
    for (const value of ["x", null, Number.NaN]) expect(run.point(at(1, value))[0]?.port).toBe("failed");
    run.point(at(2, 1));
    run.point(at(3, 9));
    expect(seen(run).slice(-1)).toEqual([["out", 1]]);
  });

  test("what is kept of a series that has to be forgotten passes", () => {
    const run = door({ maxSeries: 1 });
    run.point(at(0, 1));
    run.point(at(1, 2));
    run.point(at(2, 7, { key: "other" }));
    expect(seen(run)).toEqual([
      ["out", 1],
      ["out", 2],
      ["out", 7],
    ]);
  });
});
