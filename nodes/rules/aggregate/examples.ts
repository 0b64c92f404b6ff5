import type { Example, ExampleStep } from "../../contract/node.ts";

const values = (...list: readonly unknown[]): ExampleStep[] => list.map((value) => ({ point: { value } }));
const every = (seconds: number, ...list: readonly unknown[]): ExampleStep[] =>
  list.map((value, index) => ({ at: `${index * seconds}s`, point: { value } }));

export const examples: readonly Example[] = [
  {
    title: "Average, minimum and maximum of every minute",
    config: { functions: ["avg", "min", "max"], size: "1m" },
    input: every(20, 20, 21, 25, 30),
    output: [
      {
        point: {
          value: 22,
          functions: { avg: 22, min: 20, max: 25 },
          count: 3,
          window: "1m",
          start: "2026-01-01T00:00:00.000Z",
          end: "2026-01-01T00:01:00.000Z",
          timestamp: "2026-01-01T00:01:00.000Z",
        },
      },
    ],
  },
  {
    title: "Of every three points",
    config: { functions: ["sum", "stddev"], window: "count", count: 3 },
    input: values(1, 2, 3, 4),
    output: [{ point: { value: 6, functions: { sum: 6, stddev: 1 }, window: "count_3" } }],
  },
  {
    title: "The average of the last three points, with every point",
    config: { functions: ["avg"], window: "count", count: 3, step: 1 },
    input: values(1, 2, 3, 4),
    output: [{ point: { value: 2 } }, { point: { value: 3 } }],
  },
  {
    title: "Energy from power: kW become kWh",
    config: { functions: ["integral"], size: "1h", integralPer: "hour" },
    input: [{ point: { value: 10 } }, { at: "30m", point: { value: 20 } }, { at: "60m", point: { value: 0 } }],
    output: [{ point: { value: 15 } }],
  },
  {
    title: "How long a machine ran in a day",
    config: {
      functions: ["duration_in_state"],
      state: 'value == "run"',
      window: "calendar",
      timeZone: "Europe/Paris",
    },
    input: [
      { point: { value: "run", timestamp: "2025-03-30T08:00:00.000Z" } },
      { point: { value: "stop", timestamp: "2025-03-30T09:30:00.000Z" } },
      { point: { value: "stop", timestamp: "2025-03-30T22:00:00.000Z" } },
    ],
    output: [{ point: { value: 5_400, start: "2025-03-29T23:00:00.000Z", end: "2025-03-30T22:00:00.000Z" } }],
  },
  {
    title: "A batch, from its first point to the last",
    config: { functions: ["max"], window: "session", gap: "1m" },
    input: [{ point: { value: 5 } }, { at: "30s", point: { value: 9 } }, { at: "5m", point: { value: 1 } }],
    output: [{ point: { value: 9, count: 2, end: "2026-01-01T00:00:30.000Z" } }],
  },
  {
    title: "One average over all devices of a line",
    config: { functions: ["avg"], size: "1m", groupBy: ["key"], groupTags: ["line"] },
    input: [
      { point: { device_id: "a", value: 10, tags: { line: "1" } } },
      { at: "1s", point: { device_id: "b", value: 20, tags: { line: "1" } } },
      { at: "2m", wait: true },
    ],
    output: [{ point: { device_id: "1", key: "temperature", value: 15, tags: { line: "1" } } }],
  },
];
