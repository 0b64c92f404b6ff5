import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../nodes/contract/clock.ts";
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import { ConnectionError, MessageError, PartialWriteError } from "../../nodes/contract/errors.ts";
import { until } from "../../test/peers/program.ts";
import type { Bus } from "../bus/bus.ts";
import { testBus, testServer } from "../bus/testing.ts";
import type { SinkPlan } from "../compiler/plan.ts";
import { dataStream, deadLetterStream } from "../compiler/streams.ts";
import type { Engine } from "./engine.ts";
import type { Services } from "./services.ts";
import { SinkNode } from "./sink-node.ts";
import { engineOn, planOf, sink, testSink } from "./testing.ts";

/** A sink without a wire that reads the data stream through a consumer of its own. */
function storedSink(id = "log", config: object = {}): SinkPlan {
  return {
    ...sink(id, "add", config),
    inputs: [{ subject: "iot.processed.>", queue: `q.f.${id}`, accepts: "any", stored: true }],
    consumer: { stream: "IOT_DATA", name: `q_f_${id}`, ackWaitMs: 30_000, maxPending: 1_000 },
  };
}

/** The same object but for some of its members. */
function replacing<T extends object>(object: T, members: Partial<T>): T {
  const read = (name: keyof T) => {
    const value = object[name];
    return typeof value === "function" ? value.bind(object) : value;
  };
  return new Proxy(object, { get: (_, name) => (name in members ? members[name as keyof T] : read(name as keyof T)) });
}

