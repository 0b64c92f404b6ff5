import { MessageChannel, type MessagePort } from "node:worker_threads";
import { afterEach, beforeEach, expect, test } from "vitest";
import type {
  EndpointClient,
  EndpointHandlers,
  Endpoints,
  HookAnswer,
  HookRequest,
} from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { until } from "../../test/peers/program.ts";
import { createEndpointsProxy, serveEndpoints } from "./endpoint-bridge.ts";

/** A main thread's side without sockets. */
class Sockets implements Endpoints {
  readonly paths = new Map<string, (client: EndpointClient) => EndpointHandlers>();
  async websocket(path: string, onClient: (client: EndpointClient) => EndpointHandlers) {
    if (this.paths.has(path)) throw new ConnectionError(`another node serves /ws/${path}`);
    this.paths.set(path, onClient);
    return { close: async () => void this.paths.delete(path) };
  }
  readonly hooks = new Map<string, (request: HookRequest) => Promise<HookAnswer>>();
  async http(path: string, _limits: unknown, onRequest: (request: HookRequest) => Promise<HookAnswer>) {
    if (this.hooks.has(path)) throw new ConnectionError(`another node serves /hooks/${path}`);
    this.hooks.set(path, onRequest);
    return { close: async () => void this.hooks.delete(path) };
  }
  call(path: string, text: string) {
    const body = Buffer.from(text);
    const request = { method: "POST", query: {}, headers: {}, remoteAddress: "127.0.0.1", body };
    return this.hooks.get(path)?.(request) ?? Promise.reject(new Error(`nobody serves ${path}`));
  }
  connect(path: string, query = {}) {
    const received: string[] = [];
    const socket = { received, waiting: 0, closed: "", handlers: {} as EndpointHandlers };
    const onClient = this.paths.get(path);
    if (onClient === undefined) throw new Error(`nobody serves ${path}`);
    socket.handlers = onClient({
      query,
      bufferedBytes: () => socket.waiting,
      send: (text) => void received.push(text),
      close: (code, reason) => {
        socket.closed = `${code} ${reason}`;
      },
    });
    return socket;
  }
}

let sockets: Sockets;
let worker: Endpoints;
let ports: MessagePort[];
let crossings: number;
beforeEach(() => {
  const { port1, port2 } = new MessageChannel();
  ports = [port1, port2];
  crossings = 0;
  port1.on("message", () => {
    crossings++;
  });
  sockets = new Sockets();
  serveEndpoints(port1, sockets);
  worker = createEndpointsProxy(port2);
});
afterEach(() => {
  for (const port of ports) port.close();
});

test("a node in the worker serves clients of the main thread, both ways", async () => {
  const events: string[] = [];
  const opened = await worker.websocket("live", (client) => {
    client.send(`hello ${client.query["name"]}`);
    return {
      onMessage: (text) => void events.push(text),
      onClose: () => void events.push("closed"),
    };
  });
  const socket = sockets.connect("live", { name: "ada" });
  await until("the greeting", () => socket.received[0] === "hello ada");
  socket.handlers.onMessage?.("ping");
  socket.handlers.onClose?.();
  await until("both events", () => events.length === 2);
  expect(events).toEqual(["ping", "closed"]);
  await opened.close();
  expect(sockets.paths.size).toBe(0);
});

test("R092 a broadcast crosses once, in order for every client", async () => {
  const clients: EndpointClient[] = [];
  await worker.websocket("live", (client) => {
    clients.push(client);
    return {};
  });
  const [a, b] = [sockets.connect("live"), sockets.connect("live")];
  await until("two clients", () => clients.length === 2);
  const before = crossings;
  for (const text of ["1", "2", "2"]) for (const client of clients) client.send(text);
  clients[0]?.send("only a");
  clients[1]?.close(1000, "bye");
  await until("the last words", () => b.closed === "1000 bye");
  expect(a.received).toEqual(["1", "2", "2", "only a"]);
  expect(b.received).toEqual(["1", "2", "2"]);
  expect(crossings - before).toBe(1);
});

test("what a slow client has not read is known in the worker", async () => {
  const clients: EndpointClient[] = [];
  await worker.websocket("live", (client) => {
    clients.push(client);
    return {};
  });
  const socket = sockets.connect("live");
  const client = await until("the client", () => clients[0]);
  socket.waiting = 700;
  client.send("x".repeat(1_000));
  expect(client.bufferedBytes()).toBe(1_000);
  await until("the report", () => client.bufferedBytes() === 700);
  socket.waiting = 0;
  await until("the next report", () => client.bufferedBytes() === 0);
});

test("a path that another node serves is refused in words", async () => {
  await worker.websocket("live", () => ({}));
  await expect(worker.websocket("live", () => ({}))).rejects.toThrow(
    new ConnectionError("another node serves /ws/live"),
  );
});

const limits = { methods: ["POST"], maxBodyBytes: 1_000, maxPending: 10, maxPerSecond: 0 };

test("a node in the worker answers requests of the main thread until it closes", async () => {
  const opened = await worker.http("mes", limits, async ({ body }) => ({
    status: 202,
    json: Buffer.from(body).toString("utf8"),
  }));
  await expect(sockets.call("mes", "25.5")).resolves.toEqual({ status: 202, json: "25.5" });
  await expect(worker.http("mes", limits, async () => ({ status: 200 }))).rejects.toThrow(
    new ConnectionError("another node serves /hooks/mes"),
  );
  await opened.close();
  expect(sockets.hooks.size).toBe(0);
});

test("what keeps a node from answering reaches the client, and a defect of ours the log", async () => {
  await worker.http("away", limits, () => Promise.reject(new ConnectionError("the bus is away")));
  await expect(sockets.call("away", "")).rejects.toThrow(new ConnectionError("the bus is away"));
  await worker.http("broken", limits, () => Promise.reject(new TypeError("no such thing")));
  await expect(sockets.call("broken", "")).rejects.toThrow(/^TypeError: no such thing\n +at /);
});

test("a request under way when the worker ends is answered", async () => {
  await worker.http("mes", limits, () => new Promise(() => undefined));
  const answer = sockets.call("mes", "1");
  ports[1]?.close();
  await expect(answer).rejects.toThrow(new ConnectionError("the gateway is restarting its flows"));
  await until("the path is free", () => sockets.hooks.size === 0);
});

test("when the worker ends, its paths are free again", async () => {
  await worker.websocket("live", () => ({}));
  ports[1]?.close();
  await until("the path is free", () => sockets.paths.size === 0);
});
