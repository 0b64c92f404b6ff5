import { statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, type Heard, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

const rule = (id: string, config: object) => ({ id, type: "rule.aggregate", config });
const minuteMs = 60_000;
/** The beginning of a five-minute window that is long over. */
const windowMs = Math.floor(Date.now() / (5 * minuteMs)) * 5 * minuteMs - 30 * minuteMs;

/** Rounds, whatever was published before, are told apart by their devices. */
const publish = (bus: BusClient, device: string, value: number, more: object = {}) =>
  bus.publish(`iot.processed.${device}.temperature`, { device_id: device, key: "temperature", value, ...more });

describe("aggregates on the bus", () => {
  let gateway: Gateway;
  let bus: BusClient;

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const ten = rule("ten", { functions: ["avg", "max", "min"], window: "count", count: 10 });
    const all = rule("all", { functions: ["avg", "count"], size: "5m", groupBy: ["key"] });
    const hot = { id: "hot", type: "rule.alert", config: { condition: "value > 90", keys: ["temperature"] } };
    expect(await gateway.deploy(flow("sums", { nodes: [ten, all, hot] }))).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  test("R014 R020 R047 ten points of a device make one message with average, maximum and minimum", async () => {
    const heard = await bus.listen("iot.aggregated.>");
    for (let value = 1; value <= 10; value++) await publish(bus, "d1", value);
    const message = await until("the aggregate", () => heard.find(({ subject }) => subject.includes(".d1.")));
    expect(message.subject).toBe("iot.aggregated.d1.temperature");
    expect(message.json.data.functions).toEqual({ avg: 5.5, max: 10, min: 1 });
    expect(message.header("Iot-Kind")).toBe("aggregate");
  });

  test("R075 two devices are two messages, in whatever order their points come", async () => {
    const heard = await bus.listen("iot.aggregated.*.temperature");
    for (let value = 1; value <= 10; value++) for (const device of ["d2", "d3"]) await publish(bus, device, value);
    await until("both", () => heard.length >= 2);
    expect(heard.map(({ subject }) => subject).sort()).toEqual([
      "iot.aggregated.d2.temperature",
      "iot.aggregated.d3.temperature",
    ]);
  });

  test("R048 R076 a window over a group is told by window and function, with all there is to know", async () => {
    const heard = await bus.listen("iot.aggregated.5m.avg");
    const at = (second: number) => ({ key: "level", timestamp: new Date(windowMs + second * 1_000).toISOString() });
    await publish(bus, "g1", 10, at(10));
    await publish(bus, "g1", 20, at(250));
    await publish(bus, "g1", 99, at(400));
    const { json } = await until("the window", () => heard.find((each) => each.json.data.start === at(0).timestamp));
    expect(json.data).toEqual({
      rule_id: "sums_all",
      key: "level",
      group: {},
      window: "5m",
      functions: { avg: 15, count: 2 },
      count: 2,
      start: at(0).timestamp,
      end: at(300).timestamp,
    });
  });

  test("R077 what one point causes goes to subjects of its own: result, alert, aggregate", async () => {
    const heard: Record<string, Heard[]> = {};
    for (const subject of ["iot.rules.sums_ten", "iot.alerts.*.d9", "iot.aggregated.d9.temperature"])
      heard[subject] = await bus.listen(subject);
    for (let value = 91; value <= 100; value++) await publish(bus, "d9", value);
    await until("all three", () => Object.values(heard).every((messages) => messages.length > 0));
    expect(heard["iot.rules.sums_ten"]?.[0]?.json.data).toMatchObject({
      device_id: "d9",
      value: 95.5,
      aggregates: [{ functions: { avg: 95.5, max: 100, min: 91 } }],
    });
  });
});

test("R014 a gateway that is killed in the middle of a window tells the same when it is there again", async () => {
  const first = await startGateway({ keep: true });
  const config = { functions: ["avg", "min", "stddev", "median"], window: "count", count: 10 };
  await first.deploy(flow("sums", { nodes: [rule("ten", config), rule("each", { window: "cumulative" })] }));
  const before = await busClient(first.natsUrl);
  const each = await before.listen("iot.rules.sums_each");
  for (let value = 1; value <= 6; value++) await publish(before, "d1", value);
  await until("the sixth", () => each.some(({ json }) => json.data.device_id === "d1" && json.data.count === 6));
  // What is saved after this holds all six; points of another device give it something to save.
  const saves = new Set<number>();
  await until("it is saved twice", async () => {
    await publish(before, "other", 0);
    saves.add(statSync(join(first.folder, "data", "sluice.db-wal")).mtimeMs);
    return saves.size >= 3;
  });
  await before.close();
  await first.stop("SIGKILL");

  const second = await startGateway({ folder: first.folder });
  const after = await busClient(second.natsUrl);
  const heard = await after.listen("iot.aggregated.d1.temperature");
  const again = await after.listen("iot.rules.sums_each");
  for (let value = 7; value <= 10; value++) await publish(after, "d1", value);
  const { json } = await until("the window", () => heard.find((message) => message.json.data.window === "count_10"));
  expect(json.data.functions).toEqual({ avg: 5.5, min: 1, stddev: expect.closeTo(3.0277), median: 5.5 });
  await until("and since the beginning", () => again.some((message) => message.json.data.count === 10));
  await after.close();
  await second.stop();
});
