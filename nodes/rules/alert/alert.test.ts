import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { type Emitted, runOperator } from "../../contract/testing.ts";
import alert from "./alert.node.ts";

type Config = Readonly<Record<string, unknown>>;

/** Port and value of what came out. */
const seen = (emitted: readonly Emitted[]) => emitted.map(({ port, point }) => [port, point.value]);

/** Feeds values in turn, a second apart, and says what came out. */
function outcome(config: Config, values: readonly unknown[]) {
  const run = runOperator(alert, config);
  for (const value of values) {
    run.point({ value });
    run.clock.advance(1_000);
  }
  return seen(run.emitted);
}

describe("an alert", () => {
  test("R011 value > 40 at level warning: 40 gives none, 40.1 gives one", () => {
    const run = runOperator(alert, { condition: "value > 40", level: "warning" });
    expect(run.point({ value: 40 })).toEqual([]);
    expect(run.point({ value: 40.1 })).toMatchObject([{ port: "out", emission: { alerts: [{ level: "warning" }] } }]);
  });

  test("R074 says what it is about", () => {
    const run = runOperator(alert, { condition: "value > 40", category: "thermal" });
    const point = { value: 41, tags: { hall: "B" }, timestamp: "2026-01-01T10:00:00.000Z" };
    const [emitted] = run.point(point);
    expect(emitted?.point).toMatchObject(point);
    expect(emitted?.emission.alerts).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        rule_id: "test_rule",
        rule_name: "Test rule",
        level: "warning",
        category: "thermal",
        state: "active",
        event: "raised",
        alarm_state: "active-unacknowledged",
        priority: "medium",
        message: "d1 temperature is 41",
        device_id: "d1",
        key: "temperature",
        value: 41,
        tags: { hall: "B" },
        timestamp: "2026-01-01T10:00:00.000Z",
      },
    ]);
  });

  test("R073 each occurrence is one message of its own, and its end has the same id", () => {
    const run = runOperator(alert, { condition: "value > 40" });
    for (const value of [41, 42, 41, 39, 38, 45, 20]) run.point({ value });
    expect(seen(run.emitted)).toEqual([
      ["out", 41],
      ["cleared", 39],
      ["out", 45],
      ["cleared", 20],
    ]);
    const [first, firstEnd, second, secondEnd] = run.emitted.map(({ emission }) => emission.alerts?.[0]);
    expect(firstEnd).toMatchObject({
      id: first?.id,
      state: "cleared",
      message: "d1 temperature is back to normal: 39",
    });
    expect(secondEnd?.id).toBe(second?.id);
    expect(second?.id).not.toBe(first?.id);
  });

  test("the same point again changes nothing", () => {
    const run = runOperator(alert, { condition: "value > 40" });
    const point: Partial<Point> = { value: 41, timestamp: "2026-01-01T10:00:00.000Z" };
    expect(run.point(point)).toHaveLength(1);
    expect(run.point(point)).toEqual([]);
  });

  test("every series stands for itself", () => {
    const run = runOperator(alert, { condition: "value > 40" });
    for (const [device_id, key] of [
      ["a", "bc"],
      ["ab", "c"],
      ["a", "bd"],
    ] as const) {
      expect(run.point({ device_id, key, value: 41 })).toHaveLength(1);
      expect(run.point({ device_id, key, value: 41 })).toEqual([]);
    }
    expect(run.point({ device_id: "ab", key: "c", value: 1 })).toMatchObject([
      { port: "cleared", point: { device_id: "ab" } },
    ]);
  });

  test("what is not selected is left alone, even where the condition cannot be worked out", () => {
    const run = runOperator(alert, { condition: "value * 2 > 40", keys: ["t", "p-*"], devices: ["*-1"] });
    for (const point of [{ key: "q" }, { key: "p" }, { key: "t", device_id: "d-2" }])
      expect(run.point({ device_id: "d-1", value: "words", ...point })).toEqual([]);
    expect(run.point({ key: "p-a", device_id: "d-1", value: 41 })).toHaveLength(1);
  });
});

