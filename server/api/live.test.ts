import { describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { until } from "../../test/peers/program.ts";
import type { NodeActivity, NodeStatus, TapSample } from "../runtime/activity.ts";
import type { LiveEvent, LiveRequest } from "./contract.ts";
import { startTestApi, testFlow } from "./testing.ts";

type Api = Awaited<ReturnType<typeof startTestApi>>;

async function viewer(api: Api, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`ws://127.0.0.1:${api.port}/api/live`, { headers });
  const events: LiveEvent[] = [];
  let closed: { code: number; reason: string } | undefined;
  socket.on("message", (data) => events.push(JSON.parse(String(data))));
  socket.on("close", (code, reason) => {
    closed = { code, reason: String(reason) };
  });
  onTestFinished(() => socket.terminate());
  const status = await new Promise<number>((resolve, reject) => {
    socket.on("open", () => resolve(101));
    socket.on("unexpected-response", (_request, response) => resolve(response.statusCode ?? 0));
    socket.on("error", reject);
  });
  const of = <Type extends LiveEvent["type"]>(type: Type) =>
    events.filter((event): event is Extract<LiveEvent, { type: Type }> => event.type === type);
  return {
    socket,
    events,
    status,
    of,
    closed: () => closed,
    ask: (request: LiveRequest) => socket.send(JSON.stringify(request)),
    /** What the server answered to everything sent so far has arrived. */
    settled: () =>
      new Promise<void>((resolve) => {
        socket.once("pong", () => resolve());
        socket.ping();
      }),
  };
}

const status = (flow: string, node = "plc"): NodeStatus => ({ flow, node, state: "connected", detail: "", sinceMs: 1 });
const activity = (flow: string, received = 1): NodeActivity => ({
  flow,
  node: "plc",
  counters: { received, emitted: 0, failed: 0, dropped: 0, queued: 0, lastMessageMs: 0 },
});
const sample = (node: string, port = "out", text = "{}"): TapSample => ({
  flow: "boiler",
  node,
  port,
  traceId: "t",
  atMs: 1,
  text,
  truncated: false,
});

describe("a viewer", () => {
  test("first gets everything known, then what changes", async () => {
    const api = await startTestApi();
    api.runtime.tell({ statuses: [status("boiler")], nodes: [activity("boiler", 5)] });
    const { of, settled } = await viewer(api);
    await settled();
    expect(of("activity")).toMatchObject([{ statuses: [{ flow: "boiler" }], nodes: [{ counters: { received: 5 } }] }]);
    expect(of("health")).toMatchObject([{ health: { status: "ok" } }]);
    api.runtime.tell({ nodes: [activity("boiler", 6)] });
    api.runtime.tell({});
    await settled();
    expect(of("activity").slice(1)).toMatchObject([{ statuses: [], nodes: [{ counters: { received: 6 } }] }]);
  });
  test("sees only the flows watched, and those newly watched as they are", async () => {
    const api = await startTestApi();
    api.runtime.tell({ statuses: [status("a"), status("b")] });
    const { of, ask, settled } = await viewer(api);
    ask({ type: "watch", flows: ["a"] });
    await settled();
    api.runtime.tell({ nodes: [activity("b")], errors: [{ flow: "b", node: "x", atMs: 1, type: "t", message: "m" }] });
    api.runtime.tell({ nodes: [activity("a")] });
    await settled();
    expect(of("activity").slice(1)).toMatchObject([{ nodes: [{ flow: "a" }] }]);
    ask({ type: "watch", flows: ["a", "b"] });
    await settled();
    expect(of("activity").slice(2)).toMatchObject([{ statuses: [{ flow: "b" }], nodes: [{ flow: "b" }] }]);
  });
  test("gets the samples of its own taps, and the runtime the taps of all", async () => {
    const api = await startTestApi();
    const [ada, bob] = [await viewer(api), await viewer(api)];
    ada.ask({ type: "tap", taps: [{ flow: "boiler", node: "hot", port: "" }] });
    bob.ask({
      type: "tap",
      taps: [
        { flow: "boiler", node: "hot", port: "" },
        { flow: "boiler", node: "plc", port: "out" },
      ],
    });
    await until("three taps, one twice", () => api.runtime.taps.length === 2);
    api.runtime.tell({ samples: [sample("hot", "cleared"), sample("plc"), sample("plc", "failed")], skipped: 4 });
    await Promise.all([ada.settled(), bob.settled()]);
    const seen = ({ of }: typeof ada) =>
      of("activity").flatMap(({ samples }) => samples.map(({ node, port }) => `${node}:${port}`));
    expect(seen(ada)).toEqual(["hot:cleared"]);
    expect(seen(bob)).toEqual(["hot:cleared", "plc:out"]);
    expect(ada.of("activity").at(-1)?.skipped).toBe(4);
    bob.socket.close();
    await until("only ada's tap", () => api.runtime.taps.length === 1);
  });
  test("hears what is on the bus only while it asks to", async () => {
    const api = await startTestApi();
    const [first, second] = [await viewer(api), await viewer(api)];
    const publish = async (subject: string) => {
      api.bus.publish(subject, Buffer.from("1"));
      await api.bus.settled();
      api.clock.advance(1_000);
    };
    first.ask({ type: "subjects", isWatching: true });
    await until("it listens", () => first.of("subjects").length === 1);
    await publish("a.b");
    second.ask({ type: "subjects", isWatching: true });
    await until("what is known", () => second.of("subjects").length === 1);
    expect(second.of("subjects")[0]?.subjects).toMatchObject([{ subject: "a.b", count: 1 }]);
    first.ask({ type: "subjects", isWatching: false });
    await first.settled();
    const before = first.of("subjects").length;
    await publish("a.c");
    await Promise.all([first.settled(), second.settled()]);
    expect(first.of("subjects")).toHaveLength(before);
    expect(
      second
        .of("subjects")
        .at(-1)
        ?.subjects.map(({ subject }) => subject),
    ).toContain("a.c");
  });
  test("hears of deployments, and the nodes that are gone are forgotten", async () => {
    const api = await startTestApi();
    const first = await viewer(api);
    await api.call("PUT", "/api/flows/boiler", testFlow("boiler"), { "if-match": '"0"' });
    await first.settled();
    expect(first.of("deployed")).toEqual([
      { type: "deployed", flows: [{ id: "boiler", revision: 1 }], author: "local" },
    ]);
    api.runtime.tell({ statuses: [status("boiler", "in")] });
    expect((await api.call("GET", "/api/status")).json.statuses).toHaveLength(1);
    await api.call("DELETE", "/api/flows/boiler", undefined, { "if-match": '"1"' });
    await first.settled();
    expect(first.of("deployed").at(-1)?.flows).toEqual([{ id: "boiler", revision: 0 }]);
    expect((await api.call("GET", "/api/status")).json).toEqual({ statuses: [], nodes: [] });
  });
  test("hears at once when the bus goes, and now and then that all is well", async () => {
    const api = await startTestApi();
    const { of, settled } = await viewer(api);
    api.bus.setConnected(false);
    await settled();
    expect(of("health").at(-1)?.health.status).toBe("failed");
    const before = of("health").length;
    api.clock.advance(10_000);
    await settled();
    expect(of("health")).toHaveLength(before + 1);
  });
});

