import { describe, expect, test } from "vitest";
import type { Aggregate, Point } from "../../contract/point.ts";
import { ManualClock, runOperator } from "../../contract/testing.ts";
import aggregate from "./aggregate.node.ts";
import { functionNames } from "./functions.ts";

type Config = Readonly<Record<string, unknown>>;
const startMs = Date.UTC(2026, 0, 1);
const run = (config: Config = {}, clock = new ManualClock(startMs)) => runOperator(aggregate, config, clock);
type Run = ReturnType<typeof run>;

const time = (seconds: number) => new Date(startMs + seconds * 1_000).toISOString();
/** The gateway's clock goes with the point. */
const feed = (aggregating: Run, seconds: number, value: unknown, more: Partial<Point> = {}) => {
  const ahead = startMs + seconds * 1_000 - aggregating.clock.now();
  if (ahead > 0) aggregating.clock.advance(ahead);
  return aggregating.point({ value, timestamp: time(seconds), ...more });
};
const results = ({ emitted }: Run) => emitted.filter(({ port }) => port === "out").map(({ point }) => point);
const valuesOf = (aggregating: Run) => results(aggregating).map(({ value }) => value);
const aggregates = ({ emitted }: Run) =>
  emitted.flatMap(({ emission }): readonly Aggregate[] => emission.aggregates ?? []);
const leftBy = ({ emitted }: Run, port: string) =>
  emitted.filter((one) => one.port === port).map(({ point, emission }) => [point.value, emission.reason]);
const issues = (config: Config) =>
  aggregate.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("functions", () => {
  test("R014 all 29 names of the reference work in one window", () => {
    const names = (
      "count sum avg mean average min max stddev std variance median first last p25 p50 p75 p90 p95 p99 " +
      "null_rate completeness outlier_count change change_rate volatility cv above_count below_count in_range_count"
    ).split(" ");
    expect(names).toHaveLength(29);
    const aggregating = run({ functions: names, window: "count", count: 4, upper: 3, lower: 2 });
    for (const value of [2, 4, 1, 5]) aggregating.point({ value });
    expect(results(aggregating)[0]?.["functions"]).toEqual({
      count: 4,
      sum: 12,
      ...{ avg: 3, mean: 3, average: 3 },
      ...{ min: 1, max: 5 },
      ...{ stddev: Math.sqrt(10 / 3), std: Math.sqrt(10 / 3), variance: 10 / 3 },
      ...{ median: 3, first: 2, last: 5 },
      ...{ p25: 1.75, p50: 3, p75: 4.25, p90: 4.7, p95: expect.closeTo(4.85), p99: expect.closeTo(4.97) },
      ...{ null_rate: 0, completeness: 1, outlier_count: 0 },
      ...{ change: 3, change_rate: 1.5, volatility: expect.closeTo(Math.sqrt(13)), cv: Math.sqrt(10 / 3) / 3 },
      ...{ above_count: 2, below_count: 1, in_range_count: 1 },
    });
  });

  test("a rate of change is a ratio, a percentage is a percentage, and what cannot be told is null", () => {
    const functions = ["change_rate", "change_percent", "stddev", "rate", "cv"];
    const aggregating = run({ functions, window: "count", count: 2 });
    for (const value of [50, 60, 0, 5]) feed(aggregating, value, value);
    const first = { change_rate: 0.2, change_percent: 20, rate: 1 };
    expect(results(aggregating)[0]?.["functions"]).toMatchObject(first);
    expect(results(aggregating)[1]?.["functions"]).toMatchObject({ change_rate: null, change_percent: null });
    const alone = run({ functions: functionNames, window: "count", count: 1, upper: 1, lower: 0, state: "value > 0" });
    alone.point({ value: 7 });
    expect(results(alone)[0]?.["functions"]).toMatchObject({ stddev: null, rate: null, avg: 7, time_weighted_avg: 7 });
  });

  test("percentiles of any number, and an estimate within a hundredth of the range beyond the values that are kept", () => {
    const values = Array.from({ length: 5_000 }, (_, index) => (index * 7_919) % 5_000);
    const told = (keptValues: number) => {
      const aggregating = run({ functions: ["p50"], percentiles: [99.9], window: "count", count: 5_000, keptValues });
      for (const value of values) aggregating.point({ value });
      return results(aggregating)[0]?.["functions"] as Record<string, number>;
    };
    expect(told(10_000)).toEqual({ p50: 2_499.5, "p99.9": expect.closeTo(4_994.001) });
    const estimated = told(100);
    expect(Math.abs((estimated["p50"] ?? 0) - 2_499.5)).toBeLessThan(50);
    expect(Math.abs((estimated["p99.9"] ?? 0) - 4_994)).toBeLessThan(50);
  });

  test("texts can be counted and timed, but not averaged", () => {
    const config = { functions: ["count", "first", "last", "duration_in_state"], state: 'value == "run"', size: "1m" };
    const machine = run(config);
    for (const [second, value] of [
      [0, "run"],
      [20, "stop"],
      [50, "run"],
      [65, "run"],
      [120, "stop"],
    ] as const)
      feed(machine, second, value);
    expect(aggregates(machine).map(({ functions }) => functions)).toEqual([
      { count: 3, first: "run", last: "run", duration_in_state: 30 },
      { count: 1, first: "run", last: "run", duration_in_state: 60 },
    ]);
    const averaging = run();
    averaging.point({ value: "run" });
    expect(leftBy(averaging, "failed")).toEqual([
      ["run", 'type_mismatch: temperature of d1 is the text "run", which cannot be aggregated'],
    ]);
  });
});

