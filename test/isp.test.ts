import { execFileSync } from "node:child_process";
import { cp, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, type Heard, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe("sidecars", () => {
  let gateway: Gateway;
  let bus: BusClient;
  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const folder = join(gateway.folder, "data", "files", "sidecars");
    await mkdir(folder, { recursive: true });
    await cp(new URL("../nodes/plugins/isp/samples/", import.meta.url), folder, { recursive: true });
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  const statusOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).statuses.find((each) => each.node === node);
  const first = (what: string, heard: Heard[]) => until(what, () => heard[0]);

  test("R007 R039 what a sidecar reads by itself is raw, processed and a result under one trace id; it comes back when it is killed", async () => {
    const raw = await bus.listen("iot.raw.isp.press-4");
    const processed = await bus.listen("iot.processed.press-4.load");
    const results = await bus.listen("iot.rules.press_above");
    const answer = await gateway.deploy(
      flow("press", {
        nodes: [
          {
            id: "side",
            type: "plugin.isp",
            config: {
              command: "node",
              args: ["sidecar.mjs"],
              folder: "sidecars",
              settings: { device: "press-4", interval_ms: 50 },
            },
          },
          { id: "above", type: "rule.filter", config: { mode: "expression", expression: "value > 0" } },
          { id: "log", type: "sink.file", config: { path: "press.jsonl" } },
        ],
        wires: [
          { from: "side", to: "above" },
          { from: "above", to: "log" },
        ],
      }),
    );
    expect(answer).toMatchObject({ status: 200 });
    const reading = (await first("a raw reading", raw)).json;
    expect(reading.data).toMatchObject({
      device_id: "press-4",
      protocol: "isp",
      encoding: "json",
      payload: { points: [{ key: "load", source: "press-4" }, { key: "cycles" }] },
    });
    const sameTrace = ({ json }: Heard) => json.trace_id === reading.trace_id;
    const point = await until("its point", () => processed.find(sameTrace));
    expect(point.json.data).toMatchObject({ key: "load", type: "float", quality: 0 });
    expect((await until("its result", () => results.find(sameTrace))).json.data).toMatchObject({ success: true });
    await until("the name on the card", async () => (await statusOf("side"))?.detail.includes("sample-javascript"));

    const killed = execFileSync("pgrep", ["-P", `${gateway.program.child.pid}`, "-f", "sidecar.mjs"])
      .toString()
      .trim();
    process.kill(Number(killed), "SIGKILL");
    const reason = await until("the reason", async () => {
      const status = await statusOf("side");
      return status?.state === "failed" && status.detail;
    });
    expect(reason).toContain("the program node ended by SIGKILL");
    const seen = processed.length;
    await until("it reads again", () => processed.length > seen);
    await until("the card says so", async () => (await statusOf("side"))?.state === "connected");
  });

  test("R039 readings of the simulator pass raw and through a sidecar that computes, in order", async () => {
    const raw = await bus.listen("iot.raw.mock.boiler-9");
    const processed = await bus.listen("iot.processed.boiler-9.count");
    const signals = [{ key: "count", waveform: "counter", max: 1_000_000 }];
    const answer = await gateway.deploy(
      flow("compute", {
        nodes: [
          {
            id: "mock",
            type: "adapter.mock",
            config: { interval: "50ms", devices: [{ deviceId: "boiler-9" }], signals },
          },
          {
            id: "triple",
            type: "plugin.isp",
            config: {
              command: "node",
              args: ["sidecar.mjs"],
              folder: "sidecars",
              settings: { factor: 3, interval_ms: 60_000 },
            },
          },
          { id: "log", type: "sink.console", config: {} },
        ],
        wires: [
          { from: "mock", to: "triple" },
          { from: "triple", to: "log" },
        ],
      }),
    );
    expect(answer).toMatchObject({ status: 200 });
    await until("several points", () => processed.length >= 5);
    const given = new Map(raw.map(({ json }) => [json.trace_id, json.data]));
    expect(raw[0]?.json.data).toMatchObject({ device_id: "boiler-9", protocol: "mock" });
    const values = processed.map(({ json }) => json.data.value);
    expect(values).toEqual([...values].sort((a, b) => a - b));
    for (const { json } of processed) {
      expect(given.get(json.trace_id)?.payload).toMatchObject({ count: json.data.value / 3 });
    }
  });
});