describe("a line that is not as it should be", () => {
  test.each([
    ["no JSON", "hello"],
    ["an unknown request", '{"type":"shout"}'],
    ["an unknown field", '{"type":"watch","flows":[],"more":1}'],
    ["a wrong value", '{"type":"tap","taps":[{"flow":1}]}'],
  ])("is closed with the reason: %s", async (_what, text) => {
    const { socket, closed } = await viewer(await startTestApi());
    socket.send(text);
    const { code, reason } = await until("the end", closed);
    expect([code, reason]).toEqual([1008, expect.stringMatching(/^not a request: /)]);
  });
  test("is closed when messages are binary or too large", async () => {
    const api = await startTestApi();
    const [binary, large] = [await viewer(api), await viewer(api)];
    binary.socket.send(Buffer.from([1, 2]));
    large.socket.send("x".repeat(100_000));
    expect((await until("the end", binary.closed)).code).toBe(1008);
    expect((await until("the end", large.closed)).code).toBe(1009);
  });
  test("is ended when it no longer answers", async () => {
    const api = await startTestApi();
    const { socket, closed, settled } = await viewer(api);
    for (let pings = 0; pings < 3; pings++) {
      api.clock.advance(30_000);
      await settled();
      await settled();
    }
    expect(closed()).toBeUndefined();
    socket.pause();
    api.clock.advance(30_000);
    api.clock.advance(30_000);
    socket.resume();
    expect((await until("the end", closed)).code).toBe(1006);
  });
  test("from a page of elsewhere is not let in", async () => {
    const api = await startTestApi();
    expect((await viewer(api, { origin: "http://evil.test" })).status).toBe(403);
    expect((await viewer(api, { origin: "null" })).status).toBe(403);
    expect((await viewer(api, { host: "evil.test" })).status).toBe(421);
    expect((await viewer(api, { origin: `http://127.0.0.1:${api.port}` })).status).toBe(101);
  });
});

test("a viewer that reads too slowly loses samples, is told how many, and then sees the present", async () => {
  const api = await startTestApi();
  const { socket, of, ask, settled } = await viewer(api);
  ask({ type: "tap", taps: [{ flow: "boiler", node: "hot", port: "" }] });
  await settled();
  socket.pause();
  const text = "x".repeat(16_000);
  const sent = 2_000;
  for (let i = 1; i <= sent; i++)
    api.runtime.tell({ samples: [sample("hot", "out", text)], nodes: [activity("boiler", i)] });
  socket.resume();
  await settled();
  api.runtime.tell({ samples: [sample("hot")] });
  await settled();
  const samples = of("activity").reduce((sum, event) => sum + event.samples.length, 0);
  const skipped = of("activity").reduce((sum, event) => sum + event.skipped, 0);
  expect(skipped).toBeGreaterThan(0);
  expect(samples + skipped).toBe(sent + 1);
  expect(of("activity").at(-1)?.nodes).toMatchObject([{ counters: { received: sent } }]);
});
