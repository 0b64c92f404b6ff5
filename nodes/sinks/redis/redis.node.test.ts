import { Redis } from "ioredis";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { freePort, until } from "../../../test/peers/program.ts";
import {
  type RedisServer,
  redisProgram,
  startRedis,
  startRedisCluster,
  startSentinel,
} from "../../../test/peers/redis.ts";
import type { RedisClient } from "../../connections/redis/client.ts";
import redis from "../../connections/redis/redis.connection.ts";
import { systemClock } from "../../contract/clock.ts";
import { openSink, point } from "../testing.ts";
import sink from "./redis.node.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

async function connectTo(config: Record<string, unknown>) {
  const lost: Error[] = [];
  const { client, close } = await redis.open(redis.config.parse(config), {
    clock: systemClock,
    signal: new AbortController().signal,
    status: () => undefined,
    lost: (error) => void lost.push(error),
  });
  ends.push(close);
  return { client, lost };
}

const open = (client: RedisClient, config: Record<string, unknown> = {}) =>
  openSink(sink, { connection: "r", ...config }, { connection: client });

test.each([
  [{ addresses: [] }, "give the address of a Redis"],
  [{ addresses: ["10.0.0.5"] }, "write for example redis://"],
  [{ addresses: ["redis://u:p@x"] }, "fields of their own"],
  [{ addresses: ["redis://x/3"] }, "the database has its own field"],
  [{ addresses: ["redis://a", "redis://b"] }, "one server has one address"],
  [{ mode: "sentinel", addresses: ["redis://a"] }, "by which the sentinels know the master"],
  [{ mode: "cluster", addresses: ["redis://a"], database: 1 }, "only the database 0"],
  [{ mode: "cluster", addresses: ["redis://a", "rediss://b"] }, "or all rediss://"],
])("a connection that cannot work is refused: %j", (config, words) => {
  expect(
    redis.config
      .safeParse(config)
      .error?.issues.map(({ message }) => message)
      .join(),
  ).toContain(words);
});

test("an expiry and keeping the remaining time exclude each other", () => {
  const { error } = sink.config.safeParse({ connection: "r", keepTtl: true, expire: "1m" });
  expect(error?.issues[0]?.message).toContain("cannot keep its remaining time");
});

test("nobody there is said in words", async () => {
  const port = await freePort();
  await expect(connectTo({ addresses: [`redis://127.0.0.1:${port}`] })).rejects.toMatchObject({
    name: "ConnectionError",
    message: `nothing listens at 127.0.0.1:${port}: is the Redis server running, and is the port right?`,
  });
});

describe.skipIf(redisProgram === undefined)("with Redis", () => {
  let server: RedisServer;
  let client: RedisClient;
  beforeAll(async () => {
    server = await startRedis(["enable-debug-command yes"]);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    await server.ask("FLUSHALL");
    ({ client } = await connectTo({ addresses: [server.url] }));
  });

  test("R024 after one point its key can be read, with the expiry set", async () => {
    const { write } = await open(client, { expire: "1h" });
    await write(point(21.5));
    expect(JSON.parse(String(await server.ask("GET", "d1:temperature")))).toMatchObject({
      device_id: "d1",
      value: 21.5,
      trace_id: "trace-1",
    });
    expect(await server.ask("PTTL", "d1:temperature")).toBeGreaterThan(3_590_000);
  });

  test("SET can keep the remaining time, or none; the value alone can be written", async () => {
    await server.ask("SET", "d1:temperature", "x", "EX", 100);
    await (await open(client, { keepTtl: true, content: "value" })).write(point(1));
    expect(await server.ask("GET", "d1:temperature")).toBe("1");
    expect(await server.ask("TTL", "d1:temperature")).toBeGreaterThan(90);
    await (await open(client, { content: "value" })).write(point("on"));
    expect(await server.ask("GET", "d1:temperature")).toBe("on");
    expect(await server.ask("TTL", "d1:temperature")).toBe(-1);
  });

  test("HSET keeps one hash for each device", async () => {
    const { write } = await open(client, { command: "HSET", key: `dev:\${device_id}`, expire: "1m" });
    await write(point(1), point(2, { key: "pressure" }), point({ x: 1 }, { key: "place" }), point(3));
    expect(await server.ask("HGETALL", "dev:d1")).toEqual(["temperature", "3", "pressure", "2", "place", '{"x":1}']);
    expect(await server.ask("TTL", "dev:d1")).toBeGreaterThan(50);
  });

  test("XADD keeps about as many entries as wanted, in order", async () => {
    const { write } = await open(client, { command: "XADD", key: "all", content: "value", maxLength: 100 });
    for (let start = 0; start < 1_000; start += 250)
      await write(...Array.from({ length: 250 }, (_, index) => point(start + index)));
    const length = Number(await server.ask("XLEN", "all"));
    expect(length).toBeGreaterThanOrEqual(100);
    expect(length).toBeLessThan(300);
    expect(await server.ask("XREVRANGE", "all", "+", "-", "COUNT", 2)).toEqual([
      [expect.any(String), ["data", "999"]],
      [expect.any(String), ["data", "998"]],
    ]);
  });

  test("LPUSH keeps the newest, ZADD sorts by the point's time", async () => {
    await (await open(client, { command: "LPUSH", key: "l", content: "value", maxLength: 2 })).write(
      point(1),
      point(2),
      point(3),
    );
    expect(await server.ask("LRANGE", "l", 0, -1)).toEqual(["3", "2"]);
    const at = (second: number) => ({ timestamp: `2026-01-01T10:00:0${second}.000Z` });
    await (await open(client, { command: "ZADD", key: "z", content: "value", maxLength: 2 })).write(
      point("b", at(2)),
      point("a", at(1)),
      point("c", at(3)),
    );
    expect(await server.ask("ZRANGE", "z", 0, -1, "WITHSCORES")).toEqual(["b", "1767261602000", "c", "1767261603000"]);
  });

  test("PUBLISH reaches who listens to the channel", async () => {
    const listener = new Redis(server.url);
    ends.push(async () => listener.disconnect());
    const heard: string[] = [];
    listener.on("message", (channel, text) => heard.push(`${channel} ${text}`));
    await listener.subscribe("ch/d1");
    const { write } = await open(client, { command: "PUBLISH", key: `ch/\${device_id}`, content: "value" });
    await write(point(1), point(2));
    await until("both are heard", () => heard.length === 2);
    expect(heard).toEqual(["ch/d1 1", "ch/d1 2"]);
  });

  test("a key that holds something else costs that record alone", async () => {
    await server.ask("SADD", "d2:temperature", "x");
    const { refusals } = await open(client, { command: "LPUSH" });
    expect(
      await refusals(point(1), point(2, { device_id: "d2" }), point(3), point(4, { device_id: undefined })),
    ).toEqual([
      "1: d2:temperature: WRONGTYPE Operation against a key holding the wrong kind of value",
      "3: this point has no device_id",
    ]);
    expect(await server.ask("LLEN", "d1:temperature")).toBe(2);
  });

  test("without the time series module that is said when it opens", async () => {
    await expect(open(client, { command: "TS.ADD" })).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("no time series module"),
    });
  });

  test("out of memory and a missing right are no fault of the records", async () => {
    const { write } = await open(client);
    await server.ask("CONFIG", "SET", "maxmemory", "1");
    await expect(write(point(1))).rejects.toThrow("is out of memory (maxmemory)");
    await server.ask("CONFIG", "SET", "maxmemory", "0");
    await write(point(1));
    await server.ask("ACL", "SETUSER", "reader", "on", ">pw", "~*", "+@read", "+@connection");
    const reader = await connectTo({ addresses: [server.url], username: "reader", password: "pw" });
    await expect((await open(reader.client)).write(point(1))).rejects.toThrow("does not give this user the right");
    await expect(connectTo({ addresses: [server.url], username: "reader", password: "no" })).rejects.toThrow(
      "does not accept user name or password",
    );
  });

  test("a server that does not answer any more is taken for dead", async () => {
    const { client: stalled, lost } = await connectTo({ addresses: [server.url], commandTimeout: "200ms" });
    const { write } = await open(stalled);
    const sleeping = server.ask("DEBUG", "SLEEP", "1");
    await expect(write(point(1))).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("has not answered within 0.2 s"),
    });
    await until("the loss is told", () => lost.length === 1);
    await sleeping;
  });
});

