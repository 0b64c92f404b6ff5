import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe("a lone rule and a lone sink, joined by subjects alone", () => {
  let gateway: Gateway;
  let bus: BusClient;

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const rule = { id: "warm", type: "rule.filter", config: { mode: "expression", expression: "value > 20" } };
    const sink = { id: "log", type: "sink.file", config: { path: "log.jsonl" } };
    expect(await gateway.deploy(flow("rule", { nodes: [rule] }), flow("sink", { nodes: [sink] }))).toMatchObject({
      status: 200,
    });
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  const lines = async () => {
    const text = await readFile(join(gateway.folder, "data", "files", "log.jsonl"), "utf8").catch(() => "");
    return text
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line));
  };

  test("R031 R063 R089 R121 R123 the documented test message goes through the rule into the file", async () => {
    const results = await bus.listen("iot.rules.*");
    await bus.publish("iot.processed.test", '{"device_id":"test","key":"temperature","value":25.5}');
    await until("a result", () => results.length > 0);
    expect(results[0]?.json.data).toMatchObject({ device_id: "test", key: "temperature", value: 25.5, quality: 0 });
    const written = await until("a line", async () => (await lines()).find(({ device_id }) => device_id === "test"));
    expect(written).toMatchObject({ key: "temperature", value: 25.5, rule_id: "rule_warm" });
  });

  test("R064 a point on its full subject is processed exactly once", async () => {
    const results = await bus.listen("iot.rules.rule_warm");
    await bus.publish("iot.processed.d7.temperature", { device_id: "d7", key: "temperature", value: 30 });
    await until("the result", () => results.length > 0);
    await bus.publish("iot.processed.d8.temperature", { device_id: "d8", key: "temperature", value: 30 });
    await until("the next result", () => results.some(({ json }) => json.data.device_id === "d8"));
    expect(results.map(({ json }) => json.data.device_id)).toEqual(["d7", "d8"]);
  });

  test("R053 a device id with dots and spaces stays one token, and whole in the payload", async () => {
    const results = await bus.listen("iot.rules.>");
    await bus.publish("iot.processed.x", { device_id: "plc.1 a*", key: "temperature", value: 30 });
    const data = await until("the copy by device", () =>
      results.find(({ subject }) => subject === "iot.rules.plc%2E1%20a%2A.temperature"),
    );
    expect(data.json.data.device_id).toBe("plc.1 a*");
  });

  test("R119 whoever listens to iot.> sees the data of every stage, alerts, aggregates, errors and metrics", async () => {
    const device = {
      id: "device",
      type: "adapter.mock",
      config: {
        devices: [{ deviceId: "m1" }],
        signals: [{ key: "level", waveform: "random", min: 5, max: 9 }],
        interval: "100ms",
      },
    };
    const high = { id: "high", type: "rule.alert", config: { condition: "value > 1" } };
    const mean = { id: "mean", type: "rule.aggregate", config: { functions: ["avg"], window: "count", count: 2 } };
    const wires = [high, mean].map(({ id }) => ({ from: device.id, to: id }));
    const heard = await bus.listen("iot.>");
    expect(await gateway.deploy(flow("stages", { nodes: [device, high, mean], wires }))).toMatchObject({ status: 200 });
    await bus.publish("iot.processed.m1.level", "no JSON");
    const roots = ["raw", "processed", "rules", "alerts", "aggregated", "errors", "metrics"];
    for (const root of roots)
      await until(`iot.${root}`, () => heard.some(({ subject }) => subject.startsWith(`iot.${root}.`)));
  });

  test("R162 a sink takes what any publisher sends as a result", async () => {
    await bus.publish("iot.rules.somebody", { device_id: "foreign", key: "v", value: 1 });
    await until("the line", async () => (await lines()).some(({ device_id }) => device_id === "foreign"));
  });

  test("R094 and what any publisher sends as a success", async () => {
    await bus.publish("iot.rules.somebody.success", { device_id: "foreign-success", key: "v", value: 1 });
    await until("the line", async () => (await lines()).some(({ device_id }) => device_id === "foreign-success"));
    expect((await lines()).filter(({ device_id }) => device_id === "test")).toHaveLength(1);
  });
});
