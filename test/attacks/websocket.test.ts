import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { until } from "../peers/program.ts";
import { type GuardedGateway, openSocket, password, startGuardedGateway } from "./attacker.ts";

describe("S10 the live feed", () => {
  let gateway: GuardedGateway;
  const open: WebSocket[] = [];
  beforeAll(async () => {
    gateway = await startGuardedGateway();
  });
  afterAll(async () => {
    for (const socket of open) socket.terminate();
    await gateway.stop();
  });

  const own = () => ({ origin: gateway.url });
  const live = (headers: Record<string, string>, query = "") => {
    const socket = new WebSocket(`${gateway.url.replace("http", "ws")}/api/live${query}`, { headers });
    open.push(socket);
    return socket;
  };
  /** The status of the answer: 101 when the socket is open. */
  const outcome = (socket: WebSocket) =>
    new Promise<number>((resolve, reject) => {
      socket.once("open", () => resolve(101));
      socket.once("unexpected-response", (request, response) => {
        resolve(response.statusCode ?? 0);
        request.destroy();
      });
      socket.on("error", reject);
    });
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once("close", (code) => resolve(code)));

  test("is opened by nobody from a foreign page, and by no cookie that names no page", async () => {
    for (const origin of ["http://evil.example", "null", "http://127.0.0.2", `${gateway.url}0`])
      expect(await outcome(live({ ...gateway.browser, origin }))).toBe(403);
    expect(await outcome(live({ ...gateway.browser }))).toBe(403);
    expect(await outcome(live({ ...gateway.browser, ...own() }))).toBe(101);
  });

  test("is opened by nobody who is not signed in, nor by a token in its address", async () => {
    expect(await outcome(live(own()))).toBe(401);
    const token = gateway.as("admin")["authorization"]?.split(" ")[1];
    expect(await outcome(live(own(), `?token=${token}`))).toBe(401);
    expect(await outcome(live({ ...gateway.as("viewer") }))).toBe(101);
  });

  test("ends within 2 s when its user signs out, gets another password, or is removed", async () => {
    const { call, browser } = gateway;
    const endings: readonly ((cookie: string) => Promise<unknown>)[] = [
      (cookie) => call("DELETE", "/api/session", undefined, { cookie }),
      () => call("PUT", "/api/users/lee", { password: `${password}!` }, browser),
      () => call("DELETE", "/api/users/lee", undefined, browser),
    ];
    await call("POST", "/api/users", { name: "lee", password, role: "viewer" }, browser);
    for (const [index, end] of endings.entries()) {
      const { cookie } = await gateway.signIn("lee", index === 2 ? `${password}!` : password);
      const socket = live({ cookie, ...own() });
      expect(await outcome(socket)).toBe(101);
      const code = closed(socket);
      await end(cookie);
      const beganMs = performance.now();
      expect(await code).toBe(4401);
      expect(performance.now() - beganMs).toBeLessThan(2_000);
    }
  });

  test("takes no large, binary or unknown messages", async () => {
    const endOf = async (message: string | Buffer) => {
      const socket = live({ ...gateway.as("viewer") });
      await outcome(socket);
      const code = closed(socket);
      socket.send(message);
      return code;
    };
    expect(await endOf("x".repeat(1_000_000))).toBe(1009);
    expect(await endOf(Buffer.from([1, 2, 3]))).toBe(1008);
    for (const text of ["nonsense", "{}", '{"type":"__proto__"}', '{"type":"watch","flows":[{}]}', "[".repeat(30_000)])
      expect(await endOf(text)).toBe(1008);
  });

  test("is open a bounded number of times for one user, and a thousand tries cost the others nothing", async () => {
    for (const socket of open.splice(0)) socket.terminate();
    await until("all are gone", async () => (await outcome(live({ ...gateway.browser, ...own() }))) === 101);
    const outcomes: number[] = [];
    for (let batch = 0; batch < 10; batch++)
      outcomes.push(
        ...(await Promise.all(Array.from({ length: 100 }, () => outcome(live({ ...gateway.as("editor") }))))),
      );
    const isIn = outcomes.filter((status) => status === 101);
    expect(isIn.length).toBe(20);
    expect(outcomes.filter((status) => status === 503).length).toBe(980);
    expect(await outcome(live({ ...gateway.as("viewer") }))).toBe(101);
  });

  test("a handshake that is broken off in the middle ends, and nothing else does", async () => {
    const socket = await openSocket(
      gateway.port,
      "GET /api/live HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
    );
    socket.destroy();
    const garbage = await openSocket(gateway.port, "\u0016\u0003\u0001\u0002\u0000GARBAGE\r\n\r\n");
    await new Promise((resolve) => garbage.resume().once("close", resolve));
    expect((await gateway.call("GET", "/api/health")).status).toBe(200);
  });
});
