import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { connectLive, retryDelay } from "./live.ts";

class FakeSocket {
  static readonly OPEN = 1;
  static readonly CONNECTING = 0;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: unknown[] = [];
  onopen?: () => void;
  onclose?: () => void;
  onmessage?: (event: { data: string }) => void;
  constructor() {
    FakeSocket.all.push(this);
  }
  send(text: string) {
    this.sent.push(JSON.parse(text));
  }
  open() {
    this.readyState = 1;
    this.onopen?.();
  }
  close() {
    this.readyState = 3;
    this.onclose?.();
  }
}

const last = () => {
  const socket = FakeSocket.all.at(-1);
  if (socket === undefined) throw new Error("no socket was opened");
  return socket;
};
const tap = { flow: "f", node: "n", port: "out" };

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  FakeSocket.all = [];
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function connected() {
  const states: string[] = [];
  const events: unknown[] = [];
  const feed = connectLive({
    url: "ws://gateway/api/live",
    onEvent: (event) => events.push(event),
    onLink: ({ state }) => states.push(state),
    random: () => 0,
  });
  return { feed, states, events };
}

test("comes back by itself and says its taps again", () => {
  const { feed, states } = connected();
  last().open();
  feed.tap([tap]);
  last().close();
  expect(states).toEqual(["connecting", "open", "lost"]);
  vi.advanceTimersByTime(250);
  expect(FakeSocket.all).toHaveLength(2);
  last().open();
  expect(last().sent).toEqual([{ type: "tap", taps: [tap] }]);
});

test("waits longer after each attempt, up to a bound, and half of it by chance", () => {
  expect([0, 1, 2, 3].map((attempt) => retryDelay(attempt, 0))).toEqual([250, 500, 1_000, 2_000]);
  expect(retryDelay(0, 0.999)).toBeCloseTo(500, 0);
  expect(retryDelay(50, 1)).toBe(15_000);
});

test("a line on which nothing comes any more counts as lost", () => {
  const { states } = connected();
  last().open();
  last().onmessage?.({ data: JSON.stringify({ type: "health" }) });
  vi.advanceTimersByTime(30_000);
  expect(states.at(-1)).toBe("lost");
});

test("tries at once when asked to", () => {
  const { feed } = connected();
  last().open();
  last().close();
  feed.retryNow();
  expect(FakeSocket.all).toHaveLength(2);
});

test("once closed it stays closed", () => {
  const { feed } = connected();
  last().open();
  feed.close();
  vi.advanceTimersByTime(60_000);
  expect(FakeSocket.all).toHaveLength(1);
});
