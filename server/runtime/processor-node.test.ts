import { describe, expect, test } from "vitest";
import { ConnectionError, MessageError } from "../../nodes/contract/errors.ts";
import type { Point } from "../../nodes/contract/point.ts";
import type { ProcessorContext, ProcessorRequest } from "../../nodes/contract/processor.ts";
import { encodeHeaders } from "../bus/headers.ts";
import type { OperatorPlan } from "../compiler/plan.ts";
import { planOf, rule, testEngine, testProcessor } from "./testing.ts";

const ask = (changes: Partial<OperatorPlan> = {}, config = {}) =>
  rule("ask", "rule.ask", config, { isProcessor: true, ...changes });

/** Inputs that wait for the test to answer them. */
function asked() {
  const calls: { point: Point; request: ProcessorRequest; answer(value: unknown): void; fail(error: Error): void }[] =
    [];
  const process = (point: Point, request: ProcessorRequest) =>
    new Promise<void>((resolve, reject) => {
      const answer = (value: unknown) => {
        request.emit({ ...point, value });
        resolve();
      };
      calls.push({ point, request, answer, fail: reject });
    });
  return { calls, process };
}

const settled = () => new Promise<void>((resolve) => setImmediate(resolve));
type Results = { trace_id: string; hops?: number; data: Record<string, unknown> }[];

