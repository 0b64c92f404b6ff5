import { connect } from "@nats-io/transport-node";
import { describe, expect, onTestFinished, test } from "vitest";
import type { NodeMessage } from "../../nodes/contract/processor.ts";
import { fillPoint, ManualClock } from "../../nodes/contract/testing.ts";
import { testBus, testServer } from "../bus/testing.ts";
import { nodeBus, nodeSubjectProblem } from "./node-bus.ts";
import type { Services } from "./services.ts";

const clock = new ManualClock();
const at = { module: "rule", flow: "f", node: "fwd" } as const;
const message = (content: NodeMessage["content"], headers = {}): NodeMessage => ({
  content,
  headers,
  trace: { id: "11111111-1111-4111-8111-111111111111", hops: 3 },
});

test.each([
  "$JS.API.INFO",
  "$SYS.REQ.SERVER.PING",
  "$KV.a.b",
  "_INBOX.a",
  "sluice.x",
  "iot.errors.rules.x",
  "iot.metrics.health.x",
  "a.*",
  "a.>",
  "",
  "a..b",
  "a b",
])("a node may not publish on %j", (subject) => {
  expect(nodeSubjectProblem(subject)).toEqual(expect.any(String));
  const bus = { publish: () => undefined, status: () => ({ state: "connected" }) };
  const node = nodeBus({ bus, clock } as unknown as Services, at);
  expect(() => node.publish(subject, message("x"))).toThrow(expect.objectContaining({ type: "bad_subject" }));
});

test.each(["plant.a", "iot.processed.d1.t", "iot.raw.http.d1", "iot"])("a node may publish on %j", (subject) => {
  expect(nodeSubjectProblem(subject)).toBeUndefined();
});

describe("on a real server", () => {
  async function start() {
    const server = await testServer();
    const bus = await testBus(server);
    const foreign = await connect({ servers: server.url });
    onTestFinished(() => foreign.close());
    return { node: nodeBus({ bus, clock }, at), foreign };
  }

  test("a point goes in an envelope with its hops, a text as it is with the hops in a header", async () => {
    const { node, foreign } = await start();
    const subscription = foreign.subscribe("plant.>", { max: 2 });
    await foreign.flush();
    const point = fillPoint({ value: 5 }, clock);
    node.publish("plant.a", message(point, { "X-A": "b\r\nEvil: 1" }));
    node.publish("plant.b", message("plain"));
    const heard = [];
    for await (const each of subscription) heard.push(each);
    expect(heard[0]?.json()).toMatchObject({
      source: "rule_engine",
      flow: "f",
      node: "fwd",
      hops: 3,
      data: { value: 5 },
    });
    expect(heard[0]?.headers?.get("X-A")).toBe("b Evil: 1");
    expect(heard[0]?.headers?.get("Evil")).toBe("");
    expect(heard[1]?.string()).toBe("plain");
    expect(heard[1]?.headers?.get("Iot-Hops")).toBe("3");
    expect(heard[1]?.headers?.get("Iot-Trace-Id")).toBe(message("").trace.id);
  });

  test("a request gets its answer, or the reason why there is none", async () => {
    const { node, foreign } = await start();
    foreign.subscribe("ask.me", { callback: (_error, request) => void request.respond(`"${request.string()}!"`) });
    foreign.subscribe("ask.silence", { callback: () => undefined });
    await foreign.flush();
    expect(await node.request("ask.me", message("hello"), 2_000)).toBe('"hello!"');
    await expect(node.request("ask.nobody", message("x"), 2_000)).rejects.toThrow("nobody listens on ask.nobody");
    await expect(node.request("ask.silence", message("x"), 50)).rejects.toThrow(
      "no answer on ask.silence within 0.05 s",
    );
    await expect(node.request("ask.me", message("x".repeat(2_000_000)), 50)).rejects.toMatchObject({
      type: "payload_too_large",
    });
  });
});