describe("R076 what is told", () => {
  test("the aggregate names window, functions, count, start and end", () => {
    const aggregating = run({ size: "5m", functions: ["avg", "count"] });
    for (const second of [10, 100, 320]) feed(aggregating, second, second);
    expect(aggregates(aggregating)).toEqual([
      {
        rule_id: "test_rule",
        device_id: "d1",
        key: "temperature",
        window: "5m",
        functions: { avg: 55, count: 2 },
        count: 2,
        start: time(0),
        end: time(300),
      },
    ]);
  });

  test("the point has the first function's value, and the quality tells of bad ones", () => {
    const aggregating = run({
      functions: ["max", "good_percent"],
      window: "count",
      count: 2,
      outputKey: `\${key}_max`,
    });
    aggregating.point({ value: 1, quality: 0 });
    aggregating.point({ value: 3, quality: 7, tags: { line: "a" } });
    expect(results(aggregating)).toMatchObject([
      {
        device_id: "d1",
        key: "temperature_max",
        value: 3,
        quality: 7,
        tags: { line: "a" },
        functions: { good_percent: 50 },
      },
    ]);
  });

  test("only points of good quality can count", () => {
    const aggregating = run({ functions: ["avg", "good_percent"], size: "10s", quality: "good" });
    for (const [second, quality] of [
      [0, 0],
      [1, 3],
      [2, 0],
      [10, 0],
    ] as const)
      feed(aggregating, second, second, { quality });
    expect(results(aggregating)).toMatchObject([
      { value: 1, quality: 0, functions: { good_percent: expect.closeTo(66.667) } },
    ]);
  });

  test.each([
    [{ window: "tumbling", size: "90s" }, "90s"],
    [{ window: "tumbling", size: "120s" }, "2m"],
    [{ window: "hopping", size: "1d", every: "1h" }, "1d"],
    [{ window: "count", count: 5 }, "count_5"],
    [{ window: "cumulative" }, "cumulative"],
    [{ window: "calendar", calendar: "month" }, "30d"],
    [{ window: "session", gap: "500ms" }, "500ms"],
  ])("%o is called %s, as the grammar of window names wants it", (config, name) => {
    const aggregating = run(config);
    for (let second = 0; second < 40 * 86_400 && aggregates(aggregating).length === 0; second += 43_200)
      for (const more of [0, 1, 2, 3, 4]) feed(aggregating, second + more, 1);
    expect(aggregates(aggregating)[0]?.window).toBe(name);
    expect(name).toMatch(/^\d+(ms|s|m|h|d)$|^count_\d+$|^cumulative$/);
  });
});

