import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

interface Client {
  readonly socket: WebSocket;
  /** What came, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: what is asserted is what the tests write down
  readonly got: any[];
}

describe("WebSocket sinks", () => {
  let gateway: Gateway;
  let bus: BusClient;
  const clients: WebSocket[] = [];

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    const sink = { id: "show", type: "sink.websocket", config: { path: "plant/live", snapshot: false } };
    const rule = { id: "any", type: "rule.filter", config: { mode: "expression", expression: 'device_id == "b"' } };
    const wires = [{ from: "any", to: "bulk" }];
    const bulk = { id: "bulk", type: "sink.websocket", config: { path: "bulk", snapshot: false } };
    const answer = await gateway.deploy(flow("view", { nodes: [sink] }), flow("line", { nodes: [rule, bulk], wires }));
    expect(answer).toMatchObject({ status: 200 });
  });
  afterAll(async () => {
    for (const socket of clients) socket.terminate();
    await bus.close();
    await gateway.stop();
  });

  /** Resolves when the node counts it: the flow learns of a client a moment after the client has been let in. */
  async function client(path: string, node: string, count: number): Promise<Client> {
    const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/ws/${path}`);
    clients.push(socket);
    const got: unknown[] = [];
    socket.on("message", (data) => got.push(JSON.parse(String(data))));
    await once(socket, "open");
    await until(`${node} has ${count} clients`, async () => (await detailOf(node)).startsWith(`${count} client`));
    return { socket, got };
  }

  const detailOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).statuses.find((each) => each.node === node)?.detail ?? "";
  const countersOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).nodes.find((each) => each.node === node)?.counters;

  test("R025 R030 R090 R092 what is published on iot.rules.x reaches both clients", async () => {
    const [one, two] = [await client("plant/live", "show", 1), await client("plant/live", "show", 2)];
    await bus.publish("iot.rules.x", { device_id: "ws", key: "v", value: 7 });
    const mine = ({ got }: Client) => got.find((each) => each.device_id === "ws");
    await until("both have it", () => mine(one) !== undefined && mine(two) !== undefined);
    expect(mine(one)).toMatchObject({ key: "v", value: 7, trace_id: expect.any(String) });
    expect(mine(two)).toEqual(mine(one));
  });

  test("R091 garbage is shown to nobody and counted", async () => {
    const { got } = await client("plant/live", "show", 3);
    const before = (await countersOf("show"))?.failed ?? 0;
    await bus.publish("iot.rules.x", "not JSON at all");
    await bus.publish("iot.rules.x", { device_id: "after garbage", key: "v", value: 1 });
    await until("the next message", () => got.some((each) => each.device_id === "after garbage"));
    await until("the count", async () => (await countersOf("show"))?.failed === before + 1);
    expect(JSON.stringify(got)).not.toContain("not JSON");
  });

  test("R002 R157 a client that does not read delays neither the publisher nor the others", async () => {
    const stalled = await client("bulk", "bulk", 1);
    const reader = await client("bulk", "bulk", 2);
    stalled.socket.pause();
    const results = await bus.listen("iot.rules.line_any");
    const padding = "x".repeat(20_000);
    const count = 1_000;
    for (let value = 0; value < count; value++) {
      await bus.publish("iot.processed.b.v", { device_id: "b", key: "v", value, padding });
      // Loopback takes some megabytes by itself; the flow has to go on beyond that.
      if (value % 100 === 99) await until(`result ${value}`, () => results.length > value);
    }
    await until("the reading client has the last", () => reader.got.some((each) => each.value === count - 1), 30_000);
    expect(results.map(({ json }) => json.data.value)).toEqual(Array.from({ length: count }, (_, index) => index));
    const isCutOff = once(stalled.socket, "close").then(() => true);
    stalled.socket.resume();
    await Promise.race([isCutOff, until("it has caught up", () => stalled.got.at(-1)?.value === count - 1)]);
    expect(stalled.got.length).toBeLessThan(count);
  });

  test("a path nobody serves is not found, and one that is served already is refused to a second node in words", async () => {
    const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/ws/nobody`);
    const [, response] = await once(socket, "unexpected-response");
    expect(response.statusCode).toBe(404);
    socket.on("error", () => undefined);
    socket.terminate();
    const twice = flow("twice", { nodes: [{ id: "again", type: "sink.websocket", config: { path: "plant/live" } }] });
    expect(await gateway.deploy(twice)).toMatchObject({ status: 200 });
    await until("the second says why it waits", async () => /\/ws\/plant\/live/.test(await detailOf("again")));
  });
});
