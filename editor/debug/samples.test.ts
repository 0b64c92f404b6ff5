import { expect, test } from "vitest";
import type { RuntimeError, TapSample } from "../../server/api/contract.ts";
import { capacity, createSamples } from "./samples.ts";

const sample = (atMs: number): TapSample => ({
  flow: "f",
  node: "n",
  port: "out",
  traceId: `t${atMs}`,
  atMs,
  text: `{"value":${atMs}}`,
  truncated: false,
});
const error = (atMs: number): RuntimeError => ({ flow: "f", node: "n", atMs, type: "parse_error", message: "bad" });
const batch = (from: number, count: number) => ({
  samples: Array.from({ length: count }, (_, index) => sample(from + index)),
  errors: [],
  skipped: 0,
});
const times = (samples: ReturnType<typeof createSamples>) => samples.getState().entries.map(({ atMs }) => atMs);

test("messages and errors stand in the order of their time, each with an id of its own", () => {
  const samples = createSamples();
  samples.push({ samples: [sample(1), sample(3)], errors: [error(2)], skipped: 0 });
  expect(samples.getState().entries.map(({ kind, atMs }) => `${kind} ${atMs}`)).toEqual([
    "message 1",
    "error 2",
    "message 3",
  ]);
  expect(new Set(samples.getState().entries.map(({ id }) => id)).size).toBe(3);
});

test("only the latest are kept, however many come", () => {
  const samples = createSamples();
  for (let round = 0; round < 50; round++) samples.push(batch(round * 100, 100));
  expect(samples.getState().entries).toHaveLength(capacity);
  expect(times(samples).at(0)).toBe(5_000 - capacity);
  expect(times(samples).at(-1)).toBe(4_999);
});

test("what the feed left out is counted until cleared", () => {
  const samples = createSamples();
  samples.push({ ...batch(0, 1), skipped: 12_000 });
  samples.push({ samples: [], errors: [], skipped: 340 });
  expect(samples.getState().skipped).toBe(12_340);
  samples.clear();
  expect(samples.getState()).toMatchObject({ entries: [], skipped: 0 });
});

test("an activity without messages disturbs nobody", () => {
  const samples = createSamples();
  const before = samples.getState();
  samples.push({ samples: [], errors: [], skipped: 0 });
  expect(samples.getState()).toBe(before);
});

test("paused, what is shown stands still and what comes in is counted; resumed, the latest is there", () => {
  const samples = createSamples();
  samples.push(batch(0, 2));
  const shown = samples.getState().entries;
  samples.pause();
  samples.push(batch(2, 3));
  expect(samples.getState()).toMatchObject({ paused: true, waiting: 3 });
  expect(samples.getState().entries).toBe(shown);
  samples.resume();
  expect(times(samples)).toEqual([0, 1, 2, 3, 4]);
  expect(samples.getState()).toMatchObject({ paused: false, waiting: 0 });
});

test("clearing while paused leaves nothing behind to come back", () => {
  const samples = createSamples();
  samples.push(batch(0, 2));
  samples.pause();
  samples.push(batch(2, 2));
  samples.clear();
  samples.resume();
  expect(times(samples)).toEqual([]);
});
