import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ManualClock, runOperator } from "../../contract/testing.ts";
import alert from "./alert.node.ts";

type Config = Readonly<Record<string, unknown>>;
const start = (config: Config, clock?: ManualClock, saved?: ReadonlyMap<string, string>) =>
  runOperator(alert, config, clock, saved);
type Run = ReturnType<typeof start>;

const alerts = ({ emitted }: Run) => emitted.flatMap(({ emission }) => emission.alerts ?? []);
const told = (run: Run) => alerts(run).map(({ event, alarm_state }) => `${event}: ${alarm_state}`);
const newestId = (run: Run) => alerts(run).at(-1)?.id ?? "";
const acknowledge = (run: Run, id = newestId(run)) => run.operator.command?.({ verb: "acknowledge", id, by: "ann" });
const shelve = (run: Run, forMs: number) =>
  run.operator.command?.({ verb: "shelve", id: newestId(run), by: "ann", untilMs: run.clock.now() + forMs });
const hot: Config = { kind: "limits", hi: 80 };

describe("the states of ISA-18.2", () => {
  test("acknowledged while active, then over: normal", () => {
    const run = start(hot);
    run.point({ value: 81 });
    expect(acknowledge(run)).toBe(true);
    expect(acknowledge(run)).toBe(false);
    run.point({ value: 79 });
    expect(told(run)).toEqual([
      "raised: active-unacknowledged",
      "acknowledged: active-acknowledged",
      "cleared: normal",
    ]);
    expect(new Set(alerts(run).map(({ id }) => id)).size).toBe(1);
    expect(alerts(run)[1]).toMatchObject({ by: "ann", state: "active" });
    expect(run.save().size).toBe(0);
  });

  test("over before it is acknowledged: unacknowledged until somebody has seen it", () => {
    const run = start(hot);
    run.point({ value: 81 });
    run.point({ value: 79 });
    expect(acknowledge(run)).toBe(true);
    expect(told(run)).toEqual([
      "raised: active-unacknowledged",
      "cleared: returned-unacknowledged",
      "acknowledged: normal",
    ]);
    expect(run.emitted.map(({ port }) => port)).toEqual(["out", "cleared", "operated"]);
    expect(run.save().size).toBe(0);
  });

  test("one that need not be acknowledged is normal at once", () => {
    const run = start({ ...hot, acknowledge: false });
    run.point({ value: 81 });
    run.point({ value: 79 });
    expect(told(run)).toEqual(["raised: active-unacknowledged", "cleared: normal"]);
  });

  test("latched it stays active until it is acknowledged", () => {
    const run = start({ ...hot, latch: true });
    run.point({ value: 81 });
    run.point({ value: 79 });
    run.point({ value: 82 });
    run.point({ value: 78 });
    expect(told(run)).toEqual(["raised: active-unacknowledged"]);
    acknowledge(run);
    expect(told(run).slice(1)).toEqual(["acknowledged: active-acknowledged", "cleared: normal"]);
  });

  test("shelved it is silent; its end is told, and what is active when the time is up is a new occurrence", () => {
    const run = start(hot);
    run.point({ value: 81 });
    expect(shelve(run, 60_000)).toBe(true);
    run.point({ value: 79 });
    run.point({ value: 85 });
    run.clock.advance(60_000);
    expect(told(run)).toEqual([
      "raised: active-unacknowledged",
      "shelved: shelved",
      "cleared: shelved",
      "unshelved: returned-unacknowledged",
      "raised: active-unacknowledged",
    ]);
    const ids = alerts(run).map(({ id }) => id);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(ids[4]).not.toBe(ids[0]);
    expect(alerts(run)[1]?.shelved_until).toBe("2026-01-01T00:01:00.000Z");
    expect(alerts(run)[4]).toMatchObject({ value: 85, missed: 1 });
  });

  test("it can be taken from the shelf, and lies there no longer than the rule allows", () => {
    const run = start({ ...hot, maxShelve: "1m" });
    run.point({ value: 81 });
    shelve(run, 3_600_000);
    const unshelve = () => run.operator.command?.({ verb: "unshelve", id: newestId(run), by: "ann" });
    expect(unshelve()).toBe(true);
    expect(unshelve()).toBe(false);
    shelve(run, 3_600_000);
    run.clock.advance(60_000);
    expect(told(run).at(-1)).toBe("unshelved: active-unacknowledged");
    expect(shelve(run, -1)).toBe(false);
  });

  test("suppressed by design it says so, and is told when the plant is back", () => {
    const run = start({ ...hot, suppress: 'tags.mode == "maintenance"' });
    const maintenance = { tags: { mode: "maintenance" } };
    run.point({ value: 81 });
    run.point({ value: 82, ...maintenance });
    run.point({ value: 82 });
    run.point({ value: 79, ...maintenance });
    run.point({ value: 83, ...maintenance });
    run.point({ value: 84 });
    expect(told(run)).toEqual([
      "raised: active-unacknowledged",
      "suppressed: suppressed",
      "unsuppressed: active-unacknowledged",
      "suppressed: suppressed",
      "cleared: suppressed",
      "raised: active-unacknowledged",
    ]);
  });

  test("out of service nothing is raised", () => {
    const run = start({ ...hot, outOfService: true });
    run.point({ value: 99 });
    run.point({ value: 1 });
    expect(run.emitted).toEqual([]);
  });

  test("told again it is to be acknowledged again", () => {
    const run = start({ ...hot, repeat: "30m" });
    run.point({ value: 81 });
    acknowledge(run);
    run.clock.advance(30 * 60_000);
    expect(told(run).at(-1)).toBe("repeated: active-unacknowledged");
  });

  test("nobody can ask anything of an alarm that is not known", () => {
    const run = start(hot);
    run.point({ value: 81 });
    expect(acknowledge(run, "another")).toBe(false);
    expect(told(run)).toHaveLength(1);
  });

  test("what only waits to be acknowledged makes room for what is active", () => {
    const run = start({ ...hot, maxActive: 2 });
    for (const device_id of ["a", "b", "c"]) {
      run.point({ device_id, value: 81 });
      run.point({ device_id, value: 1 });
    }
    expect(told(run)).toHaveLength(6);
    expect(run.save().size).toBe(2);
  });
});

