import { expect, test } from "vitest";
import { createBenches, readInputs } from "./bench.ts";

const readings = (node: string) => (node === "gone" ? undefined : node === "plc");

test("readings and messages are read from what was written, and time goes on after the last of them", () => {
  const benches = createBenches();
  benches.add("f", { node: "plc", at: "0", text: '{"temperature":90}' });
  benches.add("f", { node: "plc", at: "1m", text: '{"payload":"x","device":"d1"}' });
  benches.add("f", { node: "hot", at: "30s", text: '{"device_id":"d1","value":1}' });
  benches.change("f", { lasts: "15s" });
  expect(readInputs(benches.of("f"), readings)).toEqual({
    ok: true,
    inputs: [
      { atMs: 0, node: "plc", reading: { payload: { temperature: 90 } } },
      { atMs: 60_000, node: "plc", reading: { payload: "x", device: "d1" } },
      { atMs: 30_000, node: "hot", message: { device_id: "d1", value: 1 } },
    ],
    endMs: 75_000,
  });
  expect(benches.of("other").inputs).toEqual([]);
});

test("each fault is told at its message", () => {
  const benches = createBenches();
  benches.add("f", { node: "gone", at: "0", text: "{}" });
  benches.add("f", { node: "hot", at: "soon", text: "{}" });
  benches.add("f", { node: "hot", at: "0", text: "{" });
  benches.change("f", { lasts: "5" });
  const read = readInputs(benches.of("f"), readings);
  expect(read.ok ? [] : [...read.faults.values()]).toEqual(["node", "duration", "json", "duration"]);
});

test("a saved test is what it was until something is changed", () => {
  const benches = createBenches();
  const reading = { payload: { t: 90 }, device: undefined };
  const saved = { name: "hot", inputs: [{ atMs: 10_000, node: "plc", reading }], startMs: 0, endMs: 70_000 };
  benches.take("f", saved);
  expect(benches.of("f")).toMatchObject({ lasts: "1m", test: saved, inputs: [{ at: "10s", node: "plc" }] });
  expect(readInputs(benches.of("f"), readings)).toMatchObject({ ok: true, endMs: 70_000 });
  benches.edit("f", benches.of("f").inputs[0]?.id ?? 0, { at: "20s" });
  expect(benches.of("f").test).toBeUndefined();
});
