import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import { defineConnector } from "../../nodes/contract/connector.ts";
import { ConnectionError, PartialWriteError } from "../../nodes/contract/errors.ts";
import type { Activity } from "./activity.ts";
import { adapter, planOf, rule, sink, testEngine, testSink } from "./testing.ts";

type Envelope = { data: Record<string, unknown>; trace_id: string; node?: string; [field: string]: unknown };
const add = (by: number, changes = {}) => rule("add", "rule.add", { by }, changes);

describe("results", () => {
  test("R042 R044 R070 a result stands under its rule, its outcome, and its device and key", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.d1.v", point(1));
    for (const subject of ["iot.rules.f_add", "iot.rules.f_add.success", "iot.rules.d1.v"])
      expect((bus.on(subject) as Envelope[]).map(({ data }) => data["value"])).toEqual([2]);
    await engine.stop();
  });

  test("R065 R072 a result holds rule, original, processed, actions and time, and is itself a point", async () => {
    const { bus, engine, publish } = testEngine();
    await engine.apply(planOf([add(1)], { names: { add: "Add one" } }));
    const original = {
      device_id: "d1",
      key: "v",
      value: 1,
      type: "int",
      quality: 0,
      timestamp: "2026-01-01T00:00:00.000Z",
      tags: { line: "1" },
      extra: true,
    };
    await publish("iot.processed.d1.v", original);
    const [message] = bus.on("iot.rules.f_add") as Envelope[];
    expect(message?.data).toEqual({
      ...original,
      value: 2,
      rule_id: "f_add",
      rule_name: "Add one",
      flow_id: "f",
      success: true,
      original,
      processed: { ...original, value: 2 },
      actions: [{ type: "add", success: true }],
      processed_at: "2026-01-01T00:00:00.000Z",
    });
    await engine.stop();
  });

  test("R055-R061 every message is an envelope with timestamp, source, version, trace_id and data", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.d1.v", point(1));
    const trace = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
    await publish("iot.processed.d1.v", { trace_id: trace, source: "x", data: point(5) });
    const messages = bus.on("iot.rules.f_add") as Envelope[];
    expect(messages).toHaveLength(2);
    for (const message of messages)
      expect(message).toMatchObject({ source: "rule_engine", version: "1.0.0", flow: "f", node: "add" });
    expect(messages[0]?.trace_id).toMatch(/^[0-9a-f-]{36}$/);
    expect(messages[1]?.trace_id).toBe(trace);
    await engine.stop();
  });

  test("R062 bare results are published when the flow says so", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)], { results: { status: false, data: false, format: "bare" } }));
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.rules.>")).toMatchObject([{ value: 2, rule_id: "f_add" }]);
    await engine.stop();
  });

  test("R140 R141 headers tell kind, version and trace", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.d1.v", point(1));
    const kinds = bus.published
      .filter(({ subject }) => subject.startsWith("iot.rules."))
      .map(({ headers }) => /Iot-Kind: (\w+)\r\nIot-Version: 1.0.0\r\nIot-Trace-Id: [0-9a-f-]{36}/.exec(headers)?.[1]);
    expect(kinds).toEqual(["result", "status", "data"]);
    await engine.stop();
  });
});