describe("groups", () => {
  const points = [
    { device_id: "a", key: "t", value: 1, tags: { line: "1" } },
    { device_id: "a", key: "p", value: 2, tags: { line: "1" } },
    { device_id: "b", key: "t", value: 3, tags: { line: "2" } },
    { device_id: "b", key: "p", value: 4, tags: { line: "1" } },
  ];
  const grouped = (config: Config) => {
    const aggregating = run({ functions: ["sum"], size: "10s", ...config });
    for (const point of points) aggregating.point(point);
    aggregating.clock.advance(30_000);
    return aggregates(aggregating).map(({ device_id, key, group, functions }) => [
      device_id,
      key,
      group,
      functions["sum"],
    ]);
  };

  test("R075 each series has its own windows, and each of them its own message", () => {
    expect(grouped({})).toEqual([
      ["a", "t", undefined, 1],
      ["a", "p", undefined, 2],
      ["b", "t", undefined, 3],
      ["b", "p", undefined, 4],
    ]);
  });
  test("by device, key, type, tag, expression, or all together", () => {
    expect(grouped({ groupBy: ["device"] })).toEqual([
      ["a", "all", undefined, 3],
      ["b", "all", undefined, 7],
    ]);
    expect(grouped({ groupBy: ["key"] })).toEqual([
      [undefined, "t", {}, 4],
      [undefined, "p", {}, 6],
    ]);
    expect(grouped({ groupBy: ["type"] })).toEqual([[undefined, "all", { type: "int" }, 10]]);
    expect(grouped({ groupBy: [], groupTags: ["line"] })).toEqual([
      [undefined, "all", { line: "1" }, 7],
      [undefined, "all", { line: "2" }, 3],
    ]);
    expect(grouped({ groupBy: [], groupExpression: "value > 2" })).toEqual([
      [undefined, "all", { expression: "false" }, 3],
      [undefined, "all", { expression: "true" }, 7],
    ]);
    expect(grouped({ groupBy: [] })).toEqual([[undefined, "all", {}, 10]]);
  });
  test("a point without the tag is refused: it must not end up in a group of its own or another's", () => {
    const aggregating = run({ groupTags: ["line"] });
    aggregating.point({ value: 1 });
    expect(leftBy(aggregating, "failed")).toEqual([
      [1, 'missing_field: temperature of d1 has no tag "line", by which it is to be grouped'],
    ]);
  });
  test("20,000 devices keep to the limit, the windows of the others end early, and it is said how many", () => {
    const aggregating = run({ functions: ["count"], size: "1h", maxGroups: 1_000 });
    for (let device = 0; device < 20_000; device++) {
      aggregating.point({ device_id: `d${device}`, value: 1 });
      if (device % 2_000 === 0) aggregating.clock.advance(1_000);
    }
    expect(results(aggregating)).toHaveLength(19_000);
    expect(aggregating.emitted[0]?.emission.reason).toBe("ended early: more than 1000 groups");
    expect(aggregating.reports.length).toBeLessThan(3);
    expect(aggregating.reports[0]).toMatch(/^limit: 1 group\(s\) had to end early .* raise "Groups at most"/);
    expect(aggregating.save().size).toBe(1_000);
  });
  test("a group that is busy stays when another has to go", () => {
    const aggregating = run({ functions: ["count"], size: "1h", maxGroups: 3 });
    for (let other = 0; other < 20; other++) {
      aggregating.point({ device_id: "busy", value: 1 });
      aggregating.point({ device_id: `other${other}`, value: 1 });
    }
    expect(results(aggregating).map(({ device_id }) => device_id)).not.toContain("busy");
  });
});

