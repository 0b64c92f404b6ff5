import { expect, test } from "vitest";
import { ConnectionError } from "../../contract/errors.ts";
import { ManualClock } from "../../contract/testing.ts";
import { RetryAfterError } from "./poll.ts";
import { type ScheduleOptions, startSchedule } from "./schedule.ts";

/** Polls whose end the test decides. */
function schedule(options: Partial<ScheduleOptions> = {}) {
  const clock = new ManualClock();
  const startedAt: number[] = [];
  const statuses: string[] = [];
  const failures: string[] = [];
  let end: { resolve(outcome: { isCut: boolean }): void; reject(error: Error): void };
  const opened = startSchedule({
    clock,
    intervalMs: 10_000,
    offsetMs: 0,
    jitterMs: 0,
    subject: "polls http://d",
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    poll: () => {
      startedAt.push(clock.monotonic() / 1_000);
      return new Promise((resolve, reject) => {
        end = { resolve, reject };
      });
    },
    onFailure: ({ message }) => failures.push(message),
    random: () => 0,
    ...options,
  });
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  return {
    clock,
    startedAt,
    statuses,
    failures,
    close: () => opened.close(),
    async works(isCut = false) {
      end.resolve({ isCut });
      await settled();
    },
    async fails(error: Error = new ConnectionError("no answer")) {
      end.reject(error);
      await settled();
    },
  };
}

test("polls start at multiples of the interval, whatever they take", async () => {
  const { clock, startedAt, works, statuses } = schedule({ offsetMs: 3_000 });
  clock.advance(3_000);
  for (const tookMs of [1_000, 9_000, 0]) {
    clock.advance(tookMs);
    await works();
    clock.advance(10_000 - tookMs);
  }
  expect(startedAt).toEqual([3, 13, 23, 33]);
  expect(statuses).toEqual(["connected: polls http://d"]);
});

test("a poll that falls due while another is under way is left out and counted", async () => {
  const { clock, startedAt, works, statuses } = schedule();
  clock.advance(25_000);
  await works();
  clock.advance(5_000);
  await works();
  expect(startedAt).toEqual([0, 30]);
  expect(statuses.at(-1)).toBe("degraded: polls http://d; 2 left out so far: answers take longer than the interval");
});

test("after failures it waits longer and longer, up to a minute, and never gives up", async () => {
  const { clock, startedAt, fails, works, statuses, failures } = schedule();
  clock.advance(0);
  for (const waitSeconds of [1, 2, 4, 8, 16, 32, 60, 60, 60]) {
    await fails();
    expect(statuses.at(-1)).toBe(`failed: no answer; next try in ${waitSeconds} s`);
    const before = startedAt.length;
    clock.advance(waitSeconds * 1_000 - 1);
    expect(startedAt.length).toBe(before);
    clock.advance(1);
    expect(startedAt.length).toBe(before + 1);
  }
  expect(failures).toHaveLength(9);
  await works();
  expect(statuses.at(-1)).toBe("connected: polls http://d");
  clock.advance(10_000);
  expect((startedAt.at(-1) ?? 0) % 10).toBe(0);
});

test("a server that says when to come again is left alone until then", async () => {
  const { clock, startedAt, fails } = schedule();
  clock.advance(0);
  await fails(new RetryAfterError("too often", 300_000));
  clock.advance(299_999);
  expect(startedAt).toHaveLength(1);
  clock.advance(1);
  expect(startedAt).toHaveLength(2);
});

test("jitter spreads the polls within its time", async () => {
  const { clock, startedAt, works } = schedule({ jitterMs: 2_000, random: () => 0.5 });
  clock.advance(1_000);
  await works();
  clock.advance(10_000);
  expect(startedAt).toEqual([1, 11]);
});

test("more pages than asked for are told", async () => {
  const { clock, works, statuses } = schedule();
  clock.advance(0);
  await works(true);
  expect(statuses).toEqual(["degraded: polls http://d; there are more pages than are asked for"]);
});

test("nothing is polled or told after it was closed", async () => {
  const { clock, startedAt, close, fails, statuses } = schedule();
  clock.advance(0);
  const closed = close();
  await fails(new ConnectionError("aborted"));
  await closed;
  clock.advance(100_000);
  expect([startedAt.length, statuses]).toEqual([1, []]);
});
