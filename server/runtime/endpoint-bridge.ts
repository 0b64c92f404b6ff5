/**
 * Endpoints of nodes, across threads: clients connect to the main thread, nodes run in the worker. Both ends speak
 * `Endpoints`; only plain data crosses, in one message per turn of the event loop. Here WebSocket clients, in
 * `hook-bridge.ts` requests.
 */
import type { MessagePort } from "node:worker_threads";
import type { EndpointClient, EndpointHandlers, Endpoints, Opened } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { createHooksProxy, type HookToMain, type HookToWorker, serveHooks } from "./hook-bridge.ts";

type ToMain =
  | HookToMain
  | { readonly type: "open"; readonly endpoint: number; readonly path: string }
  | { readonly type: "close"; readonly endpoint: number }
  /** One text for all these clients. */
  | { readonly type: "send"; readonly clients: number[]; readonly text: string }
  | { readonly type: "disconnect"; readonly client: number; readonly code: number; readonly reason: string };

type ToWorker =
  | HookToWorker
  | { readonly type: "opened"; readonly endpoint: number }
  | { readonly type: "refused"; readonly endpoint: number; readonly message: string }
  | { readonly type: "closed"; readonly endpoint: number }
  | { readonly type: "connected"; readonly endpoint: number; readonly client: number; readonly query: Query }
  | { readonly type: "message"; readonly client: number; readonly text: string }
  | { readonly type: "disconnected"; readonly client: number }
  /** `taken`: all bytes of this client that have crossed so far; `waiting`: those its socket has not sent yet. */
  | { readonly type: "buffered"; readonly client: number; readonly taken: number; readonly waiting: number };

type Query = Readonly<Record<string, string>>;

/** How often the main thread tells what waits in its sockets. */
const reportEveryMs = 50;

/** Collects what is said in one turn of the event loop and posts it as one message. */
function outbox<Message>(port: MessagePort): { readonly waiting: Message[]; post(message: Message): void } {
  let waiting: Message[] = [];
  return {
    get waiting() {
      return waiting;
    },
    post(message) {
      if (waiting.push(message) > 1) return;
      queueMicrotask(() => {
        port.postMessage(waiting);
        waiting = [];
      });
    },
  };
}

/** The worker's end. */
export function createEndpointsProxy(port: MessagePort): Endpoints {
  const box = outbox<ToMain>(port);
  const endpoints = new Map<number, Endpoint>();
  const clients = new Map<number, ProxyClient>();
  let lastEndpoint = 0;
  const hooks = createHooksProxy((message) => box.post(message));

  const receive = (message: ToWorker) => {
    switch (message.type) {
      case "hook":
        return hooks.receive(message);
      case "opened":
        return endpoints.get(message.endpoint)?.opened();
      case "refused":
        endpoints.get(message.endpoint)?.refused(new ConnectionError(message.message));
        endpoints.delete(message.endpoint);
        return;
      case "closed":
        endpoints.get(message.endpoint)?.closed();
        endpoints.delete(message.endpoint);
        return;
      case "connected": {
        const client = new ProxyClient(message.client, message.query, box);
        const onClient = endpoints.get(message.endpoint)?.onClient;
        if (onClient === undefined) return;
        clients.set(message.client, client);
        client.handlers = onClient(client);
        return;
      }
      case "message":
        return clients.get(message.client)?.handlers.onMessage?.(message.text);
      case "disconnected":
        clients.get(message.client)?.handlers.onClose?.();
        clients.delete(message.client);
        return;
      case "buffered":
        clients.get(message.client)?.reported(message.taken, message.waiting);
    }
  };
  port.on("message", (messages: readonly ToWorker[]) => messages.forEach(receive));

  return {
    http: hooks.http,
    websocket(path, onClient) {
      const endpoint = ++lastEndpoint;
      return new Promise<Opened>((resolve, reject) => {
        let done = () => {};
        const closed = new Promise<void>((end) => {
          done = end;
        });
        const close = () => {
          box.post({ type: "close", endpoint });
          return closed;
        };
        endpoints.set(endpoint, { onClient, opened: () => resolve({ close }), refused: reject, closed: done });
        box.post({ type: "open", endpoint, path });
      });
    },
  };
}

