import { describe, expect, test } from "vitest";
import { planOf, rule, sink, testEngine, testSink } from "./testing.ts";
import { Traces } from "./traces.ts";

const enveloped = (traceId: string, data: object) => ({ trace_id: traceId, source: "plant", data });

describe("a trace", () => {
  test("has every node that a sampled message passed, before and after the one that is watched", async () => {
    const { engine, publish, point } = testEngine([testSink(async () => undefined)]);
    const first = rule("add", "rule.add", { by: 1 }, { next: { out: ["sort"] } });
    await engine.apply(planOf([first, rule("sort", "rule.sort", {}, { inputs: [] }), sink("log", "sort")]));
    engine.tap([{ flow: "f", node: "sort", port: "" }]);
    await publish("iot.processed.d1.v", enveloped("t-1", point(4)));
    const hops = await engine.trace("t-1");
    expect(hops.map(({ node, port }) => `${node}:${port}`)).toEqual([
      "add:in",
      "add:out",
      "sort:in",
      "sort:out",
      "log:in",
    ]);
    expect(hops.map(({ text }) => JSON.parse(text).value)).toEqual([4, 5, 5, 5, 5]);
    expect(hops[1]?.cause).toEqual({ device_id: "d1", key: "v" });
    await engine.stop();
  });

  test("of a message that a node refuses ends there, by its failed port", async () => {
    const { engine, publish, point } = testEngine();
    await engine.apply(planOf([rule("add", "rule.add", { by: 1 })]));
    engine.tap([{ flow: "f", node: "add", port: "" }]);
    await publish("iot.processed.d1.v", enveloped("t-2", point(-1)));
    expect((await engine.trace("t-2")).map(({ port }) => port)).toEqual(["in", "failed"]);
    await engine.stop();
  });

  test("is not there for what nobody saw, and nothing is recorded while nobody watches", async () => {
    const { engine, publish, point } = testEngine();
    await engine.apply(planOf([rule("add", "rule.add", { by: 1 })]));
    await publish("iot.processed.d1.v", enveloped("t-3", point(1)));
    engine.tap([{ flow: "f", node: "other", port: "" }]);
    await publish("iot.processed.d1.v", enveloped("t-4", point(1)));
    expect([...(await engine.trace("t-3")), ...(await engine.trace("t-4"))]).toEqual([]);
    await engine.stop();
  });
});

describe("what is kept", () => {
  test("is found although ten thousand messages a period pass, and goes on with what comes later", () => {
    const traces = new Traces();
    traces.watch(true);
    traces.record("f", "a", "out", "wanted", 0, "1");
    traces.want("wanted");
    for (let count = 0; count < 100_000; count++) traces.record("f", "a", "out", `${count}`, 0, "1");
    traces.record("f", "b", "in", "wanted", 9, "1");
    expect(traces.hopsOf("wanted").map(({ node }) => node)).toEqual(["a", "b"]);
  });

  test("is bounded in traces and in hops", () => {
    const traces = new Traces();
    traces.watch(true);
    for (let count = 0; count < 600; count++) {
      traces.record("f", "a", "out", `t${count}`, 0, "1");
      traces.want(`t${count}`);
    }
    traces.hopsOf("");
    expect([traces.hopsOf("t0").length, traces.hopsOf("t599").length]).toEqual([0, 1]);
    for (let count = 0; count < 2_000; count++) traces.record("f", "b", "in", "t599", 0, "1");
    expect(traces.hopsOf("t599")).toHaveLength(1_000);
  });

  test("is cut when it is long", () => {
    const traces = new Traces();
    traces.watch(true);
    traces.record("f", "a", "out", "t", 0, { text: "x".repeat(20_000) });
    traces.want("t");
    expect(traces.hopsOf("t")).toMatchObject([{ truncated: true }]);
  });
});

test("the latest messages of a node are remembered, whoever watches", async () => {
  const { engine, publish, point } = testEngine();
  await engine.apply(planOf([rule("sort", "rule.sort", {})]));
  for (let value = -2; value < 40; value++) await publish("iot.processed.d1.v", point(value));
  const values = async (side: "in" | "out") =>
    (await engine.recent([{ flow: "f", node: "sort", side }])).map((message) => (message as { value: number }).value);
  expect((await values("in")).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => 24 + i));
  expect(await values("out")).toHaveLength(16);
  expect(await engine.recent([{ flow: "f", node: "gone", side: "in" }])).toEqual([]);
  await engine.stop();
});
