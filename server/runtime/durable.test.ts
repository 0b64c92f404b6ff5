import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { z } from "zod";
import { systemClock } from "../../nodes/contract/clock.ts";
import { type AdapterContext, defineConnector } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { until } from "../../test/peers/program.ts";
import type { Bus, StoredBus } from "../bus/bus.ts";
import { type ForeignServer, foreignServer, testBus, testFolder } from "../bus/testing.ts";
import type { AdapterPlan, OperatorPlan } from "../compiler/plan.ts";
import { dataStream } from "../compiler/streams.ts";
import type { Engine } from "./engine.ts";
import type { Services } from "./services.ts";
import { adapter, engineOn, planOf, rule } from "./testing.ts";

const consumer = { stream: "IOT_DATA", name: "rule_engine_consumer", ackWaitMs: 30_000, maxPending: 50 };

function durableRule(id: string, type: string, config: object, changes: Partial<OperatorPlan> = {}): OperatorPlan {
  const inputs = [{ subject: "iot.processed.>", queue: `q.f.${id}`, accepts: "any" as const, stored: true as const }];
  return rule(id, type, config, { inputs, consumer, ...changes });
}
const add = (by: number, changes: Partial<OperatorPlan> = {}) => durableRule("add", "rule.add", { by }, changes);

/** The same object but for some of its members. */
function replacing<T extends object>(object: T, members: Partial<T>): T {
  const read = (name: keyof T) => {
    const value = object[name];
    return typeof value === "function" ? value.bind(object) : value;
  };
  return new Proxy(object, { get: (_, name) => (name in members ? members[name as keyof T] : read(name as keyof T)) });
}