describe("input", () => {
  test("R123 a bare point on a short subject is processed, its missing fields filled in", async () => {
    const { bus, engine, publish } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.test", { device_id: "test", key: "temperature", value: 25.5 });
    expect((bus.on("iot.rules.f_add") as Envelope[])[0]?.data["original"]).toEqual({
      device_id: "test",
      key: "temperature",
      value: 25.5,
      type: "float",
      quality: 0,
      timestamp: "2026-01-01T00:00:00.000Z",
      tags: {},
    });
    await engine.stop();
  });

  test("R068 R069 members of a batch are processed in order, and a bad one drops only itself", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.batch.d1", [point(1), { device_id: "d1", value: 2 }, point(3)]);
    expect((bus.on("iot.rules.f_add") as Envelope[]).map(({ data }) => data["value"])).toEqual([2, 4]);
    expect(bus.on("iot.errors.rules.validation")).toHaveLength(1);
    await engine.stop();
  });

  test("R066 R049 broken JSON is told on the errors and the next point is processed", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.d1.v", "{");
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.errors.rules.parse_error")).toMatchObject([{ data: { node: "add", original: "{" } }]);
    expect(bus.on("iot.rules.f_add")).toHaveLength(1);
    await engine.stop();
  });

  test("R043 R050 R071 a point that a rule cannot handle goes to .failed and to the device's errors, with the original", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    await publish("iot.processed.d1.v", point(-1));
    expect(bus.on("iot.rules.f_add")).toEqual([]);
    expect(bus.on("iot.rules.f_add.failed")).toMatchObject([
      { data: { success: false, value: -1, error: { type: "type_mismatch", node: "add" } } },
    ]);
    expect(bus.on("iot.errors.d1.errors")).toMatchObject([{ data: { type: "type_mismatch", device_id: "d1" } }]);
    await engine.stop();
  });

  test("R111 a defect in a node is reported and the others go on", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1), rule("count", "rule.count", {})]));
    await publish("iot.processed.d1.v", point(-2));
    expect(bus.on("iot.errors.rules.internal")).toHaveLength(1);
    expect(bus.on("iot.rules.f_count")).toHaveLength(1);
    await engine.stop();
  });

  test("a wired input takes its upstream and foreign publishers, not other nodes", async () => {
    const { bus, engine, publish, point } = testEngine();
    const inputs = [{ subject: "iot.processed.>", queue: "q", accepts: [{ node: "up", port: "out" }] }];
    await engine.apply(planOf([add(1, { inputs })]));
    const from = (node: string, flow = "f") => ({ trace_id: "t", flow, node, data: point(1) });
    await publish("iot.processed.d1.v", from("other"));
    await publish("iot.processed.d1.v", from("up", "another-flow"));
    await publish("iot.processed.d1.v", from("up"));
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.rules.f_add")).toHaveLength(2);
    await engine.stop();
  });

  test("a flow that feeds itself is stopped after eight hops and says so", async () => {
    const { bus, engine, publish, point } = testEngine();
    const inputs = [{ subject: "iot.rules.f_add", queue: "q", accepts: "any" as const }];
    await engine.apply(planOf([add(1, { inputs })]));
    await publish("iot.rules.f_add", point(0));
    expect(bus.on("iot.rules.f_add")).toHaveLength(9);
    expect(bus.on("iot.errors.rules.loop")).toHaveLength(1);
    await engine.stop();
  });

  test("a result that goes into another rule does not carry the results before it", async () => {
    const { bus, engine, publish, point } = testEngine();
    const inputs = [{ subject: "iot.rules.f_add", queue: "q", accepts: "any" as const }];
    await engine.apply(planOf([add(1), rule("more", "rule.add", { by: 10 }, { inputs })]));
    await publish("iot.processed.d1.v", point(1));
    const [message] = bus.on("iot.rules.f_more") as Envelope[];
    expect(message?.data["value"]).toBe(12);
    expect(message?.data["original"]).not.toHaveProperty("original");
    await engine.stop();
  });

  test("R144 a result too large for the bus becomes an error, not a crash", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([rule("count", "rule.count", {})]));
    await publish("iot.processed.d1.v", point(1, { text: "x".repeat(600_000) }));
    expect(bus.on("iot.rules.>")).toEqual([]);
    expect(bus.on("iot.errors.rules.payload_too_large").length).toBeGreaterThan(0);
    await engine.stop();
  });
});

