import fc from "fast-check";
import { expect, test } from "vitest";
import type { AlarmEvent } from "../../contract/point.ts";
import { ManualClock } from "../../contract/testing.ts";
import { Alarm, type Signal } from "./alarm.ts";

interface Step {
  readonly waitMs: number;
  readonly signal: Signal;
}
const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.record({ waitMs: fc.nat(4_000), signal: fc.constantFrom<Signal>("on", "off", "between") }),
  { maxLength: 40 },
);
const delays = fc.constantFrom(0, 1_000, 3_000);
const repeats = fc.constantFrom(undefined, 500, 2_500);

interface Told {
  readonly event: AlarmEvent;
  readonly atMs: number;
}

function run(script: readonly Step[], onDelayMs: number, offDelayMs: number, repeatMs: number | undefined) {
  const clock = new ManualClock();
  const told: Told[] = [];
  const alarm = new Alarm(clock, { onDelayMs, offDelayMs, repeatMs }, (event) =>
    told.push({ event, atMs: clock.monotonic() }),
  );
  const signals: { readonly signal: Signal; readonly atMs: number }[] = [];
  for (const { waitMs, signal } of script) {
    clock.advance(waitMs);
    signals.push({ signal, atMs: clock.monotonic() });
    alarm.see(signal);
  }
  clock.advance(10_000);
  return { told, alarm, signals };
}

test("an alarm is never raised twice without a clear between, nor cleared before it is raised", () => {
  fc.assert(
    fc.property(steps, delays, delays, repeats, (script, onDelayMs, offDelayMs, repeatMs) => {
      let isActive = false;
      for (const { event } of run(script, onDelayMs, offDelayMs, repeatMs).told) {
        expect(event).not.toBe(isActive ? "raised" : "cleared");
        if (!isActive) expect(event).toBe("raised");
        isActive = event !== "cleared";
      }
    }),
  );
});

test("it changes exactly when the signal has asked for it through the whole delay", () => {
  fc.assert(
    fc.property(steps, delays, delays, (script, onDelayMs, offDelayMs) => {
      const { told, signals } = run(script, onDelayMs, offDelayMs, undefined);
      const expected: Told[] = [];
      let isActive = false;
      let sinceMs: number | undefined;
      const settle = (untilMs: number) => {
        const delayMs = isActive ? offDelayMs : onDelayMs;
        if (sinceMs === undefined || sinceMs + delayMs > untilMs) return;
        expected.push({ event: isActive ? "cleared" : "raised", atMs: sinceMs + delayMs });
        isActive = !isActive;
        sinceMs = undefined;
      };
      for (const { signal, atMs } of signals) {
        settle(atMs);
        if (signal !== (isActive ? "off" : "on")) sinceMs = undefined;
        else sinceMs ??= atMs;
        settle(atMs);
      }
      settle(Number.POSITIVE_INFINITY);
      expect(told).toEqual(expected);
    }),
  );
});

test("it is idle exactly while forgetting it would lose nothing", () => {
  fc.assert(
    fc.property(steps, (script) => {
      const { told, alarm } = run(script, 0, 0, undefined);
      expect(alarm.isIdle).toBe(told.at(-1)?.event !== "raised");
    }),
  );
});

test("a closed alarm stays silent", () => {
  const clock = new ManualClock();
  const told: AlarmEvent[] = [];
  const alarm = new Alarm(clock, { onDelayMs: 10, offDelayMs: 0, repeatMs: 5 }, (event) => told.push(event));
  alarm.see("on");
  alarm.close();
  clock.advance(100);
  expect(told).toEqual([]);
});