describe("calm", () => {
  test("an active alert clears only when the clear condition is true", () => {
    const config = { condition: "value > 40", clearCondition: "value < 38" };
    expect(outcome(config, [41, 39, 41, 38, 37, 39])).toEqual([
      ["out", 41],
      ["cleared", 37],
    ]);
  });

  test("where both conditions are true the alert stays", () => {
    expect(outcome({ condition: "value > 40", clearCondition: "value < 100" }, [41, 42, 43])).toEqual([["out", 41]]);
  });

  test("the on delay starts again after every break, also one between the two conditions", () => {
    const config = { condition: "value > 40", clearCondition: "value < 38", onDelay: "3s" };
    expect(outcome(config, [41, 42, 39, 41, 42, 43, 44])).toEqual([["out", 43]]);
  });

  test("the on delay ends by itself with the latest point and its trace", () => {
    const run = runOperator(alert, { condition: "value > 40", onDelay: "10s" });
    const traced = (value: number, id: string) => {
      const point = { device_id: "d1", key: "t", value, type: "int" as const, quality: 0, tags: {} };
      run.operator.process({ ...point, timestamp: `2026-01-01T00:00:0${value - 40}.000Z` }, { id, hops: 2 });
    };
    traced(41, "first");
    run.clock.advance(9_999);
    traced(42, "second");
    run.clock.advance(1);
    expect(run.emitted).toMatchObject([
      {
        port: "out",
        point: { value: 42 },
        emission: { trace: { id: "second", hops: 2 }, alerts: [{ value: 42, timestamp: "2026-01-01T00:00:02.000Z" }] },
      },
    ]);
  });

  test("the off delay starts again when the condition is true in between", () => {
    expect(outcome({ condition: "value > 40", offDelay: "3s" }, [41, 1, 2, 42, 3, 4, 5, 6])).toEqual([
      ["out", 41],
      ["cleared", 5],
    ]);
  });

  test("delays follow the monotonic clock, not the wall", () => {
    const run = runOperator(alert, { condition: "value > 40", onDelay: "10s" });
    run.point({ value: 41 });
    run.clock.jump(3_600_000);
    run.clock.advance(9_999);
    expect(run.emitted).toEqual([]);
    run.clock.advance(1);
    expect(run.emitted).toHaveLength(1);
  });

  test("an active alert is told again with the latest value, until it clears", () => {
    const run = runOperator(alert, { condition: "value > 40", repeat: "1m" });
    run.point({ value: 41 });
    run.clock.advance(30_000);
    run.point({ value: 45 });
    run.clock.advance(90_000);
    run.point({ value: 1 });
    run.clock.advance(600_000);
    expect(seen(run.emitted)).toEqual([
      ["out", 41],
      ["out", 45],
      ["out", 45],
      ["cleared", 1],
    ]);
    const alerts = run.emitted.map(({ emission }) => emission.alerts?.[0]);
    expect(new Set(alerts.map((told) => told?.id)).size).toBe(1);
    expect(alerts.map((told) => told?.timestamp.slice(11, 19))).toEqual([
      "00:00:00",
      "00:00:00",
      "00:00:00",
      "00:02:00",
    ]);
  });
});

