import { expect, test } from "vitest";
import type { EndpointClient, EndpointHandlers, SinkRecord } from "../../contract/connector.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { connectorSurroundings, ManualClock } from "../../contract/testing.ts";
import { maxSeries, slowBytes } from "./broadcast.ts";
import sink from "./websocket.node.ts";

/** The gateway's side without a network: the test plays the clients. */
async function serve(config: Record<string, unknown> = {}) {
  const clock = new ManualClock();
  const statuses: string[] = [];
  let onClient: ((client: EndpointClient) => EndpointHandlers) | undefined;
  let path: string | undefined;
  const opened = await sink.open(sink.config.parse(config), {
    clock,
    signal: new AbortController().signal,
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    lost: () => undefined,
    connection: undefined,
    ...connectorSurroundings(),
    endpoints: {
      ...connectorSurroundings().endpoints,
      async websocket(served, call) {
        [path, onClient] = [served, call];
        return {
          close: async () => {
            path = undefined;
          },
        };
      },
    },
  });
  const connect = (query: Record<string, string> = {}) => {
    const seen: string[] = [];
    const peer = { seen, buffered: 0, closed: "", hangUp: () => handlers?.onClose?.() };
    const handlers = onClient?.({
      query,
      bufferedBytes: () => peer.buffered,
      send: (text) => seen.push(text),
      close: (code, reason) => {
        peer.closed = `${code} ${reason}`;
      },
    });
    return peer;
  };
  const write = (...records: SinkRecord[]) => opened.write(records, new AbortController().signal);
  return { clock, statuses, connect, write, path: () => path, close: () => opened.close() };
}

const record = (device_id: string, key: string, value: unknown, subject = "iot.rules.hot"): SinkRecord => ({
  subject,
  data: { device_id, key, value },
  traceId: "trace-1",
  timestamp: "2026-01-01T10:00:00.000Z",
  text: JSON.stringify({ version: "1.0", data: { value } }),
});
const valuesOf = (seen: readonly string[]) => seen.map((text) => (JSON.parse(text) as { value: unknown }).value);

test("R025 R030 a client receives each message as one text frame", async () => {
  const { connect, write, path, close } = await serve();
  expect(path()).toBe("live");
  const client = connect();
  await write(record("b", "t", 1), record("b", "t", 2));
  expect(client.seen).toEqual([
    '{"device_id":"b","key":"t","value":1,"trace_id":"trace-1"}',
    '{"device_id":"b","key":"t","value":2,"trace_id":"trace-1"}',
  ]);
  await close();
  expect(path()).toBeUndefined();
});

test("R092 all clients receive it, and who hung up no more", async () => {
  const { connect, write, statuses } = await serve();
  const clients = [connect(), connect()];
  await write(record("b", "t", 1));
  clients[0]?.hangUp();
  await write(record("b", "t", 2));
  expect(clients.map(({ seen }) => valuesOf(seen))).toEqual([[1], [1, 2]]);
  expect(statuses).toEqual([0, 1, 2, 1].map((count) => `connected: ${count} client${count === 1 ? "" : "s"}`));
});

test("the complete message can be sent as it stands on the bus", async () => {
  const { connect, write } = await serve({ content: "envelope" });
  const client = connect();
  await write(record("b", "t", 1));
  expect(client.seen).toEqual(['{"version":"1.0","data":{"value":1}}']);
});

test("the value can be sent in short", async () => {
  const { connect, write } = await serve({ content: "value" });
  const client = connect();
  await write(record("b", "t", 1));
  expect(client.seen).toEqual(['{"device_id":"b","key":"t","value":1,"timestamp":"2026-01-01T10:00:00.000Z"}']);
});

test("only changes of a series can be sent; who comes later still gets its last value", async () => {
  const { connect, write } = await serve({ send: "changes" });
  const client = connect();
  const bad = { ...record("b", "t", 2), data: { device_id: "b", key: "t", value: 2, quality: 1 } };
  await write(record("b", "t", 1), record("b", "t", 1), record("b", "p", 1), record("b", "t", 2), bad, bad);
  expect(valuesOf(client.seen)).toEqual([1, 1, 2, 2]);
  expect(valuesOf(connect().seen)).toEqual([1, 2]);
  const bare = await serve({ send: "changes", snapshot: false });
  await bare.write(record("b", "t", 1), record("b", "t", 1));
  expect(bare.connect().seen).toEqual([]);
});

