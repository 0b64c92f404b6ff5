import type { Example, ExampleStep } from "../../contract/node.ts";

const values = (...list: readonly unknown[]): ExampleStep[] => list.map((value) => ({ point: { value } }));
const passed = (...list: readonly unknown[]) => list.map((value) => ({ point: { value } }));
const rejected = (value: unknown) => ({ port: "rejected", point: { value } });

export const examples: readonly Example[] = [
  {
    title: "Only hot points of line a",
    config: { mode: "expression", expression: 'value > 40 && tags.line == "a"' },
    input: [
      { point: { value: 41, tags: { line: "a" } } },
      { point: { value: 39, tags: { line: "a" } } },
      { point: { value: 41 } },
    ],
    output: [...passed(41), rejected(39), rejected(41)],
  },
  {
    title: "Only plausible temperatures",
    config: { mode: "range", min: -20, max: 120 },
    input: values(-20, 121),
    output: [...passed(-20), rejected(121)],
  },
  {
    title: "Only changes of more than half a degree, and one a minute",
    config: { mode: "deadband", deadband: 0.5, heartbeat: "1m" },
    input: [
      { point: { value: 20 } },
      { at: "10s", point: { value: 20.4 } },
      { at: "20s", point: { value: 20.6 } },
      { at: "50s", point: { value: 20.6 } },
      { at: "80s", point: { value: 20.6 } },
    ],
    output: [...passed(20), rejected(20.4), ...passed(20.6), rejected(20.6), ...passed(20.6)],
  },
  {
    title: "Only the corners of a curve that is drawn with lines",
    config: { mode: "swingingDoor", deviation: 0.2, heartbeat: "1h" },
    input: [
      { point: { value: 20 } },
      { at: "10s", point: { value: 21 } },
      { at: "20s", point: { value: 22.1 } },
      { at: "30s", point: { value: 23 } },
      { at: "40s", point: { value: 23 } },
    ],
    output: [...passed(20), rejected(21), rejected(22.1), ...passed(23)],
  },
  {
    title: "No repetitions",
    config: { mode: "duplicate", window: "10s" },
    input: [
      { point: { value: "open" } },
      { at: "1s", point: { value: "open" } },
      { at: "2s", point: { value: "closed" } },
    ],
    output: [...passed("open"), rejected("open"), ...passed("closed")],
  },
  {
    title: "One point a second",
    config: { mode: "rateLimit", count: 1, per: "1s" },
    input: [{ point: { value: 1 } }, { at: "500ms", point: { value: 2 } }, { at: "1s", point: { value: 3 } }],
    output: [...passed(1), rejected(2), ...passed(3)],
  },
  {
    title: "Three at once after a pause, then one every ten seconds",
    config: { mode: "rateLimit", count: 1, per: "10s", spread: true, burst: 3 },
    input: [...values(1, 2, 3, 4), { at: "10s", point: { value: 5 } }, { at: "11s", point: { value: 6 } }],
    output: [...passed(1, 2, 3), rejected(4), ...passed(5), rejected(6)],
  },
  {
    title: "The latest value every ten seconds",
    config: { mode: "latest", per: "10s" },
    input: [
      { point: { value: 1 } },
      { at: "4s", point: { value: 2 } },
      { at: "9s", point: { value: 3 } },
      { at: "12s", wait: true },
    ],
    output: [rejected(1), rejected(2), ...passed(3)],
  },
  {
    title: "No jumps of a temperature",
    config: { mode: "rateOfChange", maxPerSecond: 2 },
    input: [{ point: { value: 20 } }, { at: "1s", point: { value: 850 } }, { at: "2s", point: { value: 21 } }],
    output: [...passed(20), rejected(850), ...passed(21)],
  },
  {
    title: "Only good quality",
    config: { mode: "quality" },
    input: [{ point: { value: 1 } }, { point: { value: 2, quality: 1 } }],
    output: [...passed(1), rejected(2)],
  },
  {
    title: "Only boilers",
    config: { mode: "pattern", field: "device_id", pattern: "boiler-*" },
    input: [{ point: { device_id: "boiler-7" } }, { point: { device_id: "pump-1" } }],
    output: [{ point: { device_id: "boiler-7" } }, { port: "rejected", point: { device_id: "pump-1" } }],
  },
  {
    title: "Only serial numbers of a certain form",
    config: { mode: "pattern", field: "value", patternType: "regex", pattern: "^SN-[0-9]{6}$" },
    input: values("SN-104522", "SN-1045"),
    output: [...passed("SN-104522"), rejected("SN-1045")],
  },
  {
    title: "No empty values",
    config: { mode: "null" },
    input: values(0, null),
    output: [...passed(0), rejected(null)],
  },
  {
    title: "Nothing from yesterday",
    config: { mode: "stale", olderThan: "1h" },
    input: [{ point: { value: 1 } }, { point: { value: 2, timestamp: "2025-12-31T22:00:00.000Z" } }],
    output: [...passed(1), rejected(2)],
  },
  {
    title: "Only the day shift of working days",
    config: {
      mode: "timeWindow",
      days: ["mon", "tue", "wed", "thu", "fri"],
      from: "06:00",
      to: "14:00",
      timeZone: "Europe/Paris",
    },
    input: [
      { point: { value: 1, timestamp: "2026-01-02T05:00:00.000Z" } },
      { point: { value: 2, timestamp: "2026-01-02T13:00:00.000Z" } },
      { point: { value: 3, timestamp: "2026-01-03T08:00:00.000Z" } },
    ],
    output: [...passed(1), rejected(2), rejected(3)],
  },
  {
    title: "No spikes",
    config: { mode: "outlier", windowSize: 10, threshold: 3 },
    input: values(20.1, 20.2, 20.0, 20.1, 20.3, 85, 20.2),
    output: [...passed(20.1, 20.2, 20.0, 20.1, 20.3), rejected(85), ...passed(20.2)],
  },
  {
    title: "Too hot three times in a row",
    config: { mode: "consecutive", count: 3, expression: "value > 80" },
    input: values(81, 82, 79, 83, 84, 85, 86),
    output: [...[81, 82, 79, 83, 84].map(rejected), ...passed(85, 86)],
  },
];