describe("a durable flow", () => {
  let server: ForeignServer;
  let bus: Bus;
  let stored: StoredBus;
  const quiet = { delivery: "durable" as const, results: { status: false, data: false, format: "envelope" as const } };

  beforeEach(async () => {
    server = await foreignServer({ jetstream: { store_dir: testFolder() } });
    bus = await testBus(server);
    if (bus.stored === undefined) throw new Error("no JetStream");
    stored = bus.stored;
    await stored.ensureStream({ ...dataStream, maxAgeMs: 0, maxBytes: 2 ** 22 });
  });

  function start(changes: Partial<Services> = {}, extra: Parameters<typeof engineOn>[2] = []): Engine {
    const engine = engineOn(bus, systemClock, extra, changes);
    onTestFinished(() => engine.stop());
    return engine;
  }
  const publish = async (...values: number[]) => {
    for (const value of values)
      await stored.publish("iot.processed.d1.v", Buffer.from(JSON.stringify({ device_id: "d1", key: "v", value })));
  };
  const numbers = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  async function manager() {
    const connection = await connect({ servers: server.url });
    onTestFinished(() => connection.close());
    return jetstreamManager(connection);
  }
  /** The results that are stored, in order. */
  async function results(subject = "iot.rules.f_add"): Promise<number[]> {
    const { streams } = await manager();
    const { state } = await streams.info("IOT_DATA");
    const found: number[] = [];
    for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
      const message = await streams.getMessage("IOT_DATA", { seq });
      if (message?.subject === subject) found.push(message.json<{ data: { value: number } }>().data.value);
    }
    return found;
  }
  const pending = async () => {
    const { num_ack_pending, num_pending } = await (await manager()).consumers.info("IOT_DATA", consumer.name);
    return num_ack_pending + num_pending;
  };

  test("R099 R100 R137 R138 rules read rule_engine_consumer and acknowledge after their results are stored", async () => {
    let isFull = true;
    const held = replacing(stored, {
      publish: (...given: Parameters<StoredBus["publish"]>) =>
        isFull ? Promise.reject(new Error("the stream is full")) : stored.publish(...given),
    });
    await start({ bus: replacing(bus, { stored: held }) }).apply(planOf([add(1)], quiet));
    await publish(...numbers(1, 80));
    const info = async () => (await manager()).consumers.info("IOT_DATA", "rule_engine_consumer");
    await until("as many in hand as may be", async () => (await info()).num_ack_pending === 50);
    expect((await info()).config).toMatchObject({
      durable_name: "rule_engine_consumer",
      ack_policy: "explicit",
      ack_wait: 30_000_000_000,
      max_ack_pending: 50,
    });
    expect(await results()).toEqual([]);
    isFull = false;
    await until("all acknowledged", async () => (await pending()) === 0);
    expect(await results()).toEqual(numbers(2, 81));
  });

  test("R101 what comes while the engine is down is processed when it is back, without a result twice", async () => {
    const first = start();
    await first.apply(planOf([add(1)], quiet));
    await publish(1, 2);
    await until("acknowledged", async () => (await pending()) === 0);
    await first.stop();
    await publish(3, 4);
    await start().apply(planOf([add(1)], quiet));
    await until("acknowledged", async () => (await pending()) === 0);
    expect(await results()).toEqual([2, 3, 4, 5]);
  });

  test("a message that comes again because its acknowledgement was lost leads to no second result", async () => {
    await start().apply(planOf([add(1)], quiet));
    await publish(1);
    await until("acknowledged", async () => (await pending()) === 0);
    const { consumers } = await manager();
    await consumers.delete("IOT_DATA", consumer.name);
    await consumers.add("IOT_DATA", {
      durable_name: consumer.name,
      ack_policy: "explicit",
      filter_subject: "iot.processed.>",
      deliver_policy: "all",
    });
    // Another process: it knows nothing of what the first has done.
    await start().apply(planOf([add(1)], quiet));
    await until("acknowledged", async () => (await pending()) === 0);
    expect(await results()).toEqual([2]);
  });

  test("F2 a killed NATS costs no result, doubles none and keeps their order", async () => {
    await start().apply(planOf([add(0)], quiet));
    const publishing = publish(...numbers(1, 300));
    await until("some results", () => stored.pending() > 0);
    server.run.endNow();
    await server.run.ended;
    await server.restart();
    await publishing;
    await until("all acknowledged", async () => (await pending().catch(() => 1)) === 0, 30_000);
    expect(await results()).toEqual(numbers(1, 300));
  }, 60_000);

  test("two rules of one message each have their results, and fused ones as well", async () => {
    const next = rule("more", "rule.add", { by: 100 }, { inputs: [] });
    await start().apply(
      planOf([add(1, { next: { out: ["more"] } }), durableRule("count", "rule.count", {}), next], quiet),
    );
    await publish(1, 2);
    await until("acknowledged", async () => (await pending()) === 0);
    expect(await results()).toEqual([2, 3]);
    expect(await results("iot.rules.f_more")).toEqual([102, 103]);
    expect(await results("iot.rules.f_count")).toEqual([1, 2]);
  });

  test("a point that cannot be handled is told and acknowledged, and holds nothing up", async () => {
    await start().apply(planOf([add(1)], quiet));
    await publish(-1, -2, 3);
    await stored.publish("iot.processed.d1.v", Buffer.from("{"));
    await until("acknowledged", async () => (await pending()) === 0);
    expect(await results()).toEqual([4]);
  });

  describe("from its adapter on", () => {
    let device: AdapterContext<unknown>;
    const source = defineConnector({
      title: "",
      summary: "",
      help: "",
      icon: "",
      examples: [],
      type: "adapter.hand",
      protocol: "mock",
      config: z.object({}),
      scope: () => ({}),
      async open(_config, context) {
        device = context;
        return { close: async () => undefined };
      },
    });
    const hand: AdapterPlan = { ...adapter("hand", "adapter.hand", {}), stored: true };
    const convert: OperatorPlan = {
      category: "plugin",
      id: "plain",
      type: "plugin.plain",
      config: {},
      inputs: [{ subject: "iot.raw.mock.*", queue: "q", accepts: "any", stored: true }],
      consumer: { ...consumer, stream: "IOT_RAW", name: "plugin_manager_consumer" },
      next: {},
      publishes: [],
    };
    const emit = (payload: number) => device.emit({ device_id: "d1", payload, encoding: "json", metadata: {} });

    test("a reading counts as emitted when the stream has it, and becomes points and results even so", async () => {
      await stored.ensureStream({ name: "IOT_RAW", subjects: ["iot.raw.mock.*"], maxAgeMs: 0, maxBytes: 2 ** 20 });
      await start({}, [source as never]).apply(planOf([hand, convert, add(1)], quiet));
      await Promise.all(numbers(1, 20).map(emit));
      expect((await (await manager()).streams.info("IOT_RAW")).state.messages).toBe(20);
      await until("results", async () => (await results()).length === 20);
      expect(await results()).toEqual(numbers(2, 21));
    });

    test("what the stream does not take is refused to the source, which still has it", async () => {
      const engine = start(
        { bus: replacing(bus, { stored: replacing(stored, { publish: () => new Promise(() => {}) }) }) },
        [source as never],
      );
      await engine.apply(planOf([hand], quiet));
      for (let index = 0; index < 1_000; index++) void emit(index);
      await expect(emit(1_000)).rejects.toThrow(ConnectionError);
      const [node] = engine.nodes();
      expect(node?.counters).toMatchObject({ received: 1_001, emitted: 0, dropped: 1, queued: 1_000 });
    });
  });

  test("R102 R103 alerts of live flows are stored with acknowledgement too, and a refusal is told with the subject", async () => {
    const errors = [] as { subject?: string; message: string }[];
    bus.subscribe("iot.errors.rules.not_stored", ({ data }) =>
      errors.push(JSON.parse(Buffer.from(data).toString()).data),
    );
    await bus.flush(1_000);
    const alarm = rule("alarm", "rule.alarm", {});
    const { defineOperator } = await import("../../nodes/contract/operator.ts");
    const alarming = defineOperator({
      title: "",
      summary: "",
      help: "",
      icon: "",
      examples: [],
      type: "rule.alarm",
      accepts: "point",
      config: z.object({}),
      create: (_config, { emit }) => ({
        process: (point) =>
          emit(point, {
            alerts: [{ id: "1", level: "critical", device_id: point.device_id, message: "hot" } as never],
          }),
      }),
    });
    await start({}, [alarming as never]).apply(planOf([alarm]));
    await publish(1);
    const messages = async () =>
      (await (await manager()).streams.info("IOT_DATA", { subjects_filter: "iot.alerts.>" })).state.subjects;
    await until("the alert is stored", async () => (await messages())?.["iot.alerts.critical.d1"] === 1);
    await (await manager()).streams.delete("IOT_DATA");
    bus.publish("iot.processed.d1.v", Buffer.from(JSON.stringify({ device_id: "d1", key: "v", value: 2 })));
    await until("it is told", () => errors.length > 0, 30_000);
    expect(errors[0]).toMatchObject({ subject: "iot.alerts.critical.d1" });
  }, 40_000);
});