describe("a processor", () => {
  test("publishes the answer as its stage does, with the trace and the original of what caused it", async () => {
    const { process, calls } = asked();
    const { engine, bus, publish, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([ask()]));
    const given = { trace_id: "11111111-1111-4111-8111-111111111111", source: "test", data: point(1) };
    await publish("iot.processed.d1.v", given);
    calls[0]?.answer(2);
    await bus.settled();
    expect(bus.on("iot.rules.f_ask")).toMatchObject([
      { trace_id: given.trace_id, hops: 1, data: { value: 2, success: true, original: { value: 1 } } },
    ]);
  });

  test("calls what is fused behind it, and is called by what stands before it", async () => {
    const { process, calls } = asked();
    const { engine, bus, publish, point } = testEngine([testProcessor(process)]);
    const before = rule("before", "rule.add", { by: 10 }, { next: { out: ["ask"] } });
    const after = rule("after", "rule.add", { by: 100 }, { inputs: [] });
    await engine.apply(planOf([before, ask({ inputs: [], next: { out: ["after"] } }), after]));
    await publish("iot.processed.d1.v", point(1));
    expect(calls[0]?.point.value).toBe(11);
    calls[0]?.answer(12);
    await bus.settled();
    expect(bus.on("iot.rules.f_after")).toMatchObject([{ data: { value: 112 } }]);
  });

  test("R110 keeps the order of each device and works for several devices at the same time", async () => {
    const { process, calls } = asked();
    const { engine, publish, point } = testEngine([testProcessor(process, { maxInFlight: 2 })]);
    await engine.apply(planOf([ask()]));
    for (const [device_id, value] of [
      ["a", 1],
      ["a", 2],
      ["b", 1],
      ["c", 1],
    ])
      await publish("iot.processed.x.v", point(value, { device_id }));
    const seen = () => calls.map(({ point }) => `${point.device_id}${point.value}`);
    expect(seen()).toEqual(["a1", "b1"]);
    calls[0]?.answer(0);
    await settled();
    expect(seen()).toEqual(["a1", "b1", "c1"]);
    calls[2]?.answer(0);
    await settled();
    expect(seen()).toEqual(["a1", "b1", "c1", "a2"]);
  });

  test("a message it cannot handle goes to the failed port and becomes a dead letter; the next goes on", async () => {
    const process = async (point: Point, { emit }: ProcessorRequest) => {
      if (point.value === -1) throw new MessageError("refused", "the service refuses -1");
      emit(point);
    };
    const { engine, bus, publish, point } = testEngine([testProcessor(process)]);
    const after = rule("after", "rule.add", { by: 0 }, { inputs: [] });
    await engine.apply(planOf([ask({ next: { failed: ["after"] } }), after]));
    await publish("iot.processed.d1.v", point(-1));
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.errors.rules.refused")).toMatchObject([{ data: { message: "the service refuses -1" } }]);
    expect(bus.on("iot.rules.f_ask.failed")).toMatchObject([{ data: { success: false, original: { value: -1 } } }]);
    const [letter] = bus.on("iot.errors.rules.dead_letter") as { data: { payload_base64: string } }[];
    expect(letter).toMatchObject({ data: { node: "ask", attempts: 1, subject: "iot.processed.d1.v" } });
    expect(JSON.parse(Buffer.from(letter?.data.payload_base64 ?? "", "base64").toString())).toMatchObject({
      value: -1,
    });
    expect(bus.on("iot.rules.f_ask")).toMatchObject([{ data: { value: 1 } }]);
  });

  test("an attempt that takes too long fails, what it says later is not heard, and the next goes on", async () => {
    const { process, calls } = asked();
    const { engine, bus, clock, publish, point } = testEngine([testProcessor(process, { timeoutMs: 50 })]);
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    await publish("iot.processed.d1.v", point(2));
    clock.advance(50);
    await bus.settled();
    expect(calls[0]?.request.signal.aborted).toBe(true);
    expect(bus.on("iot.errors.rules.timeout")).toHaveLength(1);
    calls[0]?.answer("late");
    calls[1]?.answer("in time");
    await bus.settled();
    expect(bus.on("iot.rules.f_ask")).toMatchObject([{ data: { value: "in time" } }]);
  });

  test("what was under way when the peer went comes again when it is back, first and in order", async () => {
    const { process, calls } = asked();
    const { engine, bus, clock, publish, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    await publish("iot.processed.d1.v", point(2));
    calls[0]?.fail(new ConnectionError("gone"));
    await settled();
    expect(calls).toHaveLength(1);
    clock.advance(1_000);
    await settled();
    expect(calls[1]).toMatchObject({ point: { value: 1 }, request: { attempt: 2 } });
    calls[1]?.answer(0);
    await bus.settled();
    expect(calls[2]?.point.value).toBe(2);
  });

  test("a message over which the peer breaks each time is given up", async () => {
    const process = async () => {
      throw new ConnectionError("the peer broke");
    };
    const { engine, bus, clock, publish, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    for (let wait = 0; wait < 5; wait++) {
      clock.advance(10_000);
      await bus.settled();
    }
    expect(bus.on("iot.errors.rules.connection_lost")).toHaveLength(1);
    expect(bus.on("iot.errors.rules.dead_letter")).toMatchObject([{ data: { attempts: 3 } }]);
  });

  test("an attempt that may work later is repeated with the notes of the one before", async () => {
    const seen: (readonly [number, unknown[]])[] = [];
    const process = async (point: Point, { attempt, notes, emit }: ProcessorRequest) => {
      seen.push([attempt, [...notes.keys()]]);
      notes.set(`part ${attempt}`, true);
      if (attempt < 3) throw new Error("busy");
      emit(point);
    };
    const { engine, bus, clock, publish, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    for (let wait = 0; wait < 2; wait++) {
      clock.advance(1_000);
      await bus.settled();
    }
    expect(seen).toEqual([
      [1, []],
      [2, ["part 1"]],
      [3, ["part 1", "part 2"]],
    ]);
    expect(bus.on("iot.rules.f_ask")).toHaveLength(1);
  });

  test("a full mailbox drops the oldest, counts it and says so once", async () => {
    const { process } = asked();
    const { engine, bus, publish, point } = testEngine([testProcessor(process, { mailbox: 2 })]);
    await engine.apply(planOf([ask()]));
    for (const value of [1, 2, 3, 4, 5]) await publish("iot.processed.d1.v", point(value));
    const [node] = engine.nodes();
    expect(node?.counters).toMatchObject({ received: 5, dropped: 2, queued: 3 });
    expect(bus.on("iot.errors.rules.mailbox_full")).toMatchObject([
      { data: { original: expect.stringContaining("2") } },
    ]);
  });

  test("what its peer sends by itself is raw first, then points under the same trace", async () => {
    let context: ProcessorContext<undefined> | undefined;
    const opened = (given: ProcessorContext<undefined>) => {
      context = given;
    };
    const { engine, bus } = testEngine([testProcessor(asked().process, {}, opened)]);
    await engine.apply(planOf([ask({ inputs: [] })]));
    const reading = { device_id: "d9", payload: { a: 1 }, encoding: "json" as const, metadata: {} };
    const trace = context?.emitRaw(reading);
    if (trace === undefined) throw new Error("not opened");
    const tags = {};
    const point: Point = { device_id: "d9", key: "a", value: 1, type: "int", quality: 0, timestamp: "", tags };
    context?.emit(point, { trace });
    await bus.settled();
    const [raw] = bus.on("iot.raw.isp.d9") as Results;
    const [result] = bus.on("iot.rules.f_ask") as Results;
    expect(raw?.data).toMatchObject({ protocol: "isp", payload: { a: 1 } });
    expect(result).toMatchObject({ trace_id: raw?.trace_id, data: { value: 1 } });
  });

  test("a changed configuration opens a new peer; what waits goes to it", async () => {
    const { process, calls } = asked();
    let opened = 0;
    const { engine, bus, publish, point } = testEngine([
      testProcessor(process, {}, () => {
        opened++;
      }),
    ]);
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    await publish("iot.processed.d1.v", point(2));
    const change = engine.apply(planOf([ask({}, { label: "new" })]));
    await settled();
    calls[0]?.answer(0);
    expect(await change).toMatchObject({ ok: true, changes: { restarted: 1 } });
    await bus.settled();
    expect(opened).toBe(2);
    expect(calls.map(({ point }) => point.value)).toEqual([1, 2]);
  });

  test("stops when the flow does, after what is under way", async () => {
    const { process, calls } = asked();
    const { engine, bus, publish, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    const change = engine.apply(planOf([]));
    await settled();
    calls[0]?.answer(7);
    await change;
    expect(bus.on("iot.rules.f_ask")).toMatchObject([{ data: { value: 7 } }]);
    expect([...engine.nodes()]).toEqual([]);
  });

  test("gives way to an operator under the same name, and the other way round", async () => {
    const { process, calls } = asked();
    const { engine, bus, publish, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([rule("ask", "rule.add", { by: 1 })]));
    await engine.apply(planOf([ask()]));
    await publish("iot.processed.d1.v", point(1));
    calls[0]?.answer(5);
    await bus.settled();
    await engine.apply(planOf([rule("ask", "rule.add", { by: 1 })]));
    await publish("iot.processed.d1.v", point(1));
    expect(bus.on("iot.rules.f_ask")).toMatchObject([{ data: { value: 5 } }, { data: { value: 2 } }]);
  });

  test("a text that comes round by way of the bus is stopped by the hops in its header", async () => {
    const process = async (point: Point, { emit, trace }: ProcessorRequest) => emit({ ...point, value: trace.hops });
    const { engine, bus, point } = testEngine([testProcessor(process)]);
    await engine.apply(planOf([ask()]));
    for (const hops of [7, 8])
      bus.publish(
        "iot.processed.d1.v",
        Buffer.from(JSON.stringify(point(1))),
        encodeHeaders({ "Iot-Hops": `${hops}` }),
      );
    await bus.settled();
    expect(bus.on("iot.rules.f_ask")).toMatchObject([{ data: { value: 8 } }]);
    expect(bus.on("iot.errors.rules.loop")).toHaveLength(1);
  });
});
