import { connectAsync, type IPublishPacket } from "mqtt";
import { afterEach, describe, expect, test } from "vitest";
import { type MosquittoOptions, mosquittoProgram, startMosquitto } from "../../../test/peers/mosquitto.ts";
import { until } from "../../../test/peers/program.ts";
import type { MqttClient, PublishOptions } from "../../connections/mqtt/client.ts";
import mqtt from "../../connections/mqtt/mqtt.connection.ts";
import { systemClock } from "../../contract/clock.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { openSink, point, record } from "../testing.ts";
import sink from "./mqtt.node.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

/** A client without a broker: the test answers. */
function fakeClient(answer: (topic: string) => Promise<void> = async () => undefined) {
  const sent: { readonly topic: string; readonly payload: string; readonly options: PublishOptions }[] = [];
  const client: MqttClient = {
    subscribe: () => Promise.reject(new Error("a sink does not subscribe")),
    publish: (topic, payload, options) => {
      sent.push({ topic, payload: String(payload), options });
      return answer(topic);
    },
  };
  return { client, sent };
}

const open = (client: MqttClient, config: Record<string, unknown> = {}) =>
  openSink(sink, { connection: "b", ...config }, { connection: client });

test.each([
  ["data", '{"device_id":"d1","key":"t","value":21.5,"trace_id":"trace-1"}'],
  ["value", "21.5"],
  ["envelope", '{"version":"1.0.0","data":{"device_id":"d1","key":"t","value":21.5}}'],
  ["text", "t=21.5 °C"],
])("the payload can be: %s", async (content, payload) => {
  const { client, sent } = fakeClient();
  const { write } = await open(client, { content, text: `\${key}=\${value} °C` });
  await write(record({ device_id: "d1", key: "t", value: 21.5 }));
  expect(sent).toEqual([{ topic: "iot/d1/t", payload, options: { qos: 1, retain: false } }]);
});

test("what cannot be a topic costs that record alone", async () => {
  const { client, sent } = fakeClient();
  const { refusals } = await open(client, { topic: `plant/\${tags.line}/\${device_id}` });
  const of = (line: string, device_id = "d1") => point(1, { device_id, tags: { line } });
  const records = [of("a"), of(""), of("+"), of("b#"), point(1), of("c/d"), of("e", ""), of("f")];
  expect(await refusals(...records)).toEqual([
    '1: "plant//d1" has an empty level: two / in a row, or one at an end',
    '2: "plant/+/d1" has a wildcard; one can only publish on a complete topic',
    '3: "plant/b#/d1" has a wildcard; one can only publish on a complete topic',
    "4: this point has no tags.line",
    '6: "plant/e/" has an empty level: two / in a row, or one at an end',
  ]);
  expect(sent.map(({ topic }) => topic)).toEqual(["plant/a/d1", "plant/c/d/d1", "plant/f/d1"]);
});

test.each([
  [{ topic: "a//b" }, "empty level"],
  [{ topic: "a/#" }, "has a wildcard"],
  [{ topic: "$SYS/x" }, "belong to the broker"],
  [{ topic: "" }, "write a topic"],
  [{ topic: `a/\${nonsense}` }, "unknown name"],
  [{ responseTopic: "a/+" }, "write a complete topic"],
])("a configuration that cannot work is refused: %j", (config, words) => {
  const { error } = sink.config.safeParse({ connection: "b", ...config });
  expect(error?.issues.map(({ message }) => message).join()).toContain(words);
});

test("no more than wanted are under way, in order; a refused one does not hold up the rest", async () => {
  const answers: (() => void)[] = [];
  const { client, sent } = fakeClient(
    (topic) =>
      new Promise((resolve, reject) =>
        answers.push(() => (topic.endsWith("/3") ? reject(new MessageError("refused", "not allowed")) : resolve())),
      ),
  );
  const { refusals } = await open(client, { maxInFlight: 2 });
  const writing = refusals(...[1, 2, 3, 4, 5].map((key) => point(key, { key: String(key) })));
  for (let count = 2; count <= 5; count++) {
    await until("it is sent", () => sent.length === count);
    answers.shift()?.();
  }
  for (const answer of answers) answer();
  expect(await writing).toEqual(["2: not allowed"]);
  expect(sent.map(({ topic }) => topic.slice(-1)).join("")).toBe("12345");
});

