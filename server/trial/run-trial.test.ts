import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import type { CompilerSettings } from "../compiler/settings.ts";
import { nodesFolder } from "../product.ts";
import { runTrial } from "./run-trial.ts";
import type { TrialInput, TrialRequest } from "./trial.ts";

const settings: CompilerSettings = {
  inputSubject: "iot.processed.>",
  inputMatch: "widen",
  outputSubject: "iot.rules.*",
  queueGroup: "q",
  secrets: "unknown",
  env: {},
};

const catalog = await loadCatalog(nodesFolder);

interface Draft {
  readonly nodes: readonly { readonly id: string; readonly type: string; readonly config: object }[];
  readonly wires: readonly { readonly from: string; readonly to: string; readonly port?: string }[];
  readonly connections?: readonly object[];
  readonly enabled?: boolean;
}

function flow(draft: Draft) {
  return { format: 1, id: "f", name: "F", enabled: true, delivery: "live", connections: [], ...draft };
}

async function run(draft: Draft, inputs: readonly TrialInput[], more: Partial<TrialRequest> = {}) {
  const request = { document: flow(draft), startMs: Date.UTC(2026, 0, 1), inputs, endMs: 0, ...more };
  const answer = await runTrial(request, catalog, settings);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  const at = (node: string, port = "out") =>
    answer.events
      .filter((event) => event.node === node && event.port === port)
      .map(({ atMs, message }) => ({ atMs, ...(message as Record<string, unknown>) }));
  return { ...answer, at };
}

const point = (value: unknown, more: object = {}) => ({ device_id: "d1", key: "t", value, ...more });
const mqtt = { id: "in", type: "adapter.mqtt", config: { connection: "b", topics: [{ filter: "a/+" }] } };
const broker = { id: "b", type: "mqtt", config: { url: "mqtts://broker.invalid", password: { $secret: "p" } } };
const hot = { id: "hot", type: "rule.filter", config: { mode: "expression", expression: "value > 80" } };
const file = { id: "file", type: "sink.file", config: { path: "x.jsonl" } };

describe("a trial", () => {
  test("takes what an adapter would read through the whole flow, and sends nothing", async () => {
    const draft = {
      nodes: [mqtt, hot, file],
      wires: [
        { from: "in", to: "hot" },
        { from: "hot", to: "file" },
      ],
      connections: [broker],
    };
    const reading = { payload: "85.5", device: "d1", metadata: { key: "t" } };
    const seen = await run(draft, [{ atMs: 500, node: "in", reading }]);
    expect(seen.at("in")).toMatchObject([{ atMs: 500, device_id: "d1", protocol: "mqtt", payload: "85.5" }]);
    expect(seen.at("in~convert")).toMatchObject([{ atMs: 500, device_id: "d1", key: "t", value: 85.5 }]);
    expect(seen.at("hot")).toMatchObject([{ value: 85.5, timestamp: "2026-01-01T00:00:00.500Z" }]);
    expect(seen.at("file", "in")).toMatchObject([{ atMs: 500, value: 85.5, rule_id: "f_hot" }]);
    expect(seen.captured).toEqual(["in", "file"]);
    expect(seen.errors).toEqual([]);
  });

  test("says by which port a point left, and why", async () => {
    const seen = await run({ nodes: [hot], wires: [] }, [{ atMs: 0, node: "hot", message: point(20) }]);
    expect(seen.at("hot")).toEqual([]);
    expect(seen.at("hot", "rejected")).toMatchObject([{ value: 20, reason: expect.any(String) }]);
  });

  test("lets hours pass in an instant: a window closes at its time", async () => {
    const hourly = {
      id: "hourly",
      type: "rule.aggregate",
      config: { window: "tumbling", size: "1h", functions: ["avg"] },
    };
    const inputs = [10, 20, 30].map((value, index) => ({
      atMs: index * 60_000,
      node: "hourly",
      message: point(value),
    }));
    const seen = await run({ nodes: [hourly], wires: [] }, inputs, { endMs: 3 * 3_600_000 });
    expect(seen.at("hourly")).toMatchObject([{ value: 20 }]);
    expect(seen.at("hourly")[0]?.atMs).toBeGreaterThanOrEqual(3_600_000);
  });

  test("sends a message into a node that is called by another one", async () => {
    const next = { ...hot, id: "next" };
    const draft = { nodes: [hot, next], wires: [{ from: "hot", to: "next" }] };
    const seen = await run(draft, [{ atMs: 0, node: "next", message: point(90) }]);
    expect(seen.at("hot")).toEqual([]);
    expect(seen.at("next")).toMatchObject([{ value: 90 }]);
  });

  test("tells what could not be handled, and goes on", async () => {
    const inputs = [{ value: 1 }, point(90)].map((message, atMs) => ({ atMs, node: "hot", message }));
    const seen = await run({ nodes: [hot], wires: [] }, inputs);
    expect(seen.errors).toMatchObject([
      { atMs: 0, node: "hot", type: "validation", message: expect.stringContaining("device_id") },
    ]);
    expect(seen.at("hot")).toHaveLength(1);
  });

  test("opens no node with a peer: what it was given is shown, nothing comes out", async () => {
    const forward = {
      id: "send",
      type: "rule.forward",
      config: { targets: [{ to: "http", url: "http://192.0.2.1/" }] },
    };
    const seen = await run({ nodes: [forward], wires: [] }, [{ atMs: 0, node: "send", message: point(1) }]);
    expect(seen.captured).toEqual(["send"]);
    expect(seen.at("send", "in")).toMatchObject([{ value: 1 }]);
    expect(seen.events).toHaveLength(1);
  });

  test("runs a flow that is not enabled", async () => {
    const seen = await run({ nodes: [hot], wires: [], enabled: false }, [{ atMs: 0, node: "hot", message: point(90) }]);
    expect(seen.at("hot")).toHaveLength(1);
  });

  test("stops where it has seen too much, and says so", async () => {
    const message = point(90, { note: "x".repeat(300_000) });
    const inputs = Array.from({ length: 30 }, (_, atMs) => ({ atMs, node: "hot", message }));
    const seen = await run({ nodes: [hot], wires: [] }, inputs);
    expect(seen.isCut).toBe(true);
    expect(seen.at("hot")).toHaveLength(26);
  });
});

