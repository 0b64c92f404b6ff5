import { once } from "node:events";
import { connect } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import type { LiveEvent, LiveRequest } from "../server/api/contract.ts";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

type EventOf<Type extends LiveEvent["type"]> = Extract<LiveEvent, { readonly type: Type }>;

describe("what a gateway tells of itself", () => {
  let gateway: Gateway;
  let bus: BusClient;
  const viewers: WebSocket[] = [];
  const rule = (id: string, expression: string) => ({
    id,
    type: "rule.filter",
    config: { mode: "expression", expression },
  });
  const counting = { ...rule("counting", "value * 1 >= 0"), subject: "count.in" };
  const exact = { ...rule("exact", "value * 1 >= 0"), subject: "exact.in" };

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    expect(await gateway.deploy(flow("seen", { nodes: [counting, exact] }))).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    for (const socket of viewers) socket.terminate();
    await bus.close();
    await gateway.stop();
  });

  async function viewer(...requests: LiveRequest[]) {
    const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/api/live`);
    viewers.push(socket);
    const events: LiveEvent[] = [];
    socket.on("message", (data) => events.push(JSON.parse(String(data))));
    await once(socket, "open");
    for (const request of requests) socket.send(JSON.stringify(request));
    const of = <Type extends LiveEvent["type"]>(type: Type) =>
      events.filter((event): event is EventOf<Type> => event.type === type);
    return { socket, of };
  }

  const point = (value: unknown) => ({ device_id: "c", key: "v", value });
  const countersOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).nodes.find((each) => each.node === node)?.counters;
  async function metrics() {
    const { body } = await gateway.call("GET", "/metrics");
    return String(body);
  }
  const sample = (text: string, name: string, node: string) =>
    Number(new RegExp(`^${name}\\{flow="seen",node="${node}"\\} (\\S+)$`, "m").exec(text)?.[1]);

  test("R164 an injected message is what nats pub sends, and a tap shows what nats sub shows", async () => {
    const live = await viewer({ type: "tap", taps: [{ flow: "seen", node: "counting", port: "" }] });
    const heard = await bus.listen("count.in");
    const results = await bus.listen("iot.rules.seen_counting");
    const payload = '{"device_id":"c","key":"v","value":5}';
    const samples = () => live.of("activity").flatMap((activity) => activity.samples);
    await until("a sample", async () => {
      await gateway.call("POST", "/api/publish", { subject: "count.in", payload });
      return samples().length > 0;
    });
    expect(heard[0]?.text).toBe(payload);
    const [shown] = samples();
    const same = results.find(({ json }) => json.trace_id === shown?.traceId);
    expect(shown).toMatchObject({ flow: "seen", node: "counting", port: "out", truncated: false });
    expect(JSON.parse(shown?.text ?? "")).toEqual(same?.json.data.processed);
  });

  test("R067 R112-R116 R161 eight publishers at once: what came, went and failed is counted exactly, by node", async () => {
    const startedMs = Date.now();
    const publishers = await Promise.all(Array.from({ length: 8 }, () => connect({ servers: gateway.natsUrl })));
    const perPublisher = 125;
    for (const [index, connection] of publishers.entries())
      for (let number = 0; number < perPublisher; number++) {
        // Seven of the thousand cannot be compared with a number.
        const value = number === 0 && index < 7 ? "words" : number;
        connection.publish("exact.in", JSON.stringify(point(value)));
      }
    await Promise.all(publishers.map((connection) => connection.drain()));
    const after = await until("all are counted", async () => {
      const now = await countersOf("exact");
      return now !== undefined && now.received >= 1_000 ? now : undefined;
    });
    expect(after).toMatchObject({ received: 1_000, emitted: 993, failed: 7, dropped: 0 });
    expect(after.lastMessageMs).toBeGreaterThanOrEqual(startedMs);
    const text = await metrics();
    expect(sample(text, "sluice_node_received_total", "exact")).toBe(after.received);
    expect(sample(text, "sluice_node_emitted_total", "exact")).toBe(after.emitted);
    expect(sample(text, "sluice_node_failed_total", "exact")).toBe(after.failed);
    expect(sample(text, "sluice_node_last_message_timestamp_seconds", "exact")).toBe(after.lastMessageMs / 1_000);
  });

  test("R161 /metrics is text as Prometheus reads it, every family described once", async () => {
    const text = await metrics();
    const lines = text.trimEnd().split("\n");
    const value = String.raw`-?(?:\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+?Inf|NaN)`;
    const label = String.raw`[a-zA-Z_]\w*="(?:[^"\\\n]|\\.)*"`;
    const shape = new RegExp(
      String.raw`^(?:# HELP \w+ .+|# TYPE \w+ (?:counter|gauge)|\w+(?:\{${label}(?:,${label})*\})? ${value})$`,
    );
    expect(lines.filter((line) => !shape.test(line))).toEqual([]);
    const types = [...text.matchAll(/^# TYPE (\w+)/gm)].map(([, name]) => name ?? "");
    expect(new Set(types).size).toBe(types.length);
    const sampled = lines.filter((line) => !line.startsWith("#")).map((line) => line.replace(/[ {].*/, ""));
    expect(sampled.filter((name) => !types.includes(name))).toEqual([]);
    expect(types).toEqual(expect.arrayContaining(["sluice_up", "sluice_bus_connected", "sluice_node_dropped_total"]));
  });

  test("R115 the time of the last message moves on with traffic only", async () => {
    const before = await until("counters", () => countersOf("counting"));
    const results = await bus.listen("iot.rules.seen_counting");
    await bus.publish("count.in", point("words"));
    await until("the failure", async () => ((await countersOf("counting"))?.failed ?? 0) > before.failed);
    expect((await countersOf("counting"))?.lastMessageMs).toBe(before.lastMessageMs);
    await bus.publish("count.in", point(1));
    await until("the result", () => results.length > 0);
    await until(
      "a later time",
      async () => ((await countersOf("counting"))?.lastMessageMs ?? 0) > before.lastMessageMs,
    );
  });

  test("a viewer sees states, health, and hears of a deployment with its revision", async () => {
    const live = await viewer();
    await until("health", () => live.of("health")[0]);
    expect(live.of("health")[0]?.health.status).toBe("ok");
    const statuses = () => live.of("activity").flatMap((activity) => activity.statuses);
    expect(await until("the rule's state", () => statuses().find(({ node }) => node === "counting"))).toMatchObject({
      flow: "seen",
      state: "connected",
    });
    await gateway.deploy(flow("later", { nodes: [rule("fresh", "value > 1")] }));
    const deployed = await until("the deployment", () => live.of("deployed")[0]);
    expect(deployed).toMatchObject({ flows: [{ id: "later", revision: 1 }] });
    await until("the new node's state", () => statuses().some(({ node }) => node === "fresh"));
  });

  test("R154 a viewer that taps everything and reads nothing delays no data", async () => {
    const stalled = await viewer({ type: "tap", taps: [{ flow: "seen", node: "counting", port: "" }] });
    stalled.socket.pause();
    const results = await bus.listen("iot.rules.seen_counting");
    const padding = "x".repeat(10_000);
    const count = 2_000;
    for (let value = 0; value < count; value++) {
      await bus.publish("count.in", { ...point(value), padding });
      if (value % 200 === 199) await until(`result ${value}`, () => results.length > value);
    }
    expect(results.map(({ json }) => json.data.value)).toEqual(Array.from({ length: count }, (_, index) => index));
    stalled.socket.resume();
    await until("the present", () => stalled.of("activity").some(({ skipped }) => skipped > 0));
    expect(stalled.of("activity").flatMap(({ samples }) => samples).length).toBeLessThan(count);
  });
});