describe("a sink that reads through a stream", () => {
  let bus: Bus;
  let written: number[];
  /** What the target does with a batch; takes all of it when not set. */
  let target: ((values: readonly number[]) => void) | undefined;

  beforeEach(async () => {
    const server = await testServer();
    bus = await testBus(server);
    for (const stream of [dataStream, deadLetterStream])
      await bus.stored?.ensureStream({ ...stream, maxAgeMs: 0, maxBytes: 2 ** 20 });
    written = [];
    target = undefined;
  });

  const numberIn = ({ data }: SinkRecord) => data["value"] as number;
  function start(size = 10, changes: Partial<Services> = {}): Engine {
    const write = async (records: readonly SinkRecord[]) => {
      const values = records.map(numberIn);
      const rejecting = target;
      if (rejecting === undefined) written.push(...values);
      else rejecting(values);
    };
    const engine = engineOn(bus, systemClock, [testSink(write, size)], changes);
    onTestFinished(() => engine.stop());
    return engine;
  }
  const publish = async (...values: number[]) => {
    const point = (value: number) => Buffer.from(JSON.stringify({ device_id: "d1", key: "v", value }));
    for (const value of values) await bus.stored?.publish("iot.processed.d1.v", point(value));
  };
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const nodeOf = (engine: Engine) => [...engine.nodes()].find((node) => node instanceof SinkNode);
  const deadLetters = () => {
    const letters: { error: string; value: number; attempts: number }[] = [];
    bus.subscribe("iot.errors.sinks.dead_letter", ({ data }) => {
      const { error, attempts, payload_base64 } = JSON.parse(Buffer.from(data).toString()).data;
      letters.push({ error, attempts, value: JSON.parse(Buffer.from(payload_base64, "base64").toString()).value });
    });
    return letters;
  };

  test("F5 keeps what comes while its target is away, says how much waits and since when, and delivers it in order", async () => {
    const engine = start();
    await engine.apply(planOf([storedSink()]));
    await publish(1, 2);
    await until("the first two", () => written.length === 2);
    target = () => {
      throw new ConnectionError("refused");
    };
    await publish(...numbers(3, 40));
    await until("all wait", () => nodeOf(engine)?.counters.queued === 38);
    const { buffer, counters } = { buffer: nodeOf(engine)?.buffer?.(), counters: nodeOf(engine)?.counters };
    expect(buffer).toMatchObject({ waiting: 38, lost: 0, lastError: "refused" });
    expect(buffer?.oldestAgeMs).toBeGreaterThan(0);
    expect(counters?.failed).toBe(0);
    target = undefined;
    await until("all written", () => written.length === 40);
    expect(written).toEqual(numbers(1, 40));
    await until("nothing waits", () => nodeOf(engine)?.counters.queued === 0);
    expect(nodeOf(engine)?.counters).toMatchObject({ emitted: 40, failed: 0, dropped: 0 });
  });

  test("begins with what is new; what it has not delivered when it ends comes first to the next, in order", async () => {
    await publish(0);
    const first = start();
    await first.apply(planOf([storedSink()]));
    await publish(1);
    await until("the first", () => written.length === 1);
    target = () => {
      throw new ConnectionError("refused");
    };
    await publish(...numbers(2, 20));
    await first.stop();
    target = undefined;
    await publish(21);
    const second = start();
    await second.apply(planOf([storedSink()]));
    await until("the rest", () => written.length === 21);
    expect(written).toEqual(numbers(1, 21));
  });

  test("R148 R150 F10 a record that fails whatever is tried becomes a dead letter, its neighbours are delivered", async () => {
    const letters = deadLetters();
    target = (values) => {
      if (values.some((value) => value === 3)) throw new Error("3 is poison");
      if (values.some((value) => value === 7)) throw new MessageError("validation", "7 is no number for me");
      written.push(...values);
    };
    const engine = start(4);
    await engine.apply(planOf([storedSink()]));
    await publish(...numbers(1, 9));
    await until("the others", () => written.length >= 7, 20_000);
    expect(written).toEqual([1, 2, 4, 5, 6, 8, 9]);
    await until("both letters", () => letters.length === 2);
    expect(letters).toEqual([
      { error: "3 is poison", attempts: 3, value: 3 },
      { error: "7 is no number for me", attempts: 1, value: 7 },
    ]);
    expect(nodeOf(engine)?.counters).toMatchObject({ received: 9, emitted: 7, failed: 2 });
    expect((await bus.stored?.publish("iot.errors.sinks.dead_letter", Buffer.from("{}")))?.sequence).toBe(3);
  });

  test("of a batch it accepts, refuses and keeps record by record; what is kept comes again in order", async () => {
    const letters = deadLetters();
    target = (values) => {
      if (values.length < 4) throw new PartialWriteError([], [...values.keys()]);
      target = undefined;
      written.push(...values.slice(0, 1));
      throw new PartialWriteError([{ index: 1, reason: "type conflict" }], [2, 3]);
    };
    await start(4).apply(planOf([storedSink()]));
    await publish(...numbers(1, 4));
    await until("what was kept", () => written.length === 3);
    expect(written).toEqual([1, 3, 4]);
    expect(letters).toEqual([{ error: "type conflict", attempts: 1, value: 2 }]);
  });

  test("a dead letter that cannot be stored is not given up: the record is kept, and the sink says why", async () => {
    target = () => {
      throw new MessageError("validation", "never");
    };
    const stored = bus.stored;
    if (stored === undefined) throw new Error("no JetStream");
    let isFull = true;
    const full = replacing(stored, {
      publish: (...given: Parameters<typeof stored.publish>) =>
        isFull ? Promise.reject(new Error("the stream is full")) : stored.publish(...given),
    });
    const engine = start(1, { bus: replacing(bus, { stored: full }) });
    await engine.apply(planOf([storedSink()]));
    await publish(1);
    const status = () => [...engine.statuses()].find(({ node }) => node === "log");
    await until("it says so", () => status()?.detail.includes("a dead letter cannot be stored") === true);
    expect(nodeOf(engine)?.counters).toMatchObject({ failed: 0, queued: 1 });
    isFull = false;
    await until("given up now", () => nodeOf(engine)?.counters.failed === 1);
    await until("no complaint left", () => status()?.detail === "");
  });

  test("R150 a record that was given up is given to it once more, and to it alone; the answer is what became of it", async () => {
    target = () => {
      throw new MessageError("validation", "not yet");
    };
    const engine = start();
    await engine.apply(planOf([storedSink()]));
    const text = JSON.stringify({ device_id: "d1", key: "v", value: 5 });
    const again = { flow: "f", node: "log", subject: "iot.processed.d1.v", text };
    expect(await engine.retry(again)).toEqual({ ok: false, reason: "not yet" });
    expect(nodeOf(engine)?.counters).toMatchObject({ received: 1, failed: 1, emitted: 0 });
    target = undefined;
    expect(await engine.retry(again)).toEqual({ ok: true });
    expect(written).toEqual([5]);
    expect(await engine.retry({ ...again, text: "{" })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/not JSON/),
    });
    expect(await engine.retry({ ...again, node: "gone" })).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/does not run/),
    });
  });

  test("F18 F19 its place outlives a deploy without it until that is committed; other nodes keep reading", async () => {
    const engine = start();
    await engine.apply(planOf([storedSink("log"), storedSink("other")]));
    const names = async () => (await bus.stored?.consumers("IOT_DATA"))?.map(({ name }) => name).sort();
    expect(await names()).toEqual(["q_f_log", "q_f_other"]);
    await engine.apply(planOf([storedSink("other")]));
    expect(await names()).toEqual(["q_f_log", "q_f_other"]);
    engine.committed({ nodes: ["f/log", "f/other"], hasDurableFlow: false });
    await engine.apply(planOf([storedSink("other")]));
    expect(await names()).toEqual(["q_f_log", "q_f_other"]);
    engine.committed({ nodes: ["f/other"], hasDurableFlow: false });
    await engine.apply(planOf([storedSink("other")]));
    expect(await names()).toEqual(["q_f_other"]);
    await publish(1);
    await until("it still reads", () => written.length === 1);
  });

  test("a new configuration takes over what waits", async () => {
    const engine = start();
    target = () => {
      throw new ConnectionError("refused");
    };
    await engine.apply(planOf([storedSink()]));
    await publish(...numbers(1, 30));
    target = undefined;
    await engine.apply(planOf([storedSink("log", { name: "other" })]));
    await until("all", () => written.length === 30);
    expect(written).toEqual(numbers(1, 30));
  });

  test("R155 what had to wait is sent no faster than the settings say", async () => {
    await start().apply(planOf([storedSink()]));
    await publish(1);
    await until("it reads", () => written.length === 1);
    const later = { ...systemClock, now: () => systemClock.now() + 60_000 };
    const engine = start(5, { clock: later, replayPerS: 10 });
    await engine.apply(planOf([storedSink("slow")]));
    const startedMs = performance.now();
    await publish(...numbers(2, 16));
    await until("all, by both", () => written.length === 31);
    // Three batches of five, half a second after each but the last.
    expect(performance.now() - startedMs).toBeGreaterThan(950);
  });
});