describe.skipIf(redisProgram === undefined)("with several servers", () => {
  test("a replica takes no writes: the connection is made anew", async () => {
    const master = await startRedis();
    ends.push(master.stop);
    const replica = await startRedis([`replicaof 127.0.0.1 ${master.port}`]);
    ends.push(replica.stop);
    const { client, lost } = await connectTo({ addresses: [replica.url] });
    await expect((await open(client)).write(point(1))).rejects.toThrow("is a replica and takes no writes");
    expect(lost[0]?.message).toContain("connect through sentinels");
  });

  test("when the master dies, the sentinels name the new one", async () => {
    const master = await startRedis();
    ends.push(master.stop);
    const replica = await startRedis([`replicaof 127.0.0.1 ${master.port}`]);
    ends.push(replica.stop);
    const synced = async () => String(await replica.ask("INFO", "replication")).includes("master_link_status:up");
    await until("the replica has caught up", synced);
    const sentinel = await startSentinel(master.port);
    ends.push(sentinel.stop);
    const knows = async () =>
      String(await sentinel.ask("SENTINEL", "REPLICAS", "plant")).includes(String(replica.port));
    await until("the sentinel knows the replica", knows, 20_000);
    const config = { mode: "sentinel", addresses: [sentinel.url], master: "plant" };
    const first = await connectTo(config);
    await (await open(first.client, { content: "value" })).write(point(1));
    await master.kill();
    await until("the loss is told", () => first.lost.length > 0);
    const write = () =>
      connectTo(config)
        .then(async ({ client }) => (await open(client, { content: "value" })).write(point(2)))
        .then(
          () => true,
          () => false,
        );
    await until("the new master takes it", write, 20_000);
    expect(await replica.ask("GET", "d1:temperature")).toBe("2");
  });

  test("in a cluster every key goes to the server that holds it", async () => {
    const [a, b] = await startRedisCluster();
    ends.push(a.stop, b.stop);
    const { client } = await connectTo({ mode: "cluster", addresses: [a.url] });
    const { write, refusals } = await open(client, { content: "value", expire: "1h" });
    await write(...Array.from({ length: 100 }, (_, index) => point(index, { key: `k${index}` })));
    const counts = [Number(await a.ask("DBSIZE")), Number(await b.ask("DBSIZE"))];
    expect(Math.min(...counts)).toBeGreaterThan(10);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(100);
    const list = await open(client, { command: "LPUSH" });
    expect((await list.refusals(point(1, { key: "k1" }), point(1, { key: "new" }))).map((text) => text[0])).toEqual([
      "0",
    ]);
    expect(await refusals(point(1))).toEqual([]);
    const single = await connectTo({ addresses: [a.url] });
    const writing = (await open(single.client)).write(
      ...Array.from({ length: 20 }, (_, key) => point(1, { key: `${key}` })),
    );
    await expect(writing).rejects.toThrow("choose Cluster");
  });
});
