import { rmSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { until } from "../../test/peers/program.ts";
import type { Bus, ConsumerSettings, StoredMessage, StoredReader } from "./bus.ts";
import { type ForeignServer, foreignServer, testBus, testFolder } from "./testing.ts";

const settings: ConsumerSettings = {
  stream: "S",
  name: "reader",
  subjects: ["s.a.>", "s.b"],
  ackWaitMs: 30_000,
  maxAckPending: 1_000,
  owner: { "sluice.node": "n" },
};
const stream = { name: "S", subjects: ["s.>"], maxAgeMs: 0, maxBytes: 1024 ** 2 };

describe("a durable reader", () => {
  let server: ForeignServer;
  let storeDir: string;
  let bus: Bus;
  let client: NatsConnection;

  beforeEach(async () => {
    storeDir = testFolder();
    server = await foreignServer({ jetstream: { store_dir: storeDir } });
    bus = await testBus(server);
    client = await connect({ servers: server.url, reconnectTimeWait: 100, maxReconnectAttempts: -1 });
    onTestFinished(() => client.close());
    await bus.stored?.ensureStream(stream);
  });

  async function read(limit = 100, changes: Partial<ConsumerSettings> = {}) {
    const messages: StoredMessage[] = [];
    const reader = bus.stored?.read({ ...settings, ...changes }, limit, (message) => messages.push(message));
    if (reader === undefined) throw new Error("no JetStream");
    onTestFinished(() => reader.close());
    await reader.ready(5_000);
    return { reader, messages, texts: () => messages.map(({ data }) => Buffer.from(data).toString()) };
  }
  const publish = (...texts: string[]) =>
    Promise.all(texts.map((text) => bus.stored?.publish("s.a.x", Buffer.from(text))));
  const numbers = (from: number, to: number) =>
    Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
  const manager = () => jetstreamManager(client);
  const info = async () => (await manager()).consumers.info("S", "reader");

  test("R100 begins with what is new, takes its subjects in order, and the acknowledged is not pending", async () => {
    await publish("before");
    const { messages, texts } = await read();
    await publish("1", "2");
    await bus.stored?.publish("s.other", Buffer.from("not mine"));
    await bus.stored?.publish("s.b", Buffer.from("3"));
    await until("three messages", () => messages.length === 3);
    expect(texts()).toEqual(["1", "2", "3"]);
    expect(messages.map(({ subject, sequence }) => [subject, sequence])).toEqual([
      ["s.a.x", 2],
      ["s.a.x", 3],
      ["s.b", 5],
    ]);
    expect((await info()).num_ack_pending).toBe(3);
    for (const message of messages) message.done();
    await until("all acknowledged", async () => (await info()).num_ack_pending === 0);
    expect((await info()).config).toMatchObject({ ack_policy: "explicit", max_deliver: -1 });
  });

  test("R137 never has more in hand than its limit, and goes on as they are done", async () => {
    const { messages, reader } = await read(10);
    await publish(...numbers(1, 50));
    await until("the limit", () => messages.length === 10);
    await until("the backlog is seen", () => reader.backlog().waiting === 50);
    expect((await info()).num_ack_pending).toBe(10);
    for (let index = 0; index < 50; index++) {
      await until("the next", () => messages.length > index);
      messages[index]?.done();
    }
    await until("nothing waits", () => reader.backlog().waiting === 0);
    expect(messages).toHaveLength(50);
  });

  test("R101 what a reader that has ended had in hand comes first to the next one, before anything newer", async () => {
    const first = await read(5);
    await publish(...numbers(1, 8));
    await until("five in hand", () => first.messages.length === 5);
    first.messages[0]?.done();
    await until("acknowledged", async () => (await info()).ack_floor.stream_seq === 1);
    await first.reader.close();
    await publish("9");
    const second = await read();
    await until("all", () => second.messages.length === 8);
    expect(second.texts()).toEqual(numbers(2, 9));
  });

  test("a killed server neither loses a message nor gives one in hand or done twice", async () => {
    const { messages, texts } = await read(5);
    await publish(...numbers(1, 10));
    await until("five in hand", () => messages.length === 5);
    messages[0]?.done();
    server.run.endNow();
    await server.run.ended;
    messages[1]?.done();
    await server.restart();
    await until("back", () => bus.status().state === "connected");
    await publish("11");
    for (let index = 2; index < 11; index++) {
      await until(`message ${index}`, () => messages.length > index, 20_000);
      messages[index]?.done();
    }
    expect(texts()).toEqual(numbers(1, 11));
    await until("all acknowledged", async () => {
      // This client may still be on its way back to the server, and is answered too late then.
      const known = await info().catch(() => undefined);
      if (known === undefined) return false;
      const { num_ack_pending, num_pending } = known;
      return num_ack_pending + num_pending === 0;
    });
  });

  test("F26 a consumer removed by somebody is made again where it was", async () => {
    const { messages, texts } = await read(4);
    await publish(...numbers(1, 3));
    await until("three", () => messages.length === 3);
    messages[0]?.done();
    await (await manager()).consumers.delete("S", "reader");
    await publish(...numbers(4, 6));
    await until("two more, for two places", () => messages.length === 5);
    for (const message of messages.splice(0)) message.done();
    await until("the last", () => messages.length === 1);
    messages[0]?.done();
    expect(texts()).toEqual(["6"]);
    await until("all acknowledged", async () => (await info()).num_ack_pending === 0);
  });

  test("a stream that was removed and made anew is read from its beginning", async () => {
    const { messages, texts } = await read();
    await publish(...numbers(1, 3));
    await until("three", () => messages.length === 3);
    for (const message of messages) message.done();
    await (await manager()).streams.delete("S");
    await bus.stored?.ensureStream(stream);
    await publish("new 1", "new 2");
    await until("both", () => messages.length === 5, 20_000);
    expect(texts().slice(3)).toEqual(["new 1", "new 2"]);
  });

  test("F6 what a full stream drops before it was read is counted exactly, other subjects are not", async () => {
    const { messages, reader } = await read(2);
    const filler = "x".repeat(20_000);
    const send = async (count: number) => {
      for (let index = 0; index < count; index++) {
        await publish(`${index} ${filler}`);
        await bus.stored?.publish("s.other", Buffer.from(filler));
      }
    };
    await send(22);
    const backlogOf = async (check: (backlog: ReturnType<StoredReader["backlog"]>) => boolean) =>
      until("the backlog", () => check(reader.backlog()), 20_000);
    await backlogOf(({ fill }) => fill > 0.7);
    expect(reader.backlog().lost).toBe(0);
    await send(20);
    await backlogOf(({ lost }) => lost > 0);
    // Everything is either in hand, still stored, or lost.
    const { num_pending } = await info();
    await until("all counted", () => reader.backlog().lost === 42 - messages.length - num_pending, 20_000);
  }, 60_000);

  test("other subjects and limits are taken over where it is, without reading again", async () => {
    const { messages, reader, texts } = await read();
    await publish("1");
    await until("one", () => messages.length === 1);
    messages[0]?.done();
    reader.update({ ...settings, subjects: ["s.b"], maxAckPending: 7 });
    await until("changed", async () => (await info()).config.max_ack_pending === 7);
    await publish("2");
    await bus.stored?.publish("s.b", Buffer.from("3"));
    await until("the other subject", () => messages.length === 2);
    expect(texts()).toEqual(["1", "3"]);
  });

  test("consumers are listed with their owners and can be removed, also twice", async () => {
    await read();
    expect(await bus.stored?.consumers("S")).toMatchObject([{ name: "reader", owner: { "sluice.node": "n" } }]);
    await bus.stored?.removeConsumer("S", "reader");
    await bus.stored?.removeConsumer("S", "reader");
    await bus.stored?.removeConsumer("none", "reader");
    expect(await bus.stored?.consumers("none")).toEqual([]);
  });

  test("F4 F21 a stream that lost its latest messages, as by a power cut, delivers all that comes after them", async () => {
    const first = await read();
    await publish(...numbers(1, 20));
    await until("all", () => first.messages.length === 20);
    for (const message of first.messages) message.done();
    await until("acknowledged", async () => (await info()).num_ack_pending === 0);
    await first.reader.close();
    await bus.drain();
    await server.run.end(5_000);
    const folder = join(storeDir, "jetstream", "$G", "streams", "S", "msgs");
    const block = join(folder, "1.blk");
    truncateSync(block, Math.floor(statSync(block).size / 2));
    rmSync(join(folder, "index.db"));

    server = await server.restart();
    bus = await testBus(server);
    const again = await read();
    const [ack] = await publish(...numbers(21, 40));
    expect(ack?.sequence).toBeLessThan(21);
    await until("what came after", () => again.messages.length >= 20, 10_000);
    expect(again.texts()).toEqual(numbers(21, 40));
  });
});
