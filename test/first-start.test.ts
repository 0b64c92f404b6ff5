import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, type Heard, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe("the first start, with nothing configured", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let all: Heard[];

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    all = await bus.listen("iot.>");
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  test("R081 R084 R118 health lists bus, JetStream and the embedded server", async () => {
    const health = await gateway.get<"GET /api/health">("/api/health");
    expect(health).toMatchObject({
      status: "ok",
      bus: { state: "connected" },
      jetstream: { enabled: true, healthy: true },
      natsServer: { embedded: true },
    });
  });

  test("R001 R006 R016-R018 R032-R034 R040 R059 R086 R120 R156 a reading is seen at each stage on its subject, with one trace", async () => {
    // The first results may stem from readings that were published before this client listened.
    const isHeardRaw = (trace: string) =>
      all.some(({ subject, json }) => subject.startsWith("iot.raw.") && json?.trace_id === trace);
    const result = await until("a rule result", () =>
      all.find(({ subject, json }) => /^iot\.rules\.[^.]+$/.test(subject) && isHeardRaw(json?.trace_id)),
    );
    const trace = result.json.trace_id;
    const stages = all.filter(({ json }) => json?.trace_id === trace).map(({ subject }) => subject.split(".")[1]);
    expect(new Set(stages)).toEqual(new Set(["raw", "processed", "rules"]));
    const raw = all.find(({ subject, json }) => subject.startsWith("iot.raw.mock.") && json?.trace_id === trace);
    expect(raw?.json.data).toHaveProperty("payload");
    const processed = all.find(({ subject, json }) => subject.startsWith("iot.processed.") && json?.trace_id === trace);
    const { device_id, key } = processed?.json.data ?? {};
    expect(processed?.subject).toBe(`iot.processed.${device_id}.${key}`);
    expect(processed?.json.data).toMatchObject({ quality: 0, device_id: expect.any(String) });
  });

  test("R022 R051 R052 R151 metrics of performance and health are published", async () => {
    for (const subject of [
      "iot.metrics.performance.throughput",
      "iot.metrics.performance.latency",
      "iot.metrics.performance.memory",
      "iot.metrics.performance.queue",
      "iot.metrics.health.adapters",
      "iot.metrics.health.plugins",
      "iot.metrics.health.rules",
      "iot.metrics.health.sinks",
      "iot.metrics.health.runtime",
    ])
      await until(subject, () => all.some((message) => message.subject === subject));
    const latency = all.find(({ subject }) => subject === "iot.metrics.performance.latency");
    expect(latency?.json.data).toMatchObject({ p50_ms: expect.any(Number), p99_ms: expect.any(Number) });
  });

  test("R021 R066 garbage becomes an error, and data goes on", async () => {
    await bus.publish("iot.raw.mock.boiler-1", "{ this is not JSON");
    const before = all.length;
    await until("an error", () => all.some(({ subject }) => subject.startsWith("iot.errors.plugins.")));
    await until("more data", () => all.slice(before).some(({ subject }) => subject.startsWith("iot.rules.")));
  });

  test("R055-R061 R143 R145 R146 every message is an envelope, and no subject has more than four tokens", () => {
    for (const { subject, json } of all.filter((message) => message.json !== undefined)) {
      expect(subject.split(".").length).toBeLessThanOrEqual(4);
      expect(json).toMatchObject({
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        source: expect.any(String),
        version: "1.0.0",
        trace_id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-/),
        data: expect.any(Object),
      });
    }
  });

  test("R027 the console sink prints one record per line", async () => {
    await until("a line on stdout", () => /"rule_id"|boiler/.test(gateway.program.output()));
  });

  test("R095-R098 the stream IOT_DATA stores processed points and results in files for 24 h", async () => {
    const { jetstreamManager } = await import("@nats-io/jetstream");
    const { config, state } = await (await jetstreamManager(bus.connection)).streams.info("IOT_DATA");
    expect(config).toMatchObject({
      subjects: ["iot.processed.>", "iot.rules.>", "iot.alerts.>", "iot.aggregated.>"],
      storage: "file",
      max_age: 86_400_000_000_000,
    });
    expect(state.messages).toBeGreaterThan(0);
  });

  test("R119 nats sub iot.> shows all seven roots", async () => {
    const nodes = [
      { id: "some", type: "rule.aggregate", config: { functions: ["avg"], window: "count", count: 2 } },
      { id: "low", type: "rule.alert", config: { condition: "value < 0" } },
    ];
    expect(await gateway.deploy(flow("roots", { nodes }))).toMatchObject({ status: 200 });
    await bus.publish("iot.raw.mock.boiler-1", "{ this is not JSON");
    for (const value of [-1, -2]) await bus.publish("iot.processed.d1.v", { device_id: "d1", key: "v", value });
    const roots = ["raw", "processed", "rules", "alerts", "aggregated", "errors", "metrics"];
    for (const root of roots) await until(root, () => all.some(({ subject }) => subject.startsWith(`iot.${root}.`)));
  });
});
