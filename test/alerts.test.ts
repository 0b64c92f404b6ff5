import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe("alerts on the bus", () => {
  let gateway: Gateway;
  let bus: BusClient;
  const alert = (id: string, config: object) => ({ id, type: "rule.alert", name: `${id} alarm`, config });

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const warm = alert("warm", {
      condition: "value > 40",
      keys: ["temperature"],
      level: "warning",
      category: "thermal",
    });
    const hot = alert("hot", { condition: "value > 60", keys: ["temperature"], level: "critical" });
    expect(await gateway.deploy(flow("heat", { nodes: [warm, hot] }))).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  const measure = (device: string, value: number) =>
    bus.publish(`iot.processed.${device}.temperature`, { device_id: device, key: "temperature", value });

  test("R011 R019 R045 40 raises none, 40.1 raises one, on the subject of its level", async () => {
    const alerts = await bus.listen("iot.alerts.*.d1");
    const results = await bus.listen("iot.rules.heat_warm");
    await measure("d1", 40);
    await measure("d1", 40.1);
    // The next occurrence of another device comes after all that the first could have caused.
    await measure("after-d1", 41);
    await until("the next device's result", () => results.some(({ json }) => json.data.device_id === "after-d1"));
    expect(alerts.map(({ subject, json }) => [subject, json.data.value])).toEqual([
      ["iot.alerts.warning.d1", 40.1],
      ["iot.alerts.thermal.d1", 40.1],
    ]);
  });

  test("R046 one with a category is heard under it as well, marked as the same", async () => {
    const byLevel = await bus.listen("iot.alerts.warning.d2");
    const byCategory = await bus.listen("iot.alerts.thermal.*");
    await measure("d2", 50);
    // The flow of a first start has a boiler that may raise an alert of this category meanwhile.
    const copy = await until("the copy", () => byCategory.find(({ subject }) => subject.endsWith(".d2")));
    const [first] = byLevel;
    expect(copy).toMatchObject({ subject: "iot.alerts.thermal.d2" });
    expect(copy.json.data.id).toBe(first?.json.data.id);
    expect(copy.header("Iot-Dup-Of")).toBe(first?.json.data.id);
    expect(first?.header("Iot-Dup-Of") ?? "").toBe("");
  });

  test("R073 two rules that alert on one point send two messages", async () => {
    const alerts = await bus.listen("iot.alerts.>");
    await measure("d3", 70);
    await until("both", () => alerts.some(({ subject }) => subject === "iot.alerts.critical.d3") && alerts.length >= 3);
    const own = alerts.filter(({ subject }) => /\.(warning|critical)\.d3$/.test(subject));
    expect(own.map(({ json }) => json.data.rule_id).sort()).toEqual(["heat_hot", "heat_warm"]);
    expect(new Set(own.map(({ json }) => json.data.id)).size).toBe(2);
  });

  test("R074 an alert says which rule, what it is about and when; its end has the same id", async () => {
    const alerts = await bus.listen("iot.alerts.warning.d4");
    const timestamp = "2026-01-01T10:00:00.000Z";
    const point = { device_id: "d4", key: "temperature", value: 45, timestamp };
    await bus.publish("iot.processed.d4.temperature", point);
    await measure("d4", 20);
    await until("its end", () => alerts.length === 2);
    expect(alerts[0]?.json.data).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      rule_id: "heat_warm",
      rule_name: "warm alarm",
      level: "warning",
      state: "active",
      message: expect.stringContaining("d4"),
      device_id: "d4",
      key: "temperature",
      value: 45,
      timestamp,
    });
    expect(alerts[1]?.json.data).toMatchObject({ id: alerts[0]?.json.data.id, state: "cleared", value: 20 });
  });

  test("R142 all of one level, and all of one device, are one subscription each", async () => {
    const critical = await bus.listen("iot.alerts.critical.*");
    const device = await bus.listen("iot.*.d5.>");
    await measure("d5", 61);
    // The flow of a first start has boilers that may raise critical alerts of their own meanwhile.
    const others = (subject: string) => subject.startsWith("iot.alerts.critical.boiler-");
    const own = () => critical.map(({ subject }) => subject).filter((subject) => !others(subject));
    await until("all that the device causes", () => own().length > 0 && device.length >= 3);
    expect(own()).toEqual(["iot.alerts.critical.d5"]);
    expect(new Set(device.map(({ subject }) => subject))).toEqual(
      new Set(["iot.processed.d5.temperature", "iot.rules.d5.temperature"]),
    );
  });

  test("R122 iot.alerts.* hears no alert, a node that listens there is warned of it, and iot.alerts.> hears them", async () => {
    const short = await bus.listen("iot.alerts.*");
    const all = await bus.listen("iot.alerts.>");
    await measure("d6", 61);
    await until("alerts", () => all.length >= 3);
    expect(short).toEqual([]);
    const deaf = flow("deaf", { nodes: [{ id: "log", type: "sink.console", subject: "iot.alerts.*", config: {} }] });
    const { body } = await gateway.call("POST", "/api/check", { document: deaf });
    expect(body.problems).toMatchObject([
      { severity: "warning", node: "log", message: expect.stringContaining("iot.alerts.>") },
    ]);
  });
});