test("when the connection goes the batch is not confirmed, and nothing more of it is sent", async () => {
  const { client, sent } = fakeClient(() => Promise.reject(new ConnectionError("gone")));
  const { write } = await open(client, { maxInFlight: 1 });
  await expect(write(point(1), point(2), point(3))).rejects.toMatchObject({ name: "ConnectionError" });
  expect(sent).toHaveLength(1);
});

describe.skipIf(mosquittoProgram === undefined)("with a broker", () => {
  async function start(options: MosquittoOptions = {}, connection: Record<string, unknown> = {}) {
    const broker = await startMosquitto(options);
    ends.push(() => broker.stop());
    const { client, close } = await mqtt.open(mqtt.config.parse({ url: broker.url, ...connection }), {
      clock: systemClock,
      signal: new AbortController().signal,
      status: () => undefined,
      lost: () => undefined,
    });
    ends.push(close);
    const listen = async () => {
      const listener = await connectAsync(broker.url, { protocolVersion: 5, reconnectPeriod: 0 });
      ends.push(() => listener.endAsync(true));
      const got: IPublishPacket[] = [];
      listener.on("message", (_topic, _payload, packet) => got.push(packet));
      await listener.subscribeAsync("#", { qos: 2 });
      return got;
    };
    return { broker, client, listen };
  }

  test("R026 R029 a client of the broker gets it, with QoS, retain and the properties of MQTT 5", async () => {
    const { client, listen } = await start();
    const live = await listen();
    const { write } = await open(client, {
      topic: `plant/\${device_id}/\${key}`,
      qos: 2,
      retain: true,
      messageExpiry: "1h",
      contentType: "application/json",
      responseTopic: "plant/answer",
      userProperties: [{ name: "unit", value: `\${tags.unit}` }],
    });
    await write(point(21.5, { tags: { unit: "°C" } }));
    await until("it came", () => live.length === 1);
    expect(live[0]).toMatchObject({
      topic: "plant/d1/temperature",
      qos: 2,
      retain: false,
      properties: { contentType: "application/json", responseTopic: "plant/answer", userProperties: { unit: "°C" } },
    });
    expect(live[0]?.properties?.messageExpiryInterval).toBeGreaterThan(3_590);
    expect(JSON.parse(String(live[0]?.payload))).toMatchObject({ value: 21.5, trace_id: "trace-1" });
    const later = await listen();
    await until("the broker kept it", () => later.length === 1);
    expect(later[0]).toMatchObject({ topic: "plant/d1/temperature", retain: true });
  });

  test("R026 with MQTT 3.1.1 as well", async () => {
    const { client, listen } = await start({}, { protocolVersion: "3.1.1" });
    const live = await listen();
    const { write } = await open(client, { content: "value" });
    await write(point(1), point(2));
    await until("both came", () => live.length === 2);
    expect(live.map(({ topic, payload, qos }) => [topic, String(payload), qos])).toEqual([
      ["iot/d1/temperature", "1", 1],
      ["iot/d1/temperature", "2", 1],
    ]);
  });

  test("a broker that takes few at a time gets few at a time, and all in order", async () => {
    const { client, listen } = await start({ lines: ["max_inflight_messages 3", "max_queued_messages 10000"] });
    const live = await listen();
    const { write } = await open(client, { content: "value", maxInFlight: 1_000 });
    await write(...Array.from({ length: 500 }, (_, value) => point(value)));
    await until("all came", () => live.length === 500);
    expect(live.map(({ payload }) => Number(payload))).toEqual(Array.from({ length: 500 }, (_, value) => value));
  });

  test("a topic the broker does not allow costs that record alone", async () => {
    const { client } = await start({ acl: "topic readwrite iot/#\n" });
    const { refusals } = await open(client, { topic: `\${tags.root}/\${key}` });
    const of = (root: string) => point(1, { tags: { root } });
    const refused = await refusals(of("iot"), of("other"), of("iot"));
    expect(refused).toHaveLength(1);
    expect(refused[0]).toMatch(/^1: the broker refused a message on "other\/temperature"/);
  });
});
