import { jetstreamManager } from "@nats-io/jetstream";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, type Heard, startGateway } from "./gateway.ts";
import { influxProgram, startInflux } from "./peers/databases.ts";
import { mosquittoProgram, startMosquitto } from "./peers/mosquitto.ts";
import { startNats } from "./peers/nats.ts";
import { until } from "./peers/program.ts";
import { redisProgram, startRedis } from "./peers/redis.ts";

/** A target of a sink, as a real program that can go away and come back. */
interface Target {
  readonly requirements: string;
  readonly program: string | undefined;
  start(): Promise<Peer>;
}
interface Peer {
  readonly node: { readonly type: string; readonly config: object };
  readonly connections?: readonly object[];
  /** The values of the device `outage` that are there, in the order of their writing. */
  values(): Promise<readonly unknown[]>;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const targets: Readonly<Record<string, Target>> = {
  influxdb: { requirements: "R023", program: influxProgram, start: influx },
  redis: { requirements: "R024", program: redisProgram, start: redis },
  mqtt: { requirements: "R026 R029", program: mosquittoProgram, start: mqtt },
  jetstream: { requirements: "R028", program: "nats-server", start: jetstream },
};

async function influx(): Promise<Peer> {
  const database = await startInflux();
  return {
    ...database,
    node: {
      type: "sink.influxdb",
      config: { version: "1", url: database.url, database: "plant", linger: "50ms", timeout: "2s" },
    },
    values: async () =>
      (await database.rows("SELECT value FROM v WHERE device_id = 'outage'")).map(([, value]) => value),
  };
}

async function redis(): Promise<Peer> {
  const server = await startRedis();
  return {
    ...server,
    node: {
      type: "sink.redis",
      config: { connection: "cache", command: "XADD", key: `\${device_id}`, content: "value" },
    },
    connections: [{ id: "cache", type: "redis", config: { addresses: [server.url] } }],
    values: async () =>
      ((await server.ask("XRANGE", "outage", "-", "+")) as [string, [string, string]][]).map(([, [, value]]) =>
        Number(value),
      ),
  };
}

async function mqtt(): Promise<Peer> {
  let broker = await startMosquitto();
  const { port, url } = broker;
  const got: number[] = [];
  const listen = async () => {
    const client = await connectAsync(url, { reconnectPeriod: 0 });
    client.on("error", () => undefined);
    client.on("message", (_topic, payload) => got.push(Number(payload)));
    await client.subscribeAsync("iot/outage/#", { qos: 1 });
    return client;
  };
  let client = await listen();
  return {
    // Kept by the broker, one topic each, for the listener that may come back later than the sink.
    node: {
      type: "sink.mqtt",
      config: { connection: "broker", topic: `iot/\${device_id}/\${value}`, content: "value", retain: true },
    },
    connections: [{ id: "broker", type: "mqtt", config: { url } }],
    values: async () => got.toSorted((a, b) => a - b),
    kill: () => broker.kill(),
    async restart() {
      broker = await startMosquitto({ port });
      client = await listen();
    },
    async stop() {
      await client.endAsync(true);
      await broker.stop();
    },
  };
}

async function jetstream(): Promise<Peer> {
  const server = await startNats();
  return {
    ...server,
    node: { type: "sink.jetstream", config: { connection: "elsewhere", stream: "ARCHIVE" } },
    connections: [{ id: "elsewhere", type: "nats", config: { servers: [server.url] } }],
    values: async () =>
      (await server.stored("ARCHIVE"))
        .filter(({ subject }) => subject === "archive.outage.v")
        .map(({ text }) => JSON.parse(text).value),
  };
}

const installed = Object.entries(targets).filter(([, { program }]) => program !== undefined);

describe.skipIf(installed.length === 0)("sinks with their real targets, which all go away for a while", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let deadLetters: readonly Heard[];
  const peers = new Map<string, Peer>();
  const before = [1, 2, 3, 4, 5];
  const meanwhile = [6, 7, 8, 9, 10];

  const publish = async (values: readonly number[]) => {
    for (const value of values)
      await bus.publish("iot.rules.x", {
        device_id: "outage",
        key: "v",
        value,
        timestamp: new Date(Date.UTC(2026, 0, 1, 10, 0, value)).toISOString(),
      });
  };
  const statusOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).statuses.find((each) => each.node === node);
  const each = (work: (name: string, peer: Peer) => Promise<unknown>) =>
    Promise.all([...peers].map(([name, peer]) => work(name, peer)));
  const hasValues = (name: string, peer: Peer, values: readonly number[]) =>
    until(`${name} has ${values.length} values`, async () => (await peer.values()).length >= values.length, 40_000);

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    deadLetters = await bus.listen("iot.errors.sinks.>");
    await Promise.all(installed.map(async ([name, { start }]) => peers.set(name, await start())));
    const nodes = [...peers].map(([id, { node }]) => ({ id, ...node }));
    const connections = [...peers.values()].flatMap((peer) => peer.connections ?? []);
    const answer = await gateway.deploy(flow("targets", { nodes, connections }));
    expect(answer).toMatchObject({ status: 200 });
    await each((name) => until(`${name} is open`, async () => (await statusOf(name))?.state === "connected"));
    await publish(before);
    await each((name, peer) => hasValues(name, peer, before));
    await each((_name, peer) => peer.kill());
    await publish(meanwhile);
    await each((name) => until(`${name} is away`, async () => (await statusOf(name))?.state !== "connected"));
    await each((_name, peer) => peer.restart());
  }, 120_000);
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
    await each((_name, peer) => peer.stop());
  });

  test.each(installed.map(([name, { requirements }]) => [requirements, name]))(
    "%s R089 %s has everything, in order, also what came while it was away",
    async (_requirements, name) => {
      const peer = peers.get(name);
      if (peer === undefined) throw new Error(`${name} was not started`);
      await hasValues(name, peer, [...before, ...meanwhile]);
      const values = await peer.values();
      // What was under way when it went may come twice.
      expect([...new Set(values)]).toEqual([...before, ...meanwhile]);
    },
  );

  test("R028 a stream on the gateway's own bus gets one message for each", async () => {
    const config = { stream: "OWN", subject: `own.\${device_id}.\${key}`, maxBytes: "1MB" };
    const answer = await gateway.deploy(flow("own", { nodes: [{ id: "own", type: "sink.jetstream", config }] }));
    expect(answer).toMatchObject({ status: 200, body: { warnings: [] } });
    await until("it is open", async () => (await statusOf("own"))?.state === "connected");
    await bus.publish("iot.rules.y", { device_id: "d.1", key: "k", value: 1 });
    const { streams } = await jetstreamManager(bus.connection);
    await until("it is stored", async () => (await streams.info("OWN")).state.messages === 1);
    expect(await streams.getMessage("OWN", { seq: 1 })).toMatchObject({ subject: "own.d%2E1.k" });
  });

  test("a stream node that would feed itself is refused", async () => {
    const config = { stream: "LOOP", subject: "iot.rules.loop" };
    const answer = await gateway.deploy(flow("loop", { nodes: [{ id: "loop", type: "sink.jetstream", config }] }));
    expect(JSON.stringify(answer.body)).toMatch(/loop/i);
    expect(answer.status).not.toBe(200);
  });

  test("nothing was given up", () => {
    expect(deadLetters.map(({ text }) => text)).toEqual([]);
  });
});