describe("time", () => {
  test("a point for a window that has ended leaves by Late with the reason", () => {
    const aggregating = run({ functions: ["sum"], size: "10s" });
    for (const second of [1, 9, 5, 11, 9]) feed(aggregating, second, second);
    feed(aggregating, 20, 0);
    expect(valuesOf(aggregating)).toEqual([15, 11]);
    expect(leftBy(aggregating, "late")).toEqual([[9, `its window has ended: ${time(10)}`]]);
  });
  test("a window waits for late points as long as it is told to", () => {
    const aggregating = run({ functions: ["sum"], size: "10s", lateness: "5s" });
    for (const second of [1, 12, 9, 15, 8]) feed(aggregating, second, second);
    expect(valuesOf(aggregating)).toEqual([10]);
    expect(leftBy(aggregating, "late").map(([value]) => value)).toEqual([8]);
  });
  test("functions that go by the order of points get them in order while there is time to wait", () => {
    const config = { functions: ["time_weighted_avg", "last"], size: "10s" };
    const waiting = run({ ...config, lateness: "5s" });
    for (const second of [0, 4, 2, 12, 9, 16]) feed(waiting, second, second);
    expect(results(waiting)[0]?.["functions"]).toEqual({
      time_weighted_avg: (0 * 2 + 2 * 2 + 4 * 5 + 9) / 10,
      last: 9,
    });
    const strict = run(config);
    for (const second of [0, 4, 2, 12]) feed(strict, second, second);
    expect(leftBy(strict, "late").map(([value]) => value)).toEqual([2]);
  });
  test("over several devices a window waits for the slowest, but not for one that is silent", () => {
    const aggregating = run({ functions: ["count"], size: "10s", groupBy: ["key"], idleTimeout: "20s" });
    feed(aggregating, 1, 1, { device_id: "slow" });
    for (let second = 1; second <= 19; second++) feed(aggregating, second, 1, { device_id: "quick" });
    expect(results(aggregating)).toEqual([]);
    feed(aggregating, 11, 1, { device_id: "slow" });
    aggregating.clock.advance(1_000);
    expect(valuesOf(aggregating)).toEqual([10]);
    for (let second = 20; second <= 60; second++) feed(aggregating, second, 1, { device_id: "quick" });
    expect(valuesOf(aggregating)).toEqual([10, 11, 10, 10, 10, 10]);
  });
  test("the last window of a device that falls silent ends all the same", () => {
    const aggregating = run({ functions: ["count"], size: "10s", idleTimeout: "5s" });
    feed(aggregating, 1, 1);
    aggregating.clock.advance(13_000);
    expect(results(aggregating)).toEqual([]);
    aggregating.clock.advance(2_000);
    expect(valuesOf(aggregating)).toEqual([1]);
  });
  test("a device whose clock is ten years ahead ends no window", () => {
    const aggregating = run({ functions: ["count"], size: "10s", groupBy: ["key"] });
    feed(aggregating, 1, 1);
    aggregating.point({ device_id: "mad", value: 1, timestamp: "2036-01-01T00:00:00.000Z" });
    feed(aggregating, 2, 2);
    expect(results(aggregating)).toEqual([]);
    expect(leftBy(aggregating, "late")).toEqual([[1, "3652 d ahead of the gateway's clock"]]);
    feed(aggregating, 11, 1);
    aggregating.clock.advance(20_000);
    expect(valuesOf(aggregating)).toEqual([2, 1]);
  });
  test("a device whose clock is set back is late until it is there again", () => {
    const aggregating = run({ functions: ["count"], size: "10s" });
    for (const second of [100, 101, 40, 60, 99, 102, 110]) feed(aggregating, second, second);
    expect(leftBy(aggregating, "late").map(([value]) => value)).toEqual([40, 60, 99]);
    expect(valuesOf(aggregating)).toEqual([3]);
  });
  test("by the gateway's clock windows end on the dot, without another point", () => {
    const aggregating = run({ functions: ["sum"], size: "10s", time: "processing" });
    aggregating.point({ value: 1, timestamp: "1999-01-01T00:00:00.000Z" });
    aggregating.clock.advance(9_999);
    expect(results(aggregating)).toEqual([]);
    aggregating.clock.advance(1);
    expect(aggregates(aggregating)).toMatchObject([{ functions: { sum: 1 }, start: time(0), end: time(10) }]);
  });
  test("when the gateway's clock is set back, what is open ends; when it jumps ten years ahead, nothing floods", () => {
    const aggregating = run({ functions: ["sum"], size: "10s", time: "processing", empty: "null" });
    aggregating.point({ value: 1 });
    aggregating.clock.jump(-3_600_000);
    aggregating.point({ value: 2 });
    expect(aggregating.emitted[0]?.emission.reason).toBe("ended early: the gateway's clock was set back");
    aggregating.clock.advance(10_000);
    expect(valuesOf(aggregating)).toEqual([1, 2]);
    aggregating.clock.jump(10 * 365 * 86_400_000);
    aggregating.clock.advance(10_000);
    expect(results(aggregating).length).toBeLessThan(1_010);
    aggregating.point({ value: 5 });
    aggregating.clock.advance(10_000);
    expect(valuesOf(aggregating).at(-1)).toBe(5);
  });
  test("a window without points is not told, told with null, or repeats the one before", () => {
    const told = (empty: string) => {
      const aggregating = run({ functions: ["avg", "count"], size: "10s", empty });
      for (const second of [1, 35, 41]) feed(aggregating, second, second);
      return results(aggregating).map(({ functions, count }) => [...Object.values(functions as object), count]);
    };
    const [first, last] = [
      [1, 1, 1],
      [35, 1, 1],
    ];
    expect(told("none")).toEqual([first, last]);
    expect(told("null")).toEqual([first, [null, 0, 0], [null, 0, 0], last]);
    expect(told("previous")).toEqual([first, [1, 0, 0], [1, 0, 0], last]);
  });
  test("a day of a month is waited for although no timer reaches that far", () => {
    const aggregating = run({ functions: ["count"], window: "calendar", calendar: "month", time: "processing" });
    aggregating.point({ value: 1 });
    aggregating.clock.advance(31 * 86_400_000 - 1);
    expect(results(aggregating)).toEqual([]);
    aggregating.clock.advance(1);
    expect(aggregates(aggregating)).toMatchObject([{ end: "2026-02-01T00:00:00.000Z" }]);
  });
});

