/** What plugins turn away, and what they send together, on the way through the runtime. */
import { describe, expect, test } from "vitest";
import type { NodeDefinition } from "../../nodes/contract/catalog.ts";
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import convert from "../../nodes/plugins/convert/convert.node.ts";
import route from "../../nodes/plugins/route/route.node.ts";
import validate from "../../nodes/plugins/validate/validate.node.ts";
import type { OperatorPlan, SinkPlan } from "../compiler/plan.ts";
import { planOf, rule, sink, testEngine, testSink } from "./testing.ts";

type Envelope = { data: Record<string, unknown>; trace_id: string; node?: string; port?: string };
const nodes = [convert, validate, route] as unknown as NodeDefinition[];

function plugin(id: string, type: string, config: object, changes: Partial<OperatorPlan> = {}): OperatorPlan {
  return { category: "plugin", id, type, config: { ...config }, inputs: [], next: {}, publishes: [], ...changes };
}
const rawInput = { inputs: [{ subject: "iot.raw.>", queue: "q", accepts: "any" as const }] };
const invalidOf = (node: string) => [
  { subject: "iot.errors.plugins.invalid", queue: `q.${node}`, accepts: [{ node: "check", port: "invalid" }] },
];
const first = plugin("first", "plugin.convert", {}, { ...rawInput, next: { out: ["check"] }, unpublished: ["out"] });
const check = (changes: Partial<OperatorPlan> = {}) =>
  plugin("check", "plugin.validate", { checks: [{ check: "range", max: 100 }] }, changes);

describe("turned away", () => {
  test("R010 R050 an invalid reading is on no processed subject, and its error tells the reason and the point", async () => {
    const { bus, engine, publish } = testEngine(nodes);
    await engine.apply(planOf([first, check()]));
    await publish("iot.raw.mqtt.d1", { temperature: 850, level: 5 });
    expect((bus.on("iot.processed.>") as Envelope[]).map(({ data }) => data["key"])).toEqual(["level"]);
    const report = {
      type: "invalid",
      message: "850 is above 100",
      module: "plugin_manager",
      node: "check",
      device_id: "d1",
      key: "temperature",
    };
    expect(bus.on("iot.errors.plugins.>")).toMatchObject([
      { node: "check", port: "invalid", data: { ...report, point: { key: "temperature", value: 850, type: "int" } } },
    ]);
    expect(bus.on("iot.errors.d1.errors")).toMatchObject([{ data: report }]);
    await engine.stop();
  });

  test("a rule wired to the port gets the point, a sink the report, a plugin the point by call", async () => {
    const written: SinkRecord[] = [];
    const kept = testSink(async (records) => void written.push(...records));
    const { bus, engine, publish } = testEngine([...nodes, kept as unknown as NodeDefinition]);
    const away: SinkPlan = { ...sink("away", "none"), inputs: invalidOf("away") };
    await engine.apply(
      planOf([
        first,
        check({ next: { invalid: ["again"] }, unpublished: ["invalid"] }),
        plugin("again", "plugin.route", {}),
        rule("count", "rule.count", {}, { inputs: invalidOf("count") }),
        away,
      ]),
    );
    await publish("iot.raw.mqtt.d1", { temperature: 850 });
    expect(bus.on("iot.processed.d1.temperature")).toMatchObject([{ node: "again", data: { value: 850 } }]);
    const [result] = bus.on("iot.rules.f_count") as Envelope[];
    expect(result?.data).toMatchObject({ value: 1, original: { key: "temperature", value: 850, quality: 0 } });
    expect(result?.data).not.toHaveProperty("message");
    expect(written).toMatchObject([{ data: { message: "850 is above 100", point: { value: 850 } } }]);
    await engine.stop();
  });

  test("a point too large to go along with its reason is told without it", async () => {
    const { bus, engine, publish } = testEngine(nodes);
    await engine.apply(planOf([first, check()]));
    const long = "x".repeat(1_044_000);
    await publish("iot.raw.mqtt.d1", {
      device_id: "d1",
      protocol: "mqtt",
      payload: long,
      encoding: "text",
      timestamp: "2026-01-01T00:00:00Z",
      metadata: {},
    });
    const [error] = bus.on("iot.errors.plugins.invalid") as Envelope[];
    expect(error?.data["message"]).toMatch(/^needs a number/);
    expect(error?.data).not.toHaveProperty("point");
    await engine.stop();
  });

  test("a dry run lets points pass and tells its counts", async () => {
    const { bus, clock, engine, publish } = testEngine(nodes);
    const config = { onInvalid: "count", checks: [{ check: "range", max: 100 }] };
    await engine.apply(planOf([first, plugin("check", "plugin.validate", config)]));
    await publish("iot.raw.mqtt.d1", { temperature: 850 });
    clock.advance(10_000);
    expect(bus.on("iot.processed.d1.temperature")).toHaveLength(1);
    expect(bus.on("iot.errors.>")).toMatchObject([
      { data: { type: "dry_run", node: "check", message: expect.stringContaining("of 1 points, 1 would") } },
    ]);
    await engine.stop();
  });
});

describe("together", () => {
  const together = (config: object) => plugin("way", "plugin.route", { send: "batch", ...config });
  const into = plugin("first", "plugin.convert", {}, { ...rawInput, next: { out: ["way"] }, unpublished: ["out"] });
  const batches = (found: unknown[]) =>
    (found as Envelope[]).map(({ data, port = "out" }) => [
      port,
      ...(data["points"] as { key: string }[]).map(({ key }) => key),
    ]);

  test("R041 all points of one message leave in one batch of each port and device, after a chain as well", async () => {
    const { bus, engine, publish } = testEngine(nodes);
    await engine.apply(planOf([into, together({ routes: [{ name: "t", key: "t*" }] })]));
    await publish("iot.raw.mqtt.d1", { t1: 1, a: 2, t2: 3, b: 4 });
    expect(batches(bus.on("iot.processed.batch.d1"))).toEqual([
      ["t", "t1", "t2"],
      ["out", "a", "b"],
    ]);
    expect(bus.on("iot.processed.>")).toHaveLength(2);
    await engine.stop();
  });

  test("R041 what is collected over a time leaves in one batch, also when the node is changed before", async () => {
    const { bus, clock, engine, publish } = testEngine(nodes);
    await engine.apply(planOf([into, together({ collectFor: "5s" })]));
    await publish("iot.raw.mqtt.d1", { a: 1 });
    clock.advance(1_000);
    await publish("iot.raw.mqtt.d1", { b: 2 });
    expect(bus.on("iot.processed.>")).toEqual([]);
    clock.advance(4_000);
    await bus.settled();
    await publish("iot.raw.mqtt.d1", { c: 3 });
    await engine.apply(planOf([into, together({ collectFor: "1s" })]));
    await bus.settled();
    expect(batches(bus.on("iot.processed.batch.d1"))).toEqual([
      ["out", "a", "b"],
      ["out", "c"],
    ]);
    await engine.stop();
  });

  test("a batch that is larger than the server takes goes in several messages", async () => {
    const { bus, engine, publish } = testEngine(nodes);
    await engine.apply(planOf([into, together({ lists: "split" })]));
    await publish("iot.raw.mqtt.d1", { a: Array.from({ length: 9_000 }, (_, index) => index) });
    const found = batches(bus.on("iot.processed.batch.d1"));
    expect(found.length).toBeGreaterThan(1);
    expect(found.flatMap(([, ...keys]) => keys)).toEqual(Array.from({ length: 9_000 }, (_, index) => `a.${index}`));
    expect(bus.on("iot.errors.>")).toEqual([]);
    await engine.stop();
  });
});