describe("when something is wrong", () => {
  test("a condition that cannot be worked out is an error and changes nothing", () => {
    const run = runOperator(alert, { condition: "value * 2 > 80", onDelay: "2s" });
    run.point({ value: 41 });
    expect(run.point({ value: "words" })).toMatchObject([
      { port: "failed", emission: { reason: expect.stringContaining("type_mismatch") } },
    ]);
    run.clock.advance(2_000);
    expect(run.point({ value: "words" })).toHaveLength(1);
    expect(seen(run.point({ value: 1 }))).toEqual([["cleared", 1]]);
    expect(seen(run.emitted)).toEqual([
      ["failed", "words"],
      ["out", 41],
      ["failed", "words"],
      ["cleared", 1],
    ]);
  });

  test("a clear condition that cannot be worked out keeps the alert", () => {
    const run = runOperator(alert, { condition: "value == 1", clearCondition: "value * 2 < 1" });
    run.point({ value: 1 });
    expect(seen(run.point({ value: "words" }))).toEqual([["failed", "words"]]);
    expect(seen(run.point({ value: 0 }))).toEqual([["cleared", 0]]);
  });

  test("an alert is raised even when its words cannot be made", () => {
    const message = (text: string) => {
      const run = runOperator(alert, { condition: "true", message: text });
      return run.point({ value: "hot" })[0]?.emission.alerts?.[0]?.message;
    };
    expect(message(`\${key} in \${tags.hall}`)).toBe("temperature in ?");
    expect(message(`\${round(value, 1)} °C`)).toMatch(
      /^d1 temperature is "hot" \(the message could not be made: .+\)$/,
    );
    expect(message(`\${rule_name}/\${rule_id}: \${level}`)).toBe("Test rule/test_rule: warning");
  });

  test("more series than allowed are errors, those that are known go on", () => {
    const run = runOperator(alert, { condition: "value > 40", onDelay: "5s", maxActive: 2 });
    const feed = (device_id: string, value: number) => run.point({ device_id, value });
    feed("a", 41);
    feed("b", 41);
    expect(feed("c", 41)).toMatchObject([
      { port: "failed", emission: { reason: expect.stringContaining("limit: 2 series") } },
    ]);
    expect(feed("c", 1)).toEqual([]);
    feed("a", 1);
    feed("c", 41);
    run.clock.advance(5_000);
    expect(run.emitted.filter(({ port }) => port === "out").map(({ point }) => point.device_id)).toEqual(["b", "c"]);
  });

  test("after close nothing comes any more", () => {
    const run = runOperator(alert, { condition: "value > 40", onDelay: "5s", repeat: "1s" });
    run.point({ device_id: "a", value: 41 });
    run.clock.advance(5_000);
    run.point({ device_id: "b", value: 41 });
    run.operator.close?.();
    run.clock.advance(60_000);
    expect(run.emitted).toHaveLength(1);
  });

  test.each([
    [{}, "condition"],
    [{ condition: "value >" }, "at character"],
    [{ condition: "value + 1" }, "not a condition"],
    [{ condition: "true", category: "warning" }, '"warning" is a level'],
    [{ condition: "true", category: "two words" }, "one word"],
    [{ condition: "true", repeat: "10ms" }, "at least 1s"],
    [{ condition: "true", message: `\${nothing}` }, "nothing"],
    [{ condition: "true", cooldown: "1s" }, "cooldown"],
    [{ kind: "limits" }, "at least one limit"],
    [{ kind: "limits", hi: 80, hihi: 70 }, "must be more than 80"],
    [{ kind: "limits", lolo: 5, hi: 5 }, "must be more than 5"],
    [{ kind: "deviation", maxDeviation: 2 }, "write the setpoint"],
    [{ kind: "rate" }, "how much the value may change"],
    [{ kind: "discrete" }, "at least one state"],
  ])("%j is refused in words", (config, words) => {
    const { error } = alert.config.safeParse(config);
    expect(JSON.stringify(error?.issues)).toContain(JSON.stringify(words).slice(1, -1));
  });
});

test("what leaves is what is selected of what comes", () => {
  const scope = (config: Config, incoming: object) =>
    alert.scope?.(alert.config.parse({ condition: "true", ...config }), incoming);
  expect(scope({}, { devices: ["a"] })).toEqual({ devices: ["a"] });
  expect(scope({ keys: ["t*"] }, { keys: ["t1", "p"], devices: ["a"] })).toEqual({ keys: ["t1"], devices: ["a"] });
  expect(scope({ keys: ["t"], devices: ["a", "b*"] }, {})).toEqual({ keys: ["t"], devices: undefined });
});

test("R045 R046 alerts go to the subjects of their level and category", () => {
  const publishes = (config: Config) => alert.publishes?.(alert.config.parse({ condition: "true", ...config }));
  expect(publishes({})).toEqual(["iot.alerts.warning.*"]);
  expect(publishes({ kind: "limits", hi: 8, hihi: 9 })).toEqual(["iot.alerts.warning.*", "iot.alerts.critical.*"]);
  expect(publishes({ level: "critical", category: "thermal" })).toEqual([
    "iot.alerts.critical.*",
    "iot.alerts.thermal.*",
  ]);
});

test("one line says what it does", () => {
  const line = (config: Config) => alert.line?.(alert.config.parse(config));
  expect(line({ condition: "value > 40" })).toBe("value > 40 → warning");
  expect(line({ condition: "value > 40", keys: ["t", "u"], onDelay: "1m", level: "critical" })).toBe(
    "t, u: value > 40 for 60 s → critical",
  );
  expect(line({ kind: "limits", hi: 80, lo: 10 })).toBe("> 80, < 10 → warning");
  expect(line({ kind: "noData", timeout: "5m" })).toBe("no data for 300 s → warning");
});
