import { afterAll, expect, test } from "vitest";
import type { CompilerSettings } from "../compiler/settings.ts";
import { Trials } from "./trials.ts";

const settings: CompilerSettings = {
  inputSubject: "iot.processed.>",
  inputMatch: "widen",
  outputSubject: "iot.rules.*",
  queueGroup: "q",
  secrets: "unknown",
  env: {},
};

const hot = { id: "hot", type: "rule.filter", config: { mode: "expression", expression: "value > 80" } };
const document = {
  format: 1,
  id: "f",
  name: "F",
  enabled: true,
  delivery: "live",
  connections: [],
  nodes: [hot],
  wires: [],
};
const message = { device_id: "d1", key: "t", value: 90 };
const request = { document, startMs: 0, inputs: [{ atMs: 0, node: "hot", message }], endMs: 0 };

const trials = new Trials();
afterAll(() => trials.close());

test("a thread answers one trial after the other, each from the start", { timeout: 60_000 }, async () => {
  const answers = await Promise.all([trials.run(request, settings), trials.run(request, settings)]);
  expect(answers).toMatchObject([
    { ok: true, events: [{ node: "hot" }] },
    { ok: true, events: [{ node: "hot" }] },
  ]);
});

test("a trial that takes too long is ended, and says so", { timeout: 120_000 }, async () => {
  const impatient = new Trials(0);
  const endless = { ...request, endMs: 1e15 };
  expect(await impatient.run(endless, settings)).toMatchObject({ ok: false, problems: [{ code: "trial-too-slow" }] });
  await impatient.close();
});