describe("kinds", () => {
  test("a failed read is neither high nor low: bad quality holds what is", () => {
    const run = start({ kind: "limits", lo: 5 });
    expect(run.point({ value: 0, quality: 4 })).toEqual([]);
    run.point({ value: 1 });
    expect(run.point({ value: 9, quality: 4 })).toEqual([]);
    expect(run.point({ value: 9 })).toHaveLength(1);
    expect(start({ kind: "limits", lo: 5, onBadQuality: "use" }).point({ value: 0, quality: 4 })).toHaveLength(1);
  });

  test("on the limit it is not raised, and a deadband behind it it is back", () => {
    const run = start({ kind: "limits", hi: 80, lo: 20, deadband: 2 });
    for (const value of [80, 20, 80.1, 78.1, 78, 19.9, 21.9, 22]) run.point({ value });
    expect(run.emitted.map(({ port, point }) => [port, point.value])).toEqual([
      ["out", 80.1],
      ["cleared", 78],
      ["out", 19.9],
      ["cleared", 22],
    ]);
  });

  test("a number is no text: such states are different", () => {
    const run = start({ kind: "discrete", discrete: "isNot", states: [1, true] });
    for (const value of [1, true]) expect(run.point({ value })).toEqual([]);
    expect(run.point({ value: "1" })).toHaveLength(1);
  });

  test("what is no number cannot pass a limit and fails", () => {
    for (const config of [hot, { kind: "deviation", setpoint: "5", maxDeviation: 1 }, { kind: "rate", maxRate: 1 }])
      for (const value of ["90", null, Number.NaN, { x: 1 }])
        expect(start(config).point({ value })).toMatchObject([
          { port: "failed", emission: { reason: expect.stringContaining("type_mismatch") } },
        ]);
    expect(start({ ...hot, value: "value.x" }).point({ value: { x: 90 } })).toHaveLength(1);
  });

  test("points at the same time and older ones have no rate", () => {
    const run = start({ kind: "rate", maxRate: 1, ratePer: "1s" });
    const at = (second: number, value: number) =>
      run.point({ value, timestamp: new Date(second * 1_000).toISOString() });
    at(10, 0);
    expect(at(10, 100)).toEqual([]);
    expect(at(9, 100)).toEqual([]);
    expect(at(12, 1)).toEqual([]);
    expect(at(13, 3)).toHaveLength(1);
  });

  test("silence of one series is not that of another", () => {
    const run = start({ kind: "noData", timeout: "10s" });
    run.point({ device_id: "a" });
    for (let second = 0; second < 30; second += 5) {
      run.point({ device_id: "b" });
      run.clock.advance(5_000);
    }
    expect(run.emitted.map(({ point }) => point.device_id)).toEqual(["a"]);
  });
});