describe("changes", () => {
  test("fused rules call each other and each publishes its result", async () => {
    const { bus, engine, publish, point } = testEngine();
    const next = rule("second", "rule.add", { by: 10 }, { inputs: [] });
    await engine.apply(planOf([add(1, { next: { out: ["second"] } }), next]));
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.rules.f_add")).toMatchObject([{ data: { value: 2 } }]);
    expect(bus.on("iot.rules.f_second")).toMatchObject([{ data: { value: 12, original: { value: 2 } } }]);
    await engine.stop();
  });

  test("R165 an unchanged node keeps its state through a deploy, a changed one begins anew", async () => {
    const { bus, engine, publish, point } = testEngine();
    const same = rule("same", "rule.count", {});
    await engine.apply(planOf([same, rule("other", "rule.count", { label: "a" })]));
    await publish("iot.processed.d1.v", point(1));
    const answer = await engine.apply(planOf([same, rule("other", "rule.count", { label: "b" })]));
    expect(answer).toEqual({ ok: true, changes: { started: 0, restarted: 1, rewired: 0, stopped: 0, kept: 1 } });
    await publish("iot.processed.d1.v", point(1));
    const values = (node: string) => (bus.on(`iot.rules.f_${node}`) as Envelope[]).map(({ data }) => data["value"]);
    expect(values("same")).toEqual([1, 2]);
    expect(values("other")).toEqual([1, 1]);
    await engine.stop();
  });

  test("a deploy that cannot start leaves everything as it was and says why", async () => {
    const { bus, engine, publish, point } = testEngine();
    await engine.apply(planOf([rule("count", "rule.count", {})]));
    await publish("iot.processed.d1.v", point(1));
    const answer = await engine.apply(planOf([rule("count", "rule.count", { label: 7 }), add(1)]));
    expect(answer).toMatchObject({ ok: false, problems: [{ code: "cannot-start", node: "count" }] });
    await publish("iot.processed.d1.v", point(1));
    expect((bus.on("iot.rules.f_count") as Envelope[]).map(({ data }) => data["value"])).toEqual([1, 2]);
    expect(bus.on("iot.rules.f_add")).toEqual([]);
    await engine.stop();
  });

  test("a connector that can never open rolls the deploy back", async () => {
    const impossible = defineConnector({
      type: "adapter.impossible",
      title: "",
      summary: "",
      help: "",
      icon: "",
      examples: [],
      protocol: "mock",
      config: z.object({}),
      scope: () => ({}),
      open: () => Promise.reject(new Error("the device speaks another language")),
    });
    const { bus, engine, publish, point } = testEngine([impossible]);
    await engine.apply(planOf([add(1)]));
    const answer = await engine.apply(planOf([add(2), adapter("bad", "adapter.impossible", {})]));
    expect(answer).toMatchObject({
      ok: false,
      problems: [{ node: "bad", message: expect.stringContaining("language") }],
    });
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.rules.f_add")).toMatchObject([{ data: { value: 2 } }]);
    await engine.stop();
  });
});

