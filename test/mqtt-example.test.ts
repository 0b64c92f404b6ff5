import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { connectAsync, type MqttClient } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, type Gateway, startGateway } from "./gateway.ts";
import { type Mosquitto, mosquittoProgram, startMosquitto } from "./peers/mosquitto.ts";
import { until } from "./peers/program.ts";

describe.skipIf(mosquittoProgram === undefined)("the MQTT example with a real broker", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let broker: Mosquitto;
  let device: MqttClient;

  beforeAll(async () => {
    broker = await startMosquitto();
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const example = await readFile(new URL("../flows/examples/mqtt-line.flow.json", import.meta.url), "utf8");
    expect(
      await gateway.deploy(JSON.parse(example.replace("127.0.0.1:1883", `127.0.0.1:${broker.port}`))),
    ).toMatchObject({
      status: 200,
      body: { warnings: [] },
    });
    await until("the adapter reads", async () => (await statusOf("plant"))?.state === "connected");
    device = await connectAsync(broker.url);
  });
  afterAll(async () => {
    await device.endAsync(true);
    await bus.close();
    await gateway.stop();
    await broker.stop();
  });

  const statusOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).statuses.find((each) => each.node === node);
  const lines = async () => {
    const path = join(gateway.folder, "data", "files", "mqtt-line", "points.jsonl");
    const text = await readFile(path, "utf8").catch(() => "");
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  };

  test("R004 R009 R016 R031-R035 R037 R059 a measurement passes raw, processed and result into the file under one trace id", async () => {
    const raw = await bus.listen("iot.raw.mqtt.boiler-1");
    const processed = await bus.listen("iot.processed.boiler-1.temperature");
    const results = await bus.listen("iot.rules.mqtt-line_above-zero");
    await device.publishAsync("plant/boiler-1/temperature", "25.5", { qos: 1 });
    const record = await until("the record", async () => (await lines()).find(({ value }) => value === 25.5));
    expect(raw[0]?.json.data).toMatchObject({
      device_id: "boiler-1",
      payload: "25.5",
      metadata: { topic: "plant/boiler-1/temperature" },
    });
    expect(processed[0]?.json.data).toMatchObject({ key: "temperature", value: 25.5, type: "float", quality: 0 });
    expect(results[0]?.json.data).toMatchObject({ success: true, original: { value: 25.5 } });
    const traces = [raw[0], processed[0], results[0]].map((message) => message?.json.trace_id);
    expect(new Set([...traces, record.trace_id]).size).toBe(1);
    expect(record.trace_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  test("a measurement that the rule rejects is not in the file", async () => {
    await device.publishAsync("plant/boiler-1/temperature", "-3", { qos: 1 });
    await device.publishAsync("plant/boiler-1/temperature", "3", { qos: 1 });
    await until("the next record", async () => (await lines()).some(({ value }) => value === 3));
    expect((await lines()).some(({ value }) => value === -3)).toBe(false);
  });

  test("a broker that is killed is told on the adapter, and when it is back data flows again", async () => {
    await device.endAsync(true);
    await broker.kill();
    const away = await until("the adapter says so", async () => {
      const status = await statusOf("plant");
      return status?.state !== "connected" && status?.detail !== "" ? status : undefined;
    });
    expect(away.detail).toContain(String(broker.port));
    expect((await gateway.get<"GET /api/health">("/api/health")).bus.state).toBe("connected");
    broker = await startMosquitto({ port: broker.port });
    await until("the adapter is back", async () => (await statusOf("plant"))?.state === "connected", 30_000);
    device = await connectAsync(broker.url);
    await device.publishAsync("plant/boiler-2/pressure", "4", { qos: 1 });
    const record = await until("the record", async () => (await lines()).find(({ value }) => value === 4));
    expect(record).toMatchObject({ device_id: "boiler-2", key: "pressure" });
  });
});
