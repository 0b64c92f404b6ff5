import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe("the plugin stage: convert, validate, route", () => {
  let gateway: Gateway;
  let bus: BusClient;

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const nodes = [
      { id: "decode", type: "plugin.convert", config: {} },
      { id: "check", type: "plugin.validate", config: { checks: [{ check: "range", min: 0, max: 100 }] } },
      {
        id: "way",
        type: "plugin.route",
        config: {
          routes: [
            { name: "one", device: "press-1" },
            { name: "two", device: "press-2" },
          ],
        },
      },
      { id: "first", type: "rule.filter", config: { mode: "null" } },
      { id: "second", type: "rule.filter", config: { mode: "null" } },
      { id: "quarantine", type: "rule.filter", config: { mode: "null" } },
    ];
    const wires = [
      { from: "decode", to: "check" },
      { from: "check", to: "way" },
      { from: "check", port: "invalid", to: "quarantine" },
      { from: "way", port: "one", to: "first" },
      { from: "way", port: "two", to: "second" },
    ];
    expect(await gateway.deploy(flow("stage", { nodes, wires }))).toMatchObject({
      status: 200,
      body: { warnings: [] },
    });
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  test("R008 R033 two devices take two routes, and each target sees only its own, converted, under the same trace", async () => {
    const [first, second, raw] = await Promise.all([
      bus.listen("iot.rules.stage_first"),
      bus.listen("iot.rules.stage_second"),
      bus.listen("iot.raw.>"),
    ]);
    const trace = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
    await bus.publish("iot.raw.mqtt.press-2", { source: "southbound", trace_id: trace, data: { force: 20 } });
    await bus.publish("iot.raw.mqtt.press-1", { force: 10 });
    await until("both results", () => first.length > 0 && second.length > 0);
    expect(first.map(({ json }) => [json.data.device_id, json.data.value])).toEqual([["press-1", 10]]);
    expect(second.map(({ json }) => [json.data.device_id, json.data.value])).toEqual([["press-2", 20]]);
    expect(second[0]?.json.trace_id).toBe(trace);
    expect(raw[0]?.json.data).not.toHaveProperty("key");
    expect(second[0]?.json.data.original).toMatchObject({ key: "force", type: "int", quality: 0 });
  });

  test("R010 an invalid reading never stands on processed: it is told once on the plugins' errors and goes where the port leads", async () => {
    const [processed, errors, quarantined] = await Promise.all([
      bus.listen("iot.processed.>"),
      bus.listen("iot.errors.plugins.>"),
      bus.listen("iot.rules.stage_quarantine"),
    ]);
    await bus.publish("iot.raw.mqtt.press-1", { force: 101 });
    await bus.publish("iot.raw.mqtt.press-1", { force: 99 });
    await until("the valid reading and the invalid one", () => processed.length > 0 && quarantined.length > 0);
    expect(processed.map(({ json }) => json.data.value)).toEqual([99]);
    expect(errors.map(({ subject, json }) => [subject, json.data.message])).toEqual([
      ["iot.errors.plugins.invalid", "101 is above 100"],
    ]);
    expect(quarantined[0]?.json.data).toMatchObject({ device_id: "press-1", key: "force", value: 101 });
  });
});