describe("sinks", () => {
  const collected = () => {
    const records: SinkRecord[] = [];
    return { records, write: async (batch: readonly SinkRecord[]) => void records.push(...batch) };
  };

  test("R035 R089 a sink gets results with their trace", async () => {
    const { records, write } = collected();
    const { bus, engine, publish, point } = testEngine([testSink(write)]);
    await engine.apply(planOf([add(1), sink("log", "add")]));
    await publish("iot.processed.d1.v", point(1));
    const [result] = bus.on("iot.rules.f_add") as Envelope[];
    expect(records).toMatchObject([{ subject: "iot.rules.f_add", traceId: result?.trace_id, data: { value: 2 } }]);
    await engine.stop();
  });

  test("R091 garbage does not reach a sink and is counted", async () => {
    const { records, write } = collected();
    const { bus, engine, publish } = testEngine([testSink(write)]);
    await engine.apply(planOf([sink("log", "add")]));
    await publish("iot.rules.f_add", "nonsense");
    expect(records).toEqual([]);
    expect(bus.on("iot.errors.sinks.parse_error")).toHaveLength(1);
    await engine.stop();
  });

  test("R148 a write that fails twice is tried three times and delivered once", async () => {
    let attempts = 0;
    const { records, write } = collected();
    const flaky = async (batch: readonly SinkRecord[]) => {
      if (++attempts < 3) throw new Error("busy");
      await write(batch);
    };
    const { clock, bus, engine, publish, point } = testEngine([testSink(flaky)]);
    await engine.apply(planOf([add(1), sink("log", "add")]));
    await publish("iot.processed.d1.v", point(1));
    for (let step = 0; step < 3; step++) {
      clock.advance(1_000);
      await bus.settled();
    }
    expect({ attempts, delivered: records.length }).toEqual({ attempts: 3, delivered: 1 });
    await engine.stop();
  });

  test("R150 a record that never succeeds becomes a dead letter with the original payload", async () => {
    const { clock, bus, engine, publish, point } = testEngine([testSink(() => Promise.reject(new Error("never")))]);
    await engine.apply(planOf([add(1), sink("log", "add")]));
    await publish("iot.processed.d1.v", point(1));
    for (let step = 0; step < 3; step++) {
      clock.advance(1_000);
      await bus.settled();
    }
    const [letter] = bus.on("iot.errors.sinks.dead_letter") as Envelope[];
    expect(letter?.data).toMatchObject({ subject: "iot.rules.f_add", error: "never", attempts: 3, node: "log" });
    const original = JSON.parse(Buffer.from(String(letter?.data["payload_base64"]), "base64").toString());
    expect(original.data.value).toBe(2);
    await engine.stop();
  });

  test("an unreachable target is opened again and gets what waited, in order, without using up attempts", async () => {
    let reachable = false;
    const { records, write } = collected();
    const target = async (batch: readonly SinkRecord[]) => {
      if (!reachable) throw new ConnectionError("nobody there");
      await write(batch);
    };
    const { clock, bus, engine, publish, point } = testEngine([testSink(target)]);
    await engine.apply(planOf([add(0), sink("log", "add")]));
    for (const value of [1, 2, 3]) await publish("iot.processed.d1.v", point(value));
    for (let step = 0; step < 20; step++) {
      clock.advance(40_000);
      await bus.settled();
    }
    expect(records).toEqual([]);
    reachable = true;
    clock.advance(40_000);
    await bus.settled();
    expect(records.map(({ data }) => data["value"])).toEqual([1, 2, 3]);
    await engine.stop();
  });

  test("records a target refuses become dead letters, the others of the batch are delivered", async () => {
    const picky = async () => {
      throw new PartialWriteError([{ index: 0, reason: "field type conflict" }]);
    };
    const { bus, engine, publish, point } = testEngine([testSink(picky)]);
    await engine.apply(planOf([add(1), sink("log", "add")]));
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.errors.sinks.dead_letter")).toMatchObject([{ data: { error: "field type conflict" } }]);
    await engine.stop();
  });

  test("R155 a full mailbox drops the oldest and counts it", async () => {
    let release = () => {};
    const blocked = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { bus, engine, publish } = testEngine([testSink(() => blocked)]);
    await engine.apply(planOf([sink("log", "add")]));
    for (let index = 0; index < 10_050; index++) bus.publish("iot.rules.f_add", Buffer.from(`{"n":${index}}`));
    await publish("iot.rules.f_add", { n: -1 });
    const [node] = [...engine.nodes()];
    expect(node?.counters).toMatchObject({ received: 10_051, dropped: 50, queued: 10_001 });
    release();
    await engine.stop();
  });

  test("a node that becomes one of another kind under its name gets the messages of the new one", async () => {
    const { records, write } = collected();
    const { bus, engine, publish, point } = testEngine([testSink(write, 100)]);
    await engine.apply(planOf([sink("add", "other")]));
    for (let index = 0; index < 50; index++) bus.publish("iot.rules.f_other", Buffer.from(`{"n":${index}}`));
    await bus.settled();
    await engine.apply(planOf([add(1)]));
    expect(records).toHaveLength(50);
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.rules.f_add")).toHaveLength(1);
    await engine.apply(planOf([sink("add", "other")]));
    bus.publish("iot.rules.f_other", Buffer.from(`{"n":50}`));
    await bus.settled();
    await engine.stop();
    expect(records).toHaveLength(51);
  });

  test("what waits is written out before a sink stops", async () => {
    const { records, write } = collected();
    const { bus, engine } = testEngine([testSink(write, 100)]);
    await engine.apply(planOf([sink("log", "add")]));
    for (let index = 0; index < 250; index++) bus.publish("iot.rules.f_add", Buffer.from(`{"n":${index}}`));
    await bus.settled();
    await engine.stop();
    expect(records).toHaveLength(250);
  });
});

