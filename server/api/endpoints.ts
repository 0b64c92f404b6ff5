/** `/ws/{path}`: WebSocket clients of nodes, on the gateway's own port. */
import type { WebSocket } from "ws";
import type { EndpointClient, EndpointHandlers, Endpoints, Opened } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { closeReason } from "./close-reason.ts";

interface Served {
  onClient(client: EndpointClient): EndpointHandlers;
  readonly sockets: Set<WebSocket>;
}

export class WebSocketEndpoints implements Pick<Endpoints, "websocket"> {
  readonly #paths = new Map<string, Served>();

  async websocket(path: string, onClient: Served["onClient"]): Promise<Opened> {
    const name = path.replace(/^\/+|\/+$/g, "");
    if (this.#paths.has(name))
      throw new ConnectionError(`another node serves /ws/${name}; give one of them another path`);
    const served: Served = { onClient, sockets: new Set() };
    this.#paths.set(name, served);
    return {
      close: async () => {
        if (this.#paths.get(name) === served) this.#paths.delete(name);
        for (const socket of served.sockets) socket.close(1001, "the flow no longer serves this path");
      },
    };
  }

  /** How to take over a client of that path, or `undefined` when nobody serves it: then answer 404. */
  find(url: URL): ((socket: WebSocket) => void) | undefined {
    const served = this.#paths.get(decodePath(url.pathname.slice("/ws/".length)));
    if (served === undefined) return undefined;
    return (socket) => {
      const handlers = served.onClient({
        query: Object.fromEntries(url.searchParams),
        bufferedBytes: () => socket.bufferedAmount,
        send: (text) => {
          if (socket.readyState === socket.OPEN) socket.send(text);
        },
        close: (code, reason) => socket.close(code, closeReason(reason)),
      });
      served.sockets.add(socket);
      socket.on("message", (data, isBinary) => {
        if (isBinary) socket.close(1003, "text messages only");
        else handlers.onMessage?.(String(data));
      });
      socket.on("error", () => socket.terminate());
      socket.on("close", () => {
        served.sockets.delete(socket);
        handlers.onClose?.();
      });
    };
  }
}

function decodePath(path: string): string {
  try {
    return decodeURIComponent(path).replace(/\/+$/, "");
  } catch {
    return path;
  }
}
