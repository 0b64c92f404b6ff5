/** One port for all: the API, the editor, `/api/live`, and the WebSocket paths of flows. */
import { createServer, type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import { mayActAs } from "../accounts/roles.ts";
import { type AppOptions, createApp } from "./app.ts";
import type { WebSocketEndpoints } from "./endpoints.ts";
import type { Live } from "./live.ts";

export interface ApiServerOptions extends AppOptions {
  readonly host: string;
  /** Another free one is used when it is taken. 0: any. */
  readonly port: number;
  readonly live: Live;
  readonly endpoints: WebSocketEndpoints;
}

export interface ApiServer {
  readonly port: number;
  /** True when the wanted port was taken by another program. */
  readonly isOtherPort: boolean;
  /** Lets requests under way finish for a moment, then closes every connection. */
  close(): Promise<void>;
}

/** The address cannot be listened on. */
class ListenError extends Error {
  override readonly name = "ListenError";
}

/** How slow a client may be: with its headers, with all of its request, and how often the gateway looks. */
const slowness = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 2_000 };
/** Far more than browsers, webhooks and WebSocket clients need; beyond it connections are closed at once. */
const maxConnections = 10_000;
const maxViewers = 200;
/** Pages that one user has open at a time. */
const maxViewersOfOne = 20;
const maxWebSockets = 5_000;
const closeGraceMs = 1_000;

/** Rejects with `ListenError` when the address cannot be listened on at all. */
export async function startApiServer(options: ApiServerOptions): Promise<ApiServer> {
  const server = createServer(slowness, createApp(options));
  server.maxConnections = maxConnections;
  const sockets = new WebSocketServer({ noServer: true, maxPayload: 64 * 1_024, perMessageDeflate: false });
  server.on("upgrade", (request, socket, head) => {
    socket.on("error", () => socket.destroy());
    const admitted = admit(request, options, sockets);
    if (typeof admitted === "number") refuse(socket, admitted);
    else sockets.handleUpgrade(request, socket, head, admitted);
  });
  const isOtherPort = await listen(server, options);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    isOtherPort,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const client of sockets.clients) client.close(1001, "the gateway is stopping");
      server.closeIdleConnections();
      const force = setTimeout(() => {
        for (const client of sockets.clients) client.terminate();
        server.closeAllConnections();
      }, closeGraceMs);
      await closed;
      clearTimeout(force);
    },
  };
}

/** Who takes the socket over, or the status to refuse it with. */
function admit(
  request: IncomingMessage,
  { guard, callers, live, endpoints }: ApiServerOptions,
  sockets: WebSocketServer,
): ((socket: WebSocket) => void) | number {
  if (!guard.isKnownHost(request)) return 421;
  const url = readUrl(request);
  if (url === undefined) return 400;
  if (sockets.clients.size >= maxWebSockets) return 503;
  if (url.pathname === "/api/live") {
    if (!guard.isSameOrigin(request)) return 403;
    const caller = callers.callerOf(request);
    if (!mayActAs(caller.role, "viewer")) return 401;
    // Every browser names the page; a cookie without one was taken out of a browser.
    if (caller.identity?.credential.kind === "session" && request.headers.origin === undefined) return 403;
    if (live.viewers() >= maxViewers || live.viewersOf(caller) >= maxViewersOfOne) return 503;
    return (socket) =>
      live.accept(socket, { caller, isStill: () => mayActAs(callers.callerOf(request).role, "viewer") });
  }
  if (!guard.isAllowedOrigin(request)) return 403;
  return (url.pathname.startsWith("/ws/") ? endpoints.find(url) : undefined) ?? 404;
}

function readUrl(request: IncomingMessage): URL | undefined {
  try {
    return new URL(request.url ?? "/", "http://gateway");
  } catch {
    return undefined;
  }
}

function refuse(socket: Duplex, status: number): void {
  const reason = STATUS_CODES[status] ?? "";
  socket.end(`HTTP/1.1 ${status} ${reason}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}

async function listen(server: Server, { host, port }: ApiServerOptions): Promise<boolean> {
  try {
    await listenOn(server, host, port);
    return false;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE")
      throw new ListenError(
        `Cannot listen on ${host}, port ${port}: ${message}. Set server.host to an address of this machine and ` +
          "server.port to one that this user may use (above 1023).",
        { cause: error },
      );
    await listenOn(server, host, 0);
    return true;
  }
}

function listenOn(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