describe("what it tells about itself", () => {
  test("R112 R113 R114 R116 counters are exact", async () => {
    const { engine, publish, point } = testEngine();
    await engine.apply(planOf([add(1)]));
    for (let index = 0; index < 1_000; index++) await publish("iot.processed.d1.v", point(index % 143 === 0 ? -1 : 1));
    const [node] = [...engine.nodes()];
    expect(node?.counters).toMatchObject({ received: 1_000, failed: 7, emitted: 993 });
    await engine.stop();
  });

  test("what leaves is counted by port, and the card's value is what left by the first", async () => {
    const { clock, engine, publish, point } = testEngine();
    const activities: Activity[] = [];
    engine.onActivity((activity) => activities.push(activity));
    await engine.apply(planOf([rule("sort", "rule.sort", {})]));
    for (const value of [1, 2, -5, 3, -1, -6]) await publish("iot.processed.d1.v", point(value));
    clock.advance(250);
    const [node] = activities.at(-1)?.nodes ?? [];
    expect(node?.counters).toMatchObject({ emitted: 5, failed: 1, ports: { out: 3, rejected: 2, failed: 1 } });
    expect(node?.last).toMatchObject({ value: 3 });
    await engine.stop();
  });

  test("a port that is not published still counts, is seen by a tap, and calls what is fused behind it", async () => {
    const { bus, clock, engine, publish, point } = testEngine();
    const activities: Activity[] = [];
    engine.onActivity((activity) => activities.push(activity));
    const heard: string[] = [];
    bus.subscribe("iot.rules.>", ({ subject }) => heard.push(subject));
    const sort = rule("sort", "rule.sort", {});
    await engine.apply(planOf([{ ...sort, unpublished: ["rejected"] }]));
    engine.tap([{ flow: "f", node: "sort", port: "" }]);
    for (const value of [1, -5]) await publish("iot.processed.d1.v", point(value));
    await bus.settled();
    clock.advance(250);
    expect(heard).not.toContain("iot.rules.f_sort.rejected");
    expect(heard).toContain("iot.rules.f_sort");
    expect(activities.at(-1)?.nodes[0]?.counters).toMatchObject({ ports: { out: 1, rejected: 1 } });
    expect(JSON.stringify(activities.at(-1))).toContain("-5");
    await engine.apply(planOf([sort]));
    await publish("iot.processed.d1.v", point(-6));
    await bus.settled();
    expect(heard).toContain("iot.rules.f_sort.rejected");
    await engine.stop();
  });

  test("taps show what leaves a node, and count what is left out", async () => {
    const { clock, engine, publish, point } = testEngine();
    const activities: Activity[] = [];
    engine.onActivity((activity) => activities.push(activity));
    await engine.apply(planOf([add(1)]));
    engine.tap([{ flow: "f", node: "add", port: "" }]);
    for (let index = 0; index < 150; index++) await publish("iot.processed.d1.v", point(index));
    clock.advance(250);
    const last = activities.at(-1);
    expect(last?.samples).toHaveLength(100);
    expect(last?.skipped).toBe(50);
    expect(JSON.parse(last?.samples[0]?.text ?? "")).toMatchObject({ device_id: "d1", value: 1 });
    await engine.stop();
  });
});