test("with a token only who gives it is served", async () => {
  const { connect, write, statuses } = await serve({ token: "open sesame" });
  const [without, wrong, right] = [connect(), connect({ token: "open" }), connect({ token: "open sesame" })];
  await write(record("b", "t", 1));
  expect([without.closed, wrong.closed, right.closed]).toEqual([
    "1008 the token is missing or wrong",
    "1008 the token is missing or wrong",
    "",
  ]);
  expect([without, wrong, right].map(({ seen }) => seen.length)).toEqual([0, 0, 1]);
  expect(statuses.at(-1)).toBe("connected: 1 client");
});

test("a new client gets the last message of each series first, and then what is new", async () => {
  const { connect, write } = await serve();
  await write(record("b", "t", 1), record("b", "p", 2), record("b", "t", 3), record("b", "t", 4, "iot.rules.other"));
  const client = connect();
  await write(record("b", "p", 5));
  expect(valuesOf(client.seen)).toEqual([2, 3, 4, 5]);
});

test("without last values a new client starts empty", async () => {
  const { connect, write } = await serve({ snapshot: false });
  await write(record("b", "t", 1));
  expect(connect().seen).toEqual([]);
});

test("the memory for last values is bounded: the longest without a message goes", async () => {
  const { connect, write } = await serve();
  for (let index = 0; index < maxSeries; index++) await write(record("b", `${index}`, index));
  await write(record("b", "0", "fresh"), record("b", "one more", "new"));
  const seen = valuesOf(connect().seen);
  expect(seen).toHaveLength(maxSeries);
  expect([seen[0], ...seen.slice(-2)]).toEqual([2, "fresh", "new"]);
});

test("a client gets only the devices and keys it asks for", async () => {
  const { connect, write } = await serve();
  const byDevice = connect({ device: "boiler-*" });
  const byBoth = connect({ device: "boiler-1", key: "temp*" });
  const alert: SinkRecord = { ...record("", "", 0), data: { value: "no device" } };
  await write(record("boiler-1", "temp", 1), record("boiler-12", "temp", 2), record("boiler-1", "p", 3), alert);
  await write(record("pump", "temp", 4));
  expect(valuesOf(byDevice.seen)).toEqual([1, 2, 3]);
  expect(valuesOf(byBoth.seen)).toEqual([1]);
});

test("a slow client gets the latest of each series when it has caught up, the others everything", async () => {
  const { clock, connect, write } = await serve();
  const [slow, fast] = [connect(), connect()];
  slow.buffered = slowBytes + 1;
  for (let value = 1; value <= 100; value++) await write(record("b", "t", value), record("b", "p", -value));
  expect(slow.seen).toEqual([]);
  expect(fast.seen).toHaveLength(200);
  slow.buffered = 0;
  await write(record("b", "t", 101));
  expect(slow.seen).toEqual([]);
  clock.advance(250);
  expect(valuesOf(slow.seen)).toEqual([-100, 101]);
  await write(record("b", "t", 102));
  expect(valuesOf(slow.seen)).toEqual([-100, 101, 102]);
});

test("a client that has not caught up for ten seconds is cut off and forgotten", async () => {
  const { clock, connect, write, statuses } = await serve();
  const slow = connect();
  slow.buffered = slowBytes + 1;
  await write(record("b", "t", 1));
  clock.advance(9_999);
  expect(slow.closed).toBe("");
  clock.advance(251);
  expect(slow.closed).toBe("1013 reading too slowly");
  expect(statuses.at(-1)).toBe("connected: 0 clients; 1 cut off for reading too slowly");
  slow.buffered = 0;
  await write(record("b", "t", 2));
  clock.advance(1_000);
  expect(slow.seen).toEqual([]);
});

test("more clients than allowed are refused", async () => {
  const { connect, write } = await serve({ maxClients: 1 });
  const first = connect();
  const second = connect();
  expect(second.closed).toBe("1013 no more than 1 clients at once");
  await write(record("b", "t", 1));
  expect([first.seen.length, second.seen.length]).toEqual([1, 0]);
  first.hangUp();
  expect(connect().closed).toBe("");
});

test("a path that another node serves is passed on as it is", async () => {
  const refuse = sink.open(sink.config.parse({}), {
    clock: new ManualClock(),
    signal: new AbortController().signal,
    status: () => undefined,
    lost: () => undefined,
    connection: undefined,
    ...connectorSurroundings(),
    endpoints: {
      ...connectorSurroundings().endpoints,
      websocket: () => Promise.reject(new ConnectionError("another node serves /ws/live")),
    },
  });
  await expect(refuse).rejects.toThrow("another node serves /ws/live");
});

test.each(["", "/live", "live/", "a b", "../x", "a//b", "ü"])("the path %j is refused", (path) => {
  expect(sink.config.safeParse({ path }).error?.issues[0]?.message).toContain("use letters, digits");
});