describe("a restart", () => {
  const restart = (run: Run, config: Config, offMs = 0) => {
    const saved = run.save();
    run.operator.close?.();
    run.clock.advance(offMs);
    return start(config, run.clock, saved);
  };

  test("with the alarm active is no new occurrence", () => {
    const before = start(hot);
    before.point({ value: 81 });
    const after = restart(before, hot);
    after.point({ value: 82 });
    after.point({ value: 79 });
    expect(told(after)).toEqual(["cleared: returned-unacknowledged"]);
    expect(newestId(after)).toBe(newestId(before));
  });

  test("in the middle of a delay does not begin it anew, and counts the time that the gateway was off", () => {
    const config = { ...hot, onDelay: "10m" };
    const before = start(config);
    before.point({ value: 81 });
    before.clock.advance(4 * 60_000);
    const after = restart(before, config, 2 * 60_000);
    after.clock.advance(4 * 60_000 - 1);
    expect(after.emitted).toEqual([]);
    after.clock.advance(1);
    expect(told(after)).toEqual(["raised: active-unacknowledged"]);
  });

  test("with a wall clock set back waits no longer than the whole delay", () => {
    const config = { ...hot, onDelay: "10s" };
    const before = start(config);
    before.point({ value: 81 });
    const saved = before.save();
    before.operator.close?.();
    before.clock.jump(-3_600_000);
    const after = start(config, before.clock, saved);
    after.clock.advance(10_000);
    expect(told(after)).toEqual(["raised: active-unacknowledged"]);
  });

  test("keeps it on the shelf until the time that was said", () => {
    const before = start(hot);
    before.point({ value: 81 });
    shelve(before, 3_600_000);
    const after = restart(before, hot, 3_000_000);
    expect(after.operator.command?.({ verb: "acknowledge", id: newestId(before), by: "bob" })).toBe(true);
    after.clock.advance(600_000);
    expect(told(after)).toEqual(["acknowledged: shelved", "unshelved: active-acknowledged"]);
  });

  test("or a deploy with a limit moved or taken away ends what is no longer beyond one", () => {
    const config = { kind: "limits", hi: 80, hihi: 90 };
    const before = start(config);
    before.point({ value: 95 });
    const after = restart(before, { kind: "limits", hi: 97 });
    after.clock.advance(1);
    after.point({ value: 96 });
    expect(alerts(after).map(({ event, limit }) => `${event} ${limit}`)).toEqual(["cleared hihi", "cleared hi"]);
  });

  test("is not silence", () => {
    const config = { kind: "noData", timeout: "1m" };
    const before = start(config);
    before.point({});
    const after = restart(before, config, 3_600_000);
    after.clock.advance(59_999);
    expect(after.emitted).toEqual([]);
    after.clock.advance(1);
    expect(told(after)).toEqual(["raised: active-unacknowledged"]);
  });

  const steps = fc.array(
    fc.record({
      waitMs: fc.nat(4_000),
      value: fc.integer({ min: 0, max: 100 }),
      ask: fc.constantFrom(undefined, undefined, undefined, "acknowledge", "shelve", "unshelve"),
      isRestart: fc.boolean(),
    }),
    { maxLength: 40 },
  );
  interface Step {
    readonly waitMs: number;
    readonly value: number;
    readonly ask: "acknowledge" | "shelve" | "unshelve" | undefined;
    readonly isRestart: boolean;
  }
  const configs: readonly Config[] = [
    { kind: "limits", hihi: 80, hi: 60, lo: 20, deadband: 5, onDelay: "3s", offDelay: "2s" },
    { kind: "limits", hi: 60, throttle: "5s", repeat: "3s", onDelay: "1s" },
    { condition: "value > 50", clearCondition: "value < 40", latch: true, offDelay: "1s" },
    { kind: "rate", maxRate: 20, ratePer: "1s" },
  ];
  test.each(configs)("in the middle of anything changes no result: %o", (config) => {
    // What happens at the same time at several limits may be told in any order, so each limit is looked at by itself.
    const outcome = (script: readonly Step[], restarts: boolean) => {
      const ids: string[] = [];
      const all: Record<string, string[]> = {};
      let run = start(config);
      let lastId = "";
      const take = () => {
        for (const { id, event, alarm_state, limit = "", value, timestamp } of alerts(run)) {
          if (limit === "hi" || limit === "") lastId = id;
          const known = ids.filter((other) => other.startsWith(`${limit} `));
          const name = `${limit} ${id}`;
          if (!ids.includes(name)) ids.push(name);
          const occurrence = known.includes(name) ? known.indexOf(name) : known.length;
          all[limit] ??= [];
          all[limit].push([occurrence, event, alarm_state, value, timestamp].join(" "));
        }
        run.emitted.length = 0;
      };
      for (const { waitMs, value, ask, isRestart } of script) {
        run.clock.advance(waitMs);
        run.point({ value });
        take();
        const asked = { id: lastId, by: "ann", untilMs: run.clock.now() + 2_000 };
        if (ask === "shelve") run.operator.command?.({ verb: ask, ...asked });
        else if (ask === "acknowledge" || ask === "unshelve") run.operator.command?.({ verb: ask, ...asked });
        take();
        const saved = run.save();
        if (restarts && isRestart) {
          run.operator.close?.();
          run = start(config, run.clock, saved);
        }
      }
      run.clock.advance(10_000);
      take();
      run.operator.close?.();
      return all;
    };
    fc.assert(
      fc.property(steps, (script) => {
        expect(outcome(script, true)).toEqual(outcome(script, false));
      }),
      { numRuns: 60 },
    );
  });
});
