import { expect, test } from "vitest";
import { ManualClock } from "../../contract/testing.ts";
import { Bus, type BusOptions } from "./bus.ts";
import type { BusOutcome } from "./client.ts";
import type { Link, Outcome } from "./link.ts";
import { type Request, readRequest, writeCoils } from "./pdu.ts";
import { settle } from "./testing.ts";

const replyMs = 5;
const timeoutMs = 1_000;
const good: Outcome = { kind: "data", bytes: Buffer.from([0, 1]) };
const read = readRequest("holding", 0, 1);

/** A link whose units answer after 5 ms, or with what `outcomeOf` says; silence takes the whole timeout. */
function start(options: Partial<BusOptions> = {}, maxInFlight = 1) {
  const clock = new ManualClock();
  const sent: { readonly unitId: number; readonly request: Request; readonly atMs: number }[] = [];
  const silences: number[] = [];
  const setup = { outcomeOf: (_unitId: number): Outcome => good };
  let heardMs = 0;
  let most = 0;
  let underWay = 0;
  const link: Link = {
    maxInFlight,
    heardMs: () => heardMs,
    strays: () => 0,
    close: () => undefined,
    request: (unitId, request) =>
      new Promise((resolve) => {
        const outcome = setup.outcomeOf(unitId);
        sent.push({ unitId, request, atMs: clock.monotonic() });
        most = Math.max(most, ++underWay);
        clock.after(outcome.kind === "timeout" ? timeoutMs : replyMs, () => {
          underWay--;
          if (outcome.kind !== "timeout") heardMs = clock.monotonic();
          resolve(outcome);
        });
      }),
  };
  const bus = new Bus({
    link,
    clock,
    limits: { maxRegistersPerRead: 125, maxBitsPerRead: 2_000, maxGap: 0 },
    retries: 1,
    retryIntervalMs: 100,
    interRequestDelayMs: 0,
    demote: { afterFailedCycles: 2, periodMs: 60_000 },
    onSilence: (count) => silences.push(count),
    ...options,
  });
  const advance = async (ms: number, stepMs = 1) => {
    for (let step = 0; step < ms; step += stepMs) {
      clock.advance(stepMs);
      await settle();
    }
  };
  const outcomes: BusOutcome[] = [];
  const ask = (unitId: number, line: object, request = read) =>
    bus.request(unitId, request, line).then((outcome) => {
      outcomes.push(outcome);
      return outcome;
    });
  return { clock, bus, sent, silences, setup, advance, ask, outcomes, most: () => most };
}

test("one request is under way at a time, or as many as the connection allows", async () => {
  for (const allowed of [1, 4]) {
    const { ask, advance, most, outcomes, bus } = start({}, allowed);
    const line = {};
    for (let count = 0; count < 10; count++) void ask(1, line);
    expect(bus.waiting()).toBe(10 - allowed);
    await advance(100);
    expect(most()).toBe(allowed);
    expect(outcomes).toHaveLength(10);
  }
});

test("lines take turns, however much one of them wants", async () => {
  const { ask, advance, sent } = start();
  const [greedy, modest] = [{}, {}];
  for (let count = 0; count < 6; count++) void ask(1, greedy);
  for (let count = 0; count < 3; count++) void ask(2, modest);
  await advance(100);
  expect(sent.map(({ unitId }) => unitId)).toEqual([1, 1, 2, 1, 2, 1, 2, 1, 1]);
});

test("a write goes before all reads that wait", async () => {
  const { ask, advance, sent } = start();
  const line = {};
  for (let count = 0; count < 5; count++) void ask(1, line);
  void ask(9, {}, writeCoils(0, [true], false));
  await advance(100);
  expect(sent.map(({ unitId }) => unitId)).toEqual([1, 9, 1, 1, 1, 1]);
});

test.each([{ kind: "timeout" }, { kind: "garbled", reason: "noise" }, { kind: "exception", code: 6 }] as const)(
  "a read that ends with $kind is tried again once, and no write is",
  async (outcome) => {
    const { ask, advance, sent, setup, outcomes } = start();
    setup.outcomeOf = () => outcome;
    void ask(1, {});
    await advance(3_000, 10);
    expect(sent).toHaveLength(2);
    expect(outcomes).toEqual([outcome]);
    void ask(1, {}, writeCoils(0, [true], false));
    await advance(3_000, 10);
    expect(sent).toHaveLength(3);
  },
);

