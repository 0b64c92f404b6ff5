import { gzipSync } from "node:zlib";
import { connectAsync } from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import { mosquittoProgram, startMosquitto } from "../../../test/peers/mosquitto.ts";
import { until } from "../../../test/peers/program.ts";
import type { MqttClient, MqttMessage, SubscribeOptions } from "../../connections/mqtt/client.ts";
import mqttConnection from "../../connections/mqtt/mqtt.connection.ts";
import { type Clock, systemClock } from "../../contract/clock.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { connectorSurroundings, ManualClock } from "../../contract/testing.ts";
import adapter from "./mqtt.node.ts";
import type { Reading } from "./reading.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function start(
  client: MqttClient,
  config: Record<string, unknown>,
  emit: (reading: Reading) => Promise<void> = async () => undefined,
  clock: Clock = systemClock,
  signal = new AbortController().signal,
) {
  const readings: Reading[] = [];
  const statuses: string[] = [];
  const reports: string[] = [];
  const opened = await adapter.open(adapter.config.parse({ connection: "broker", ...config }), {
    clock,
    signal,
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    lost: () => undefined,
    connection: client,
    ...connectorSurroundings(),
    report: ({ type, message }) => reports.push(`${type}: ${message}`),
    emit: async (reading) => {
      readings.push(reading);
      await emit(reading);
    },
  });
  return { readings, statuses, reports, close: opened.close };
}

/** A client without a broker: the test hands the messages over. */
function fakeClient(grant: (filter: string, options: SubscribeOptions) => 0 | 1 | 2 = (_filter, { qos }) => qos) {
  const handlers = new Map<string, (message: MqttMessage) => Promise<void>>();
  const client: MqttClient = {
    async subscribe(filter, options, onMessage) {
      const qos = grant(filter, options);
      handlers.set(filter, onMessage);
      return { qos, close: async () => void handlers.delete(filter) };
    },
    publish: () => Promise.reject(new Error("an adapter does not publish")),
  };
  const send = async (topic: string, payload: string | Buffer, more: Partial<MqttMessage> = {}) => {
    const message = { topic, payload: Buffer.from(payload as string), qos: 1, retain: false, ...more } as const;
    for (const handler of handlers.values()) await handler(message);
  };
  return { client, send, filters: () => [...handlers.keys()] };
}

const topics = [{ filter: "plant/#" }];

test("R037 a message becomes a raw reading of its device, untouched, with what MQTT says about it", async () => {
  const { client, send } = fakeClient();
  const { readings } = await start(client, { topics, topicPattern: "{site}/{device_id}/{key}" });
  await send("plant/boiler-1/temperature", "21.50", { retain: true, userProperties: { line: "3" } });
  expect(readings).toEqual([
    {
      device_id: "boiler-1",
      payload: "21.50",
      encoding: "text",
      metadata: {
        topic: "plant/boiler-1/temperature",
        qos: 1,
        retain: true,
        userProperties: { line: "3" },
        key: "temperature",
        tags: { site: "plant" },
      },
    },
  ]);
});

test.each([
  [{ deviceId: "pump", topicPattern: "plant/+/{key}" }, ["pump", "pump"], ["t", undefined]],
  [{ topicPattern: "plant/{device_id}" }, ["b", "c"], [undefined, undefined]],
  [{}, ["b", "plant"], [undefined, undefined]],
])(
  "the device is the fixed one, or that of the pattern, or the last level but one: %j",
  async (naming, devices, keys) => {
    const { client, send } = fakeClient();
    const { readings } = await start(client, { topics, ...naming });
    await send("plant/b/t", "1");
    await send("plant/c", "1");
    expect(readings.map(({ device_id }) => device_id)).toEqual(devices);
    expect(readings.map(({ metadata }) => metadata["key"])).toEqual(keys);
  },
);

test("bytes that are no text become base64", async () => {
  const { client, send } = fakeClient();
  const { readings } = await start(client, { topics });
  await send("plant/b/t", Buffer.from([0xff, 0x00, 0x80]));
  await send("plant/b/t", "Überdruck ✓");
  expect(readings.map(({ payload, encoding }) => [payload, encoding])).toEqual([
    ["/wCA", "base64"],
    ["Überdruck ✓", "text"],
  ]);
});

