/** The running product with accounts, and whoever attacks it from outside: callers of every role, and requests no client library would send. */
import { connect, type Socket } from "node:net";
import { type GrantableRole, grantableRoles } from "../../server/accounts/roles.ts";
import { type Gateway, type GatewayOptions, startGateway } from "../gateway.ts";
import { until } from "../peers/program.ts";

export const password = "correct horse battery staple";

export type Visitor = "anyone" | GrantableRole;
export const visitors: readonly Visitor[] = ["anyone", ...grantableRoles];

export interface GuardedGateway extends Gateway {
  readonly port: number;
  /** Headers of a browser in which the first user, the admin `kim`, is signed in. */
  readonly browser: Readonly<Record<string, string>>;
  /** Headers of a program with that role. */
  as(visitor: Visitor): Readonly<Record<string, string>>;
  /** Signs in; answers the cookie. */
  signIn(name: string, words?: string): Promise<{ readonly status: number; readonly cookie: string }>;
}

/** Its first user is `kim`. `stop()` ends it. */
export async function startGuardedGateway(options: GatewayOptions = {}): Promise<GuardedGateway> {
  const gateway = await startGateway({ ...options, settings: { "server.accounts": "required", ...options.settings } });
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(gateway.url + path, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const token = await setupToken(gateway);
  const browser = { cookie: cookieOf(await post("/api/setup", { token, name: "kim", password })) };
  const tokens = new Map<Visitor, string>();
  for (const role of grantableRoles) {
    const answer = await post("/api/tokens", { title: role, role, days: 1 }, browser);
    tokens.set(role, ((await answer.json()) as { token: string }).token);
  }
  return {
    ...gateway,
    port: Number(new URL(gateway.url).port),
    browser,
    as: (visitor) => (visitor === "anyone" ? {} : { authorization: `Bearer ${tokens.get(visitor)}` }),
    async signIn(name, words = password) {
      const answer = await post("/api/session", { name, password: words });
      return { status: answer.status, cookie: cookieOf(answer) };
    },
  };
}

async function setupToken({ program }: Gateway): Promise<string> {
  return until("the link", () => /#setup=([\w-]{43})/.exec(program.output())?.[1]);
}

function cookieOf(answer: Response): string {
  return answer.headers.getSetCookie()[0]?.split(";", 1)[0] ?? "";
}

export interface RawAnswer {
  /** 0 when the connection was closed without one. */
  readonly status: number;
  readonly head: string;
  readonly text: string;
}

/** Sends bytes as they are, and reads until the gateway closes; so ask for `Connection: close`. */
export function sendRaw(port: number, bytes: string | Buffer): Promise<RawAnswer> {
  return new Promise((resolve) => {
    let received = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(bytes));
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      received += chunk;
    });
    // A reset after the answer is how a server ends a body it does not want.
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      const [head = "", ...rest] = received.split("\r\n\r\n");
      resolve({ status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0), head, text: rest.join("\r\n\r\n") });
    });
  });
}

/** One request, line by line; `Host` is the gateway's unless said otherwise. */
export function ask(
  port: number,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Promise<RawAnswer> {
  const all = {
    host: `127.0.0.1:${port}`,
    connection: "close",
    ...(body === "" ? {} : { "content-type": "application/json", "content-length": String(Buffer.byteLength(body)) }),
    ...headers,
  };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return sendRaw(port, [`${method} ${target} HTTP/1.1`, ...lines, "", body].join("\r\n"));
}

/** A connection that says something and then waits. */
export function openSocket(port: number, bytes: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => {
      socket.write(bytes);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}

/** What must be in no answer to an attacker: a stack, a path of this machine, a module. */
export const insides =
  /\bat .*\.(?:js|ts):\d+|node_modules|dist\/server|\/(?:home|work|tmp|root|usr)\/|SqliteError|ZodError/;