test("an exception that would only come again is not asked for twice", async () => {
  const { ask, advance, sent, setup } = start();
  setup.outcomeOf = () => ({ kind: "exception", code: 2 });
  void ask(1, {});
  await advance(500);
  expect(sent).toHaveLength(1);
});

test("others have their turn while one waits for its second try", async () => {
  const { ask, advance, sent, setup } = start();
  setup.outcomeOf = (unitId) => (unitId === 1 ? { kind: "exception", code: 6 } : good);
  void ask(1, {});
  const other = {};
  for (let count = 0; count < 5; count++) void ask(2, other);
  await advance(50);
  expect(sent.map(({ unitId }) => unitId)).toEqual([1, 2, 2, 2, 2, 2]);
});

test("between requests there is the pause that the device needs", async () => {
  const { ask, advance, sent } = start({ interRequestDelayMs: 50 });
  const line = {};
  for (let count = 0; count < 4; count++) void ask(1, line);
  await advance(300);
  expect(sent.map(({ atMs }) => atMs)).toEqual([0, 55, 110, 165]);
});

test("dead unit starves others: one of ten units is silent, and the others keep 95 % of their rate", async () => {
  const { bus, advance, clock, setup } = start();
  setup.outcomeOf = (unitId) => (unitId === 7 ? { kind: "timeout" } : good);
  const cycles = new Map<number, number>();
  for (let unitId = 1; unitId <= 10; unitId++) {
    const line = {};
    let isUnderWay = false;
    const cycle = async () => {
      if (isUnderWay) return;
      isUnderWay = true;
      const { kind } = await bus.request(unitId, read, line);
      isUnderWay = false;
      if (kind !== "resting") bus.cycleEnded(unitId, kind === "data");
      if (kind === "data") cycles.set(unitId, (cycles.get(unitId) ?? 0) + 1);
    };
    clock.every(1_000, () => void cycle());
  }
  const minutes = 10;
  await advance(minutes * 60_000, 5);
  for (let unitId = 1; unitId <= 10; unitId++)
    if (unitId !== 7) expect(cycles.get(unitId)).toBeGreaterThanOrEqual(0.95 * minutes * 60);
  expect(cycles.get(7)).toBe(undefined);
});

test("a unit that rests is tried once after its rest, and is back when it answers", async () => {
  const { bus, ask, advance, setup, sent, outcomes } = start();
  setup.outcomeOf = () => ({ kind: "timeout" });
  for (let cycle = 0; cycle < 2; cycle++) {
    void ask(5, {});
    await advance(2_200, 10);
    bus.cycleEnded(5, false);
  }
  // A unit whose last cycle failed is not asked twice.
  expect(sent).toHaveLength(3);
  void ask(5, {});
  await advance(10);
  expect(outcomes.at(-1)).toEqual({ kind: "resting" });
  await advance(60_000, 100);
  setup.outcomeOf = () => good;
  void ask(5, {});
  void ask(5, {});
  await advance(10);
  expect(sent).toHaveLength(4);
  expect(
    outcomes
      .slice(-2)
      .map(({ kind }) => kind)
      .sort(),
  ).toEqual(["data", "resting"]);
  bus.cycleEnded(5, true);
  void ask(5, {});
  await advance(10);
  expect(outcomes.at(-1)).toBe(good);
});

test("a write goes to a unit that rests: somebody wants it now", async () => {
  const { bus, ask, advance, outcomes } = start();
  bus.cycleEnded(5, false);
  bus.cycleEnded(5, false);
  void ask(5, {}, writeCoils(0, [true], false));
  await advance(10);
  expect(outcomes).toEqual([good]);
});

test("three requests in a row that meet complete silence are told; one reply in between begins anew", async () => {
  const { ask, advance, setup, silences } = start({ retries: 0 });
  setup.outcomeOf = (unitId) => (unitId === 1 ? { kind: "timeout" } : good);
  const line = {};
  for (const unitId of [1, 1, 2, 1, 1]) void ask(unitId, line);
  await advance(5_000, 10);
  expect(silences).toEqual([]);
  void ask(1, line);
  await advance(1_100, 10);
  expect(silences).toEqual([3]);
});

test("closing ends all that waits", async () => {
  const { bus, ask, outcomes } = start();
  const line = {};
  for (let count = 0; count < 3; count++) void ask(1, line);
  bus.close();
  await settle();
  expect(outcomes).toEqual([{ kind: "closed" }, { kind: "closed" }]);
  expect(await bus.request(1, read, line)).toEqual({ kind: "closed" });
  expect(bus.isOpen()).toBe(false);
});