test("gzip is unfolded; what cannot be is told, taken as done, and holds nothing up", async () => {
  const { client, send } = fakeClient();
  const { readings, reports } = await start(client, { topics, maxPayloadBytes: 1_000 });
  await send("plant/d1/t", gzipSync('{"t": 21.5}'));
  await send("plant/d1/t", gzipSync(Buffer.alloc(1_001)));
  await send("plant/d1/t", gzipSync("21.5").subarray(0, 15));
  await send("plant/d1/t", Buffer.from("KLUv/SACEQAAMjI=", "base64"));
  await send("plant/d1/t", "23");
  expect(readings.map(({ payload, metadata }) => [payload, metadata["compression"]])).toEqual([
    ['{"t": 21.5}', "gzip"],
    ["22", "zstd"],
    ["23", undefined],
  ]);
  expect(reports).toEqual([
    "too_large: the payload on plant/d1/t unfolds to more than 1000 bytes",
    expect.stringMatching(/^parse_error: the payload on plant\/d1\/t is not gzip: /),
  ]);
  const asItIs = await start(client, { topics, unfold: false });
  await send("plant/d1/t", gzipSync("1"));
  expect(asItIs.readings[0]).toMatchObject({ encoding: "base64" });
});

test("an empty message is left out and counted", async () => {
  const clock = new ManualClock();
  const { client, send } = fakeClient();
  const { readings, statuses } = await start(client, { topics }, undefined, clock);
  await send("plant/b/t", "");
  await send("plant/b/t", "");
  clock.advance(1_000);
  expect(readings).toEqual([]);
  expect(statuses).toEqual([
    "connected: subscribed to 1 topic",
    "connected: subscribed to 1 topic; 2 empty messages left out",
  ]);
});

test("a message that can never be published is taken as done", async () => {
  const { client, send } = fakeClient();
  await start(client, { topics }, () => Promise.reject(new MessageError("payload_too_large", "too large")));
  await send("plant/b/t", "1");
});

test("while the bus is away messages wait unacknowledged, go on in order, and those of QoS 0 are lost", async () => {
  const clock = new ManualClock();
  const { client, send } = fakeClient();
  let away = true;
  const onBus: unknown[] = [];
  const emit = async ({ payload }: Reading) => {
    if (away) throw new ConnectionError("the bus is away");
    onBus.push(payload);
  };
  const { statuses } = await start(client, { topics }, emit, clock);
  const done: string[] = [];
  const sent = ["1", "2"].map((text) => send("plant/b/t", text).then(() => done.push(text)));
  await expect(send("plant/b/t", "0", { qos: 0 })).rejects.toThrow("the bus is away");
  clock.advance(500);
  await new Promise((resolve) => setImmediate(resolve));
  expect(statuses.at(-1)).toBe("degraded: the bus is away; messages of QoS 1 and 2 wait");
  expect(done).toEqual([]);
  away = false;
  sent.push(send("plant/b/t", "3").then(() => done.push("3")));
  clock.advance(500);
  await Promise.all(sent);
  expect(onBus).toEqual(["1", "2", "3"]);
  expect(statuses.at(-1)).toBe("connected: subscribed to 1 topic");
});

test("any other failure, and being stopped, leaves the message unacknowledged", async () => {
  const { client, send } = fakeClient();
  const stop = new AbortController();
  let error: Error = new Error("a defect");
  await start(client, { topics }, () => Promise.reject(error), new ManualClock(), stop.signal);
  await expect(send("plant/b/t", "1")).rejects.toThrow("a defect");
  error = new ConnectionError("the bus is away");
  const waiting = send("plant/b/t", "1");
  stop.abort();
  await expect(waiting).rejects.toThrow("the bus is away");
});

test("what the broker grants less than asked for is said", async () => {
  const { client } = fakeClient((filter, { qos }) => (filter === "b" ? 0 : qos));
  const { statuses } = await start(client, {
    topics: [
      { filter: "a", qos: 2 },
      { filter: "b", qos: 1 },
    ],
  });
  expect(statuses).toEqual(["connected: subscribed to 2 topics; the broker grants less for b (QoS 0)"]);
});

test("when one filter is refused the others are given back", async () => {
  const { client, filters } = fakeClient((filter, { qos }) => {
    if (filter === "forbidden") throw new ConnectionError("the broker refused it");
    return qos;
  });
  const wanted = [{ filter: "a" }, { filter: "forbidden" }, { filter: "b" }];
  await expect(start(client, { topics: wanted })).rejects.toThrow("the broker refused it");
  expect(filters()).toEqual([]);
});