describe("a trial that cannot be", () => {
  const refuse = async (draft: Draft, inputs: readonly TrialInput[]) => {
    const answer = await runTrial({ document: flow(draft), startMs: 0, inputs, endMs: 0 }, catalog, settings);
    return answer.ok ? [] : answer.problems;
  };

  test("says what the compiler says of the flow", async () => {
    const wrong = { ...hot, config: { mode: "expression", expression: "value >" } };
    expect(await refuse({ nodes: [wrong], wires: [] }, [])).toMatchObject([{ severity: "error", node: "hot" }]);
  });

  test("says which message has nowhere to go", async () => {
    const draft = { nodes: [mqtt, hot], wires: [{ from: "in", to: "hot" }], connections: [broker] };
    const problems = await refuse(draft, [
      { atMs: 0, node: "hto", message: point(1) },
      { atMs: 0, node: "hot", reading: { payload: "1" } },
      { atMs: 0, node: "in", message: point(1) },
    ]);
    expect(problems.map(({ path }) => path)).toEqual([
      ["inputs", 0],
      ["inputs", 1],
      ["inputs", 2],
    ]);
    expect(problems[0]?.message).toContain('there is no node "hto"');
  });
});

test("the demo flow alerts when a boiler is too hot, and its sinks get the result", async () => {
  const document: unknown = JSON.parse(
    readFileSync(new URL("../../flows/examples/boiler-demo.flow.json", import.meta.url), "utf8"),
  );
  const reading = { payload: { temperature: 90, pressure: 1.5, level: 50, burner: "on" } };
  const request = { document, startMs: 0, inputs: [{ atMs: 0, node: "boilers", reading }], endMs: 0 };
  const answer = await runTrial(request, catalog, settings);
  if (!answer.ok) throw new Error(JSON.stringify(answer.problems));
  const alerts = answer.events.filter(({ node, port }) => node === "too-hot" && port === "out");
  expect(alerts).toMatchObject([{ message: { device_id: "boiler-1", value: 90, alerts: [{ level: "critical" }] } }]);
  expect(answer.errors).toEqual([]);
});
