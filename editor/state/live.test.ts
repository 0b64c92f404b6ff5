import { expect, test, vi } from "vitest";
import type { NodeActivity, NodeStatus } from "../../server/api/contract.ts";
import { createLive } from "./live.ts";

function activity(node: string, emitted: number, value?: unknown): NodeActivity {
  return {
    flow: "f",
    node,
    counters: { received: emitted, emitted, failed: 0, dropped: 0, queued: 0, lastMessageMs: 0 },
    ...(value === undefined ? {} : { last: { device_id: "d", key: "k", value } }),
  };
}
function status(node: string, state: NodeStatus["state"]): NodeStatus {
  return { flow: "f", node, state, detail: "", sinceMs: 0 };
}
const quiet = { statuses: [], nodes: [], samples: [], skipped: 0, errors: [] };

function atTime() {
  let ms = 0;
  const live = createLive(
    () => ms,
    () => ms,
  );
  return {
    live,
    pass: (by: number) => {
      ms += by;
    },
  };
}

test("a change of one node is told to its card and to no other", () => {
  const { live } = atTime();
  const [a, b] = [vi.fn(), vi.fn()];
  live.subscribe("f/a", a);
  live.subscribe("f/b", b);
  live.take({ ...quiet, statuses: [status("a", "connected")] });
  expect(a).toHaveBeenCalledTimes(1);
  expect(b).not.toHaveBeenCalled();
});

test("who unsubscribed hears no more", () => {
  const { live } = atTime();
  const listener = vi.fn();
  live.subscribe("f/a", listener)();
  live.take({ ...quiet, statuses: [status("a", "connected")] });
  expect(listener).not.toHaveBeenCalled();
});

test("rates rise with traffic and fall when it ends, and only then are cards told", () => {
  const { live, pass } = atTime();
  for (let count = 0; count <= 40; count++) {
    live.take({ ...quiet, nodes: [activity("a", count * 25)] });
    pass(250);
  }
  expect(live.node("f/a")?.rates.emitted).toBeCloseTo(100, 0);
  pass(5_000);
  live.tick(new Set());
  expect(live.node("f/a")?.rates.emitted).toBe(0);
  const listener = vi.fn();
  live.subscribe("f/a", listener);
  live.tick(new Set());
  expect(listener).not.toHaveBeenCalled();
});

test("the rate of the bus leaves out what sinks write elsewhere", () => {
  const { live, pass } = atTime();
  for (const count of [0, 100, 200, 300]) {
    live.take({ ...quiet, nodes: [activity("a", count), activity("sink", count)] });
    pass(1_000);
  }
  live.tick(new Set(["f/sink"]));
  const { emitted } = live.node("f/a")?.rates ?? { emitted: Number.NaN };
  expect(live.overview().messageRate).toBeCloseTo(emitted);
});

test("values become a series for the plot; what was there before the first look does not", () => {
  const { live, pass } = atTime();
  live.begin([], [activity("a", 5, 99)]);
  pass(250);
  live.take({ ...quiet, nodes: [activity("a", 5, 99)] });
  for (const [index, value] of [1, true, "text", Number.NaN, 2].entries()) {
    pass(250);
    live.take({ ...quiet, nodes: [activity("a", 6 + index, value)] });
  }
  expect(live.history("f/a").values.get("d/k")?.values).toEqual([1, 1, 2]);
});

test("a watched node keeps every sampled value, not only the last of a report", () => {
  const { live } = atTime();
  const sample = (key: string, value: unknown, port = "out") => ({
    flow: "f",
    node: "a",
    port,
    traceId: "t",
    atMs: 10,
    text: JSON.stringify({ device_id: "d", key, value }),
    truncated: false,
  });
  const samples = [sample("t", 1), sample("p", 7), sample("t", 2), sample("t", 99, "rejected")];
  live.take({ ...quiet, nodes: [activity("a", 3, "ignition")], samples }, ({ port }) => port === "out");
  const { values } = live.history("f/a");
  expect(values.get("d/t")?.values).toEqual([1, 2]);
  expect(values.get("d/p")?.values).toEqual([7]);
});

test("nodes whose peer is gone are counted", () => {
  const { live } = atTime();
  live.take({ ...quiet, statuses: [status("a", "failed"), status("b", "connected")] });
  expect(live.overview().failing).toEqual(["f/a"]);
  live.take({ ...quiet, statuses: [status("a", "connected")] });
  expect(live.overview().failing).toEqual([]);
});
