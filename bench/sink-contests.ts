/** Each sink, opened as the runtime opens it, beside the shortest script that does the same with the same client. */
import { mkdtemp, open, rm } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { Point } from "@influxdata/influxdb-client";
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { Redis } from "ioredis";
import { connectAsync } from "mqtt";
import mqttConnection from "../nodes/connections/mqtt/mqtt.connection.ts";
import natsConnection from "../nodes/connections/nats/nats.connection.ts";
import redisConnection from "../nodes/connections/redis/redis.connection.ts";
import type { SinkRecord } from "../nodes/contract/connector.ts";
import fileSink from "../nodes/sinks/file/file.node.ts";
import influxSink from "../nodes/sinks/influxdb/influxdb.node.ts";
import jetstreamSink from "../nodes/sinks/jetstream/jetstream.node.ts";
import mqttSink from "../nodes/sinks/mqtt/mqtt.node.ts";
import redisSink from "../nodes/sinks/redis/redis.node.ts";
import { influxProgram, startInflux } from "../test/peers/databases.ts";
import { mosquittoProgram, startMosquitto } from "../test/peers/mosquitto.ts";
import { startNats } from "../test/peers/nats.ts";
import { redisProgram, startRedis } from "../test/peers/redis.ts";
import { benchContext, type Contest } from "./contest.ts";

const { signal } = new AbortController();
const json = ({ data, traceId }: SinkRecord) => JSON.stringify({ ...data, trace_id: traceId });
const text = (record: SinkRecord, field: string) => String(record.data[field]);

export const contests: readonly (() => Promise<Contest | undefined>)[] = [influx, redis, mqtt, stream, file];

async function influx(): Promise<Contest | undefined> {
  if (influxProgram === undefined) return undefined;
  const database = await startInflux();
  const config = influxSink.config.parse({ version: "1", url: database.url, database: "plant" });
  const opened = await influxSink.open(config, benchContext(undefined));
  const agent = new Agent({ keepAlive: true });
  const url = `${database.url}/write?db=plant&precision=ns`;
  const compress = promisify(gzip);
  return {
    name: "InfluxDB",
    batchSize: 5_000,
    batches: 4,
    sink: (records) => opened.write(records, signal),
    async script(records) {
      const lines = records.map(({ data }) =>
        new Point(String(data["key"]))
          .tag("device_id", String(data["device_id"]))
          .tag("line", (data["tags"] as { line: string }).line)
          .floatField("value", data["value"])
          .timestamp(`${Date.parse(String(data["timestamp"]))}000000`)
          .toLineProtocol(),
      );
      const body = await compress(lines.join("\n"), { level: constants.Z_BEST_SPEED });
      await new Promise<void>((resolve, reject) => {
        const headers = { "Content-Encoding": "gzip", "Content-Length": body.length };
        const asked = request(url, { method: "POST", agent, headers }, (response) => {
          response.resume();
          response.once("end", () =>
            response.statusCode === 204 ? resolve() : reject(new Error(`HTTP ${response.statusCode}`)),
          );
        });
        asked.once("error", reject);
        asked.end(body);
      });
    },
    async close() {
      agent.destroy();
      await opened.close();
      await database.stop();
    },
  };
}

async function redis(): Promise<Contest | undefined> {
  if (redisProgram === undefined) return undefined;
  const server = await startRedis(["appendonly no"]);
  const connection = await redisConnection.open(
    redisConnection.config.parse({ addresses: [server.url] }),
    benchContext(undefined),
  );
  const opened = await redisSink.open(redisSink.config.parse({ connection: "r" }), benchContext(connection.client));
  const client = new Redis(server.url, { protocol: 2 });
  return {
    name: "Redis",
    batchSize: 500,
    batches: 60,
    sink: (records) => opened.write(records, signal),
    async script(records) {
      const commands = records.map((record) => [
        "set",
        `${text(record, "device_id")}:${text(record, "key")}`,
        json(record),
      ]);
      for (const [error] of (await client.pipeline(commands).exec()) ?? []) if (error !== null) throw error;
    },
    async close() {
      client.disconnect();
      await connection.close();
      await server.stop();
    },
  };
}

async function mqtt(): Promise<Contest | undefined> {
  if (mosquittoProgram === undefined) return undefined;
  const broker = await startMosquitto({ lines: ["max_inflight_messages 0"] });
  const connection = await mqttConnection.open(
    mqttConnection.config.parse({ url: broker.url }),
    benchContext(undefined),
  );
  const opened = await mqttSink.open(
    mqttSink.config.parse({ connection: "b", maxInFlight: 250 }),
    benchContext(connection.client),
  );
  const client = await connectAsync(broker.url, { protocolVersion: 5 });
  return {
    name: "MQTT",
    batchSize: 250,
    batches: 40,
    sink: (records) => opened.write(records, signal),
    async script(records) {
      const sent = records.map((record) =>
        client.publishAsync(`iot/${text(record, "device_id")}/${text(record, "key")}`, json(record), { qos: 1 }),
      );
      await Promise.all(sent);
    },
    async close() {
      await client.endAsync(true);
      await connection.close();
      await broker.stop();
    },
  };
}

async function stream(): Promise<Contest> {
  const server = await startNats();
  const connection = await natsConnection.open(
    natsConnection.config.parse({ servers: [server.url] }),
    benchContext(undefined),
  );
  const opened = await jetstreamSink.open(
    jetstreamSink.config.parse({ connection: "n", stream: "SINK", subject: `sink.\${device_id}.\${key}` }),
    benchContext(connection.client),
  );
  const client = await connect({ servers: server.url });
  const { streams } = await jetstreamManager(client);
  await streams.add({ name: "SCRIPT", subjects: ["script.>"] });
  const js = jetstream(client);
  return {
    name: "JetStream",
    batchSize: 256,
    batches: 40,
    sink: (records) => opened.write(records, signal),
    async script(records) {
      const sent = records.map((record) =>
        js.publish(`script.${text(record, "device_id")}.${text(record, "key")}`, json(record), {
          msgID: record.traceId,
          expect: { streamName: "SCRIPT" },
        }),
      );
      await Promise.all(sent);
    },
    async close() {
      await client.close();
      await connection.close();
      await server.stop();
    },
  };
}

async function file(): Promise<Contest> {
  const filesRoot = await mkdtemp(join(tmpdir(), "bench-files-"));
  const config = fileSink.config.parse({ path: "sink.jsonl", maxBytes: "0" });
  const opened = await fileSink.open(config, benchContext(undefined, filesRoot));
  const handle = await open(join(filesRoot, "script.jsonl"), "a");
  return {
    name: "File",
    batchSize: 1_000,
    batches: 40,
    sink: (records) => opened.write(records, signal),
    async script(records) {
      await handle.writeFile(`${records.map(json).join("\n")}\n`);
      await handle.datasync();
    },
    async close() {
      await opened.close();
      await handle.close();
      await rm(filesRoot, { recursive: true, force: true });
    },
  };
}