test("silence for longer than expected is told, and its end", async () => {
  const clock = new ManualClock();
  const { client, send } = fakeClient();
  const { statuses, close } = await start(client, { topics, idleTimeout: "1m" }, undefined, clock);
  clock.advance(59_000);
  await send("plant/b/t", "1");
  clock.advance(59_000);
  expect(statuses).toEqual(["connected: subscribed to 1 topic"]);
  clock.advance(1_000);
  await send("plant/b/t", "1");
  clock.advance(1_000);
  expect(statuses.slice(1)).toEqual(["degraded: no message for 60 s", "connected: subscribed to 1 topic"]);
  await close();
  clock.advance(600_000);
  expect(statuses).toHaveLength(3);
});

test("its scope is known when the device is fixed", () => {
  const scope = (more: object) => adapter.scope(adapter.config.parse({ connection: "broker", topics, ...more }));
  expect(scope({ deviceId: "pump" })).toEqual({ devices: ["pump"] });
  expect(scope({ topicPattern: "plant/{device_id}/{key}" })).toEqual({});
});

test("what cannot be subscribed to is refused in words", () => {
  const problems = (config: Record<string, unknown>) =>
    adapter.config.safeParse({ connection: "broker", topics, ...config }).error?.issues.map(({ message }) => message);
  expect(problems({ connection: undefined })?.[0]).toContain("choose a connection");
  expect(problems({ topics: [] })).toEqual(["add a topic filter"]);
  expect(problems({ topics: [{ filter: "a" }, { filter: "a" }] })).toEqual(['"a" is there twice']);
  expect(problems({ topics: [{ filter: "a/#/b" }] })).toEqual(['"a/#/b": # can only be the last level']);
  expect(problems({ topics: [{ filter: "$share/g/a", noLocal: true }] })?.[0]).toContain("shared subscription");
  expect(problems({ deviceId: "x", topicPattern: "{device_id}/{key}" })?.[0]).toContain("leave this empty");
  expect(problems({ topicPattern: "{a" })?.[0]).toContain("other half");
});

describe.skipIf(mosquittoProgram === undefined)("with a broker", () => {
  async function connectTo(url: string, config: Record<string, unknown> = {}) {
    const lost: Error[] = [];
    const { client, close } = await mqttConnection.open(mqttConnection.config.parse({ url, ...config }), {
      clock: systemClock,
      signal: new AbortController().signal,
      status: () => undefined,
      lost: (error) => lost.push(error),
    });
    ends.push(close);
    return { client: client as MqttClient, lost };
  }

  test("R004 a message published to the broker is read", async () => {
    const broker = await startMosquitto();
    ends.push(() => broker.stop());
    const { client } = await connectTo(broker.url);
    const { readings, close } = await start(client, { topics, topicPattern: "plant/{device_id}/{key}" });
    const sender = await connectAsync(broker.url);
    ends.push(() => sender.endAsync(true));
    await sender.publishAsync("plant/boiler-1/temperature", "25.5", { qos: 1 });
    await until("the reading is there", () => readings.length === 1);
    expect(readings[0]).toMatchObject({
      device_id: "boiler-1",
      payload: "25.5",
      encoding: "text",
      metadata: { topic: "plant/boiler-1/temperature", qos: 1, key: "temperature" },
    });
    await close();
    await sender.publishAsync("plant/boiler-1/temperature", "26", { qos: 1 });
    expect(readings).toHaveLength(1);
  });

  test("a message is acknowledged to the broker when it is on the bus, and not before", async () => {
    const broker = await startMosquitto();
    ends.push(() => broker.stop());
    const { client } = await connectTo(broker.url, { clientId: "gw" });
    const onBus: (() => void)[] = [];
    await start(client, { topics }, () => new Promise((resolve) => onBus.push(resolve)));
    const sender = await connectAsync(broker.url);
    ends.push(() => sender.endAsync(true));
    await sender.publishAsync("plant/b/t", "1", { qos: 1 });
    await until("the reading is on its way", () => onBus.length === 1);
    await client.publish("other", "1", { qos: 1 });
    expect(broker.output()).not.toContain("Received PUBACK from gw");
    onBus[0]?.();
    await until("it is acknowledged", () => broker.output().includes("Received PUBACK from gw"));
  });

  test("a broker that dies is told, and the adapter closes without it", async () => {
    const broker = await startMosquitto();
    const { client, lost } = await connectTo(broker.url);
    const { close } = await start(client, { topics });
    await broker.kill();
    await until("the loss is told", () => lost.length > 0);
    await close();
  });
});