describe("bad input", () => {
  test.each([null, Number.NaN, Number.POSITIVE_INFINITY, "12", true, { x: 1, y: 2, z: 3 }, [1, 2], undefined])(
    "%s leaves by Failed, counts as missing, and harms no other",
    (poison) => {
      const aggregating = run({ functions: ["avg", "null_rate", "completeness"], window: "count", count: 2 });
      for (const value of [1, poison, 3]) aggregating.point({ value });
      expect(leftBy(aggregating, "failed")).toHaveLength(1);
      expect(results(aggregating)).toMatchObject([
        { value: 2, functions: { null_rate: expect.closeTo(1 / 3), completeness: expect.closeTo(2 / 3) } },
      ]);
    },
  );
  test("a composite needs to be told which part, and then works", () => {
    const place = { latitude: 48.1, longitude: 11.5 };
    const unnamed = run();
    unnamed.point({ value: place });
    expect(leftBy(unnamed, "failed")[0]?.[1]).toMatch(/say under Value which part .* value\.latitude/);
    const named = run({ functions: ["max"], window: "count", count: 1, value: "value.latitude" });
    named.point({ value: place });
    expect(valuesOf(named)).toEqual([48.1]);
  });
  test("a time that is none leaves by Failed", () => {
    const aggregating = run();
    aggregating.point({ value: 1, timestamp: "yesterday" });
    expect(leftBy(aggregating, "failed")[0]?.[1]).toMatch(/^invalid_timestamp/);
  });
  test("settings that do not fit are refused with what to do", () => {
    expect(issues({ functions: [] })).toEqual(["functions: choose at least one function"]);
    expect(issues({ functions: ["above_count"] })).toEqual(["upper: set the limit that these functions count by"]);
    expect(issues({ functions: ["duration_in_state"] })[0]).toMatch(/^state: write the condition/);
    expect(issues({ window: "hopping" })).toEqual(["every: write how often a new window begins, for example 10s"]);
    expect(issues({ window: "hopping", size: "1m", every: "2m" })[0]).toMatch(/^every: must not be more/);
    expect(issues({ window: "hopping", size: "1h", every: "7ms" })[0]).toMatch(/^every: .* at most 1000/);
    expect(issues({ window: "count", count: 3, step: 4 })).toEqual([
      "step: must not be more than 3, the points of a window",
    ]);
    expect(issues({ window: "state" })[0]).toMatch(/^begin: write a condition/);
    expect(issues({ window: "calendar", timeZone: "Mars/Olympus" })[0]).toMatch(/is not a time zone/);
    expect(issues({ lower: 2, upper: 1 })).toEqual(["lower: must not be more than 1, the upper limit"]);
  });
});

