/** A restart in the middle changes nothing: what a filter remembers is saved, and comes back. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Point } from "../../contract/point.ts";
import { ManualClock, runOperator } from "../../contract/testing.ts";
import filter from "./filter.node.ts";

type Config = Readonly<Record<string, unknown>>;

const configs: readonly Config[] = [
  { mode: "expression", expression: "abs(delta) > 3 || rate > 2 || previous.value == 0" },
  { mode: "deadband", deadband: 2, heartbeat: "10s" },
  { mode: "deadband", deadband: 10, deadbandType: "percent" },
  { mode: "swingingDoor", deviation: 1, heartbeat: "20s", flushAfter: "5s" },
  { mode: "duplicate", window: "5s" },
  { mode: "duplicate", sameBy: "sample", window: "5s" },
  { mode: "duplicate", sameBy: "identity", identity: "value", window: "5s" },
  { mode: "rateLimit", count: 2, per: "4s" },
  { mode: "rateLimit", count: 2, per: "4s", limitBy: "all" },
  { mode: "rateLimit", count: 1, per: "3s", spread: true, burst: 2, limitBy: "device" },
  { mode: "latest", per: "4s" },
  { mode: "rateOfChange", maxPerSecond: 2 },
  { mode: "outlier", windowSize: 5, threshold: 2, minSamples: 3 },
  { mode: "consecutive", count: 3, expression: "value > 5" },
];

const step = fc.record({
  afterMs: fc.integer({ min: 1, max: 6_000 }),
  value: fc.integer({ min: 0, max: 12 }),
  device_id: fc.constantFrom("d1", "d2"),
});
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What left it, restarted after each of the steps in `restarts`. */
function outcome(config: Config, steps: readonly Step[], restarts: ReadonlySet<number>) {
  const clock = new ManualClock();
  let running = runOperator(filter, config, clock);
  const left: unknown[] = [];
  const note = () =>
    left.push(...running.emitted.map(({ port, point: { value, device_id } }) => [port, device_id, value]));
  steps.forEach(({ afterMs, ...point }, index) => {
    clock.advance(afterMs);
    running.point({ ...point, key: "k" });
    if (!restarts.has(index)) return;
    const saved = running.save();
    running.operator.close?.();
    note();
    running = runOperator(filter, config, clock, saved);
  });
  clock.advance(60_000);
  note();
  running.operator.close?.();
  return left;
}

test.each(configs)("R013 a restart changes no result: %o", (config) => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 25 }), fc.array(fc.nat(24)), (steps, restarts) => {
      expect(outcome(config, steps, new Set(restarts))).toEqual(outcome(config, steps, new Set()));
    }),
    { numRuns: 40 },
  );
});

describe("what is kept for later", () => {
  const kept = (config: Config) => {
    const before = runOperator(filter, config);
    before.point({ value: 1 });
    before.clock.advance(1_000);
    before.point({ value: 2 });
    const saved = before.save();
    before.operator.close?.();
    return { clock: before.clock, saved };
  };

  test("is let go after a restart that took longer than it was to be kept, and not from within the start", () => {
    for (const config of [
      { mode: "latest", per: "10s" },
      { mode: "swingingDoor", deviation: 1, flushAfter: "10s" },
    ]) {
      const { clock, saved } = kept(config);
      clock.advance(3_600_000);
      const after = runOperator(filter, config, clock, saved);
      expect(after.emitted).toEqual([]);
      clock.advance(1);
      expect(after.emitted).toMatchObject([{ port: "out", point: { value: 2 } }]);
    }
  });

  test("waits no longer when the wall clock was set back meanwhile", () => {
    const config = { mode: "latest", per: "10s" };
    const { clock, saved } = kept(config);
    clock.jump(-86_400_000);
    const after = runOperator(filter, config, clock, saved);
    clock.advance(10_000);
    expect(after.emitted).toMatchObject([{ port: "out", point: { value: 2 } }]);
  });
});

test("what gives the state its meaning, and what does not", () => {
  const basis = (config: Config) => filter.state?.basis?.(filter.config.parse(config));
  const same = (a: Config, b: Config) => expect(basis(a)).toEqual(basis(b));
  const other = (a: Config, b: Config) => expect(basis(a)).not.toEqual(basis(b));
  same({ mode: "deadband", deadband: 1 }, { mode: "deadband", deadband: 2, heartbeat: "1m" });
  other({ mode: "deadband" }, { mode: "duplicate" });
  other({ mode: "duplicate" }, { mode: "duplicate", sameBy: "sample" });
  const lasts = { mode: "consecutive", count: 3, expression: "value > 1" };
  same(lasts, { ...lasts, count: 5 });
  other(lasts, { ...lasts, expression: "value > 2" });
  other({ mode: "rateLimit", spread: true }, { mode: "rateLimit" });
});

test("series beyond the limit are counted and told", () => {
  const filtering = runOperator(filter, { mode: "duplicate", window: "1h", maxSeries: 100 });
  const feed = (count: number, name: string) => {
    for (let index = 0; index < count; index++)
      filtering.point({ device_id: `${name}${index}`, value: 1 } as Partial<Point>);
  };
  feed(150, "a");
  filtering.clock.advance(10_000);
  feed(1, "b");
  expect(filtering.reports).toEqual([
    'limit: 1 series had to be forgotten since there are more than 100; raise "Remember series"',
    'limit: 50 series had to be forgotten since there are more than 100; raise "Remember series"',
  ]);
  expect(filtering.save().size).toBe(100);
});