interface Endpoint {
  onClient(client: EndpointClient): EndpointHandlers;
  opened(): void;
  refused(error: Error): void;
  closed(): void;
}

class ProxyClient implements EndpointClient {
  readonly id: number;
  readonly query: Query;
  handlers: EndpointHandlers = {};
  readonly #box: ReturnType<typeof outbox<ToMain>>;
  #sent = 0;
  #taken = 0;
  #waiting = 0;
  #lastGroup: ToMain | undefined;

  constructor(id: number, query: Query, box: ReturnType<typeof outbox<ToMain>>) {
    this.id = id;
    this.query = query;
    this.#box = box;
  }

  /** In transit it counts characters, which is near enough for a limit. */
  bufferedBytes(): number {
    return this.#sent - this.#taken + this.#waiting;
  }

  send(text: string): void {
    this.#sent += text.length;
    let group = this.#box.waiting.at(-1);
    // Consecutive sends of the same text, as when a sink broadcasts, cross once.
    if (group?.type === "send" && group.text === text && group !== this.#lastGroup) group.clients.push(this.id);
    else {
      group = { type: "send", clients: [this.id], text };
      this.#box.post(group);
    }
    this.#lastGroup = group;
  }

  close(code: number, reason: string): void {
    this.#box.post({ type: "disconnect", client: this.id, code, reason });
  }

  reported(taken: number, waiting: number): void {
    this.#taken = taken;
    this.#waiting = waiting;
  }
}

/** The main thread's end: serves what the worker asks for until the port closes, which closes every endpoint of it. */
export function serveEndpoints(port: MessagePort, target: Endpoints): void {
  const box = outbox<ToWorker>(port);
  const opening = new Map<number, Promise<Opened | undefined>>();
  const clients = new Map<number, { readonly client: EndpointClient; taken: number }>();
  const toReport = new Set<number>();
  let lastClient = 0;
  const hooks = serveHooks((message) => box.post(message), target);

  const report = () => {
    for (const id of toReport) {
      const known = clients.get(id);
      const waiting = known?.client.bufferedBytes() ?? 0;
      if (known !== undefined) box.post({ type: "buffered", client: id, taken: known.taken, waiting });
      if (waiting === 0) toReport.delete(id);
    }
    if (toReport.size > 0) setTimeout(report, reportEveryMs).unref();
  };

  const accept = (endpoint: number, client: EndpointClient): EndpointHandlers => {
    const id = ++lastClient;
    clients.set(id, { client, taken: 0 });
    box.post({ type: "connected", endpoint, client: id, query: client.query });
    return {
      onMessage: (text) => box.post({ type: "message", client: id, text }),
      onClose: () => {
        clients.delete(id);
        box.post({ type: "disconnected", client: id });
      },
    };
  };

  const open = async (endpoint: number, path: string): Promise<Opened | undefined> => {
    try {
      const opened = await target.websocket(path, (client) => accept(endpoint, client));
      box.post({ type: "opened", endpoint });
      return opened;
    } catch (error) {
      box.post({ type: "refused", endpoint, message: (error as Error).message });
      return undefined;
    }
  };

  const close = async (endpoint: number): Promise<void> => {
    const opened = await opening.get(endpoint);
    opening.delete(endpoint);
    await opened?.close();
    box.post({ type: "closed", endpoint });
  };

  const receive = (message: ToMain) => {
    switch (message.type) {
      case "hook":
        return hooks.receive(message);
      case "open":
        opening.set(message.endpoint, open(message.endpoint, message.path));
        return;
      case "close":
        void close(message.endpoint);
        return;
      case "send":
        for (const id of message.clients) {
          const known = clients.get(id);
          if (known === undefined) continue;
          known.taken += message.text.length;
          known.client.send(message.text);
          if (toReport.size === 0) setTimeout(report, reportEveryMs).unref();
          toReport.add(id);
        }
        return;
      case "disconnect":
        clients.get(message.client)?.client.close(message.code, message.reason);
    }
  };
  port.on("message", (messages: readonly ToMain[]) => messages.forEach(receive));
  port.on("close", () => {
    for (const endpoint of opening.keys()) void close(endpoint);
    hooks.close();
  });
}