describe("a restart", () => {
  test("in the middle of a window by the gateway's clock tells it at its end, or at once when that has passed", () => {
    const config = { functions: ["sum"], size: "10s", time: "processing" };
    const first = run(config);
    first.point({ value: 1 });
    const saved = first.save();
    first.operator.close?.();
    for (const downMs of [2_000, 60_000]) {
      const clock = new ManualClock(startMs + downMs);
      const second = runOperator(aggregate, config, clock, saved);
      expect(second.emitted).toEqual([]);
      clock.advance(8_000);
      expect(aggregates(second)).toMatchObject([{ functions: { sum: 1 }, start: time(0), end: time(10) }]);
    }
  });
  test("of a device that stays silent ends its window after the same time", () => {
    const config = { functions: ["sum"], size: "10s", idleTimeout: "30s" };
    const first = run(config);
    feed(first, 1, 1);
    const clock = new ManualClock(startMs + 20_000);
    const second = runOperator(aggregate, config, clock, first.save());
    clock.advance(18_000);
    expect(second.emitted).toEqual([]);
    clock.advance(3_000);
    expect(aggregates(second)).toMatchObject([{ functions: { sum: 1 } }]);
  });
  test("a change of functions keeps the window, a change of its length does not", () => {
    const basis = (config: Config) => JSON.stringify(aggregate.state?.basis?.(aggregate.config.parse(config)));
    expect(basis({ functions: ["avg"] })).toBe(basis({ functions: ["max", "sum"], lateness: "1s", maxGroups: 5 }));
    expect(basis({ functions: ["avg"] })).not.toBe(basis({ functions: ["avg"], size: "2m" }));
    expect(basis({ functions: ["avg"] })).not.toBe(basis({ functions: ["p50"] }));
  });
});

test("the card says what it does", () => {
  const line = (config: Config) => aggregate.line?.(aggregate.config.parse(config));
  expect(line({ functions: ["avg", "max"] })).toBe("avg, max every 1 min per device");
  expect(line({ functions: ["sum"], window: "count", groupBy: [], groupTags: ["line"] })).toBe(
    "sum every 10 points per line",
  );
  expect(line({ functions: ["sum"], window: "hopping", size: "1h", every: "5m", groupBy: [] })).toBe(
    "sum over 1 h, every 5 min of all",
  );
});
