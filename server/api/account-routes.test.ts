import { describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { grantableRoles, mayActAs, roles } from "../accounts/roles.ts";
import type { RouteName } from "./contract.ts";
import type { Route } from "./route.ts";
import { createRoutes, type RouteServices } from "./routes.ts";
import { startTestApi, testFlow } from "./testing.ts";

const words = "correct horse battery staple";
type Api = Awaited<ReturnType<typeof startTestApi>>;

/** A gateway on which people have to sign in, with a user of each role, named like it, and their cookies. */
async function startGuarded(isSecure = false) {
  const api = await startTestApi({ hasAccounts: true, isSecure });
  const first = await api.call("POST", "/api/setup", { token: api.setupToken, name: "admin", password: words });
  const cookies: Record<string, string> = { admin: cookieOf(first) };
  for (const role of grantableRoles.filter((other) => other !== "admin")) {
    await api.accounts?.addUser(role, words, role);
    cookies[role] = cookieOf(await api.call("POST", "/api/session", { name: role, password: words }));
  }
  const as = (role: string, method: string, path: string, body?: unknown) =>
    api.call(method, path, body, cookies[role] === undefined ? {} : { cookie: cookies[role] });
  return { ...api, cookies, as };
}

function cookieOf({ headers }: Awaited<ReturnType<Api["call"]>>): string {
  return headers.getSetCookie()[0]?.split(";")[0] ?? "";
}

const table = Object.entries(createRoutes({} as RouteServices)) as [RouteName, Route<RouteName>][];
const concrete = (path: string) => path.replace(/:\w+/g, "x");

describe("every route", () => {
  test("turns away whoever has less than its role, before it looks at what was sent", async () => {
    const { as } = await startGuarded();
    const seen: string[] = [];
    const wanted: string[] = [];
    for (const [name, { role: needed, body }] of table) {
      const [method = "", path = ""] = name.split(" ");
      // Signing out would end what the next is tried with.
      if (name === "DELETE /api/session") continue;
      for (const role of roles) {
        const { status } = await as(role, method, concrete(path), body === undefined ? undefined : "no JSON");
        const refused = status === 401 || status === 403 ? status : 0;
        const should = mayActAs(role, needed) ? 0 : role === "anyone" ? 401 : 403;
        seen.push(`${name} as ${role}: ${refused}`);
        wanted.push(`${name} as ${role}: ${should}`);
      }
    }
    expect(seen).toEqual(wanted);
  });
  test.each([
    "//api/users",
    "/api//users",
    "/api/./users",
    "/api/users/",
    "/API/users",
    "/api/%75sers/",
    "/api/users%2f",
  ])("%s is no way round", async (path) => {
    const { as } = await startGuarded();
    const { status, json } = await as("viewer", "GET", path);
    expect(status === 200 && json !== undefined).toBe(false);
  });
  test("is not called under another method's name", async () => {
    const { call } = await startGuarded();
    const answer = await call("POST", "/api/health", {}, { "x-http-method-override": "DELETE" });
    expect(answer.status).toBe(404);
  });
});

describe("signing in", () => {
  test("starts with the printed link, and says where one stands", async () => {
    const { call, setupToken } = await startTestApi({ hasAccounts: true });
    expect((await call("GET", "/api/session")).json).toMatchObject({ state: "setup" });
    const setup = (token: string) => call("POST", "/api/setup", { token, name: "kim", password: words });
    expect((await setup("wrong")).status).toBe(401);
    const answer = await setup(setupToken);
    expect(answer.json).toEqual({ state: "signed-in", name: "kim", role: "admin" });
    expect((await setup(setupToken)).status).toBe(409);
    const cookie = cookieOf(answer);
    expect((await call("GET", "/api/session")).json).toMatchObject({ state: "signed-out" });
    expect((await call("GET", "/api/session", undefined, { cookie })).json).toMatchObject({ name: "kim" });
    expect((await call("GET", "/api/flows", undefined, { cookie })).status).toBe(200);
  });
  test("keeps the cookie from scripts, from other sites and, behind TLS, from plain HTTP", async () => {
    const cookie = async (isSecure: boolean) => {
      const { call, setupToken } = await startTestApi({ hasAccounts: true, isSecure });
      const { headers } = await call("POST", "/api/setup", { token: setupToken, name: "kim", password: words });
      return headers.getSetCookie()[0];
    };
    expect(await cookie(false)).toMatch(/^sluice=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(await cookie(true)).toMatch(/^__Host-sluice=[\w-]{43}; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  });
  test("out makes the cookie worthless", async () => {
    const { as } = await startGuarded();
    const answer = await as("editor", "DELETE", "/api/session");
    expect(answer.headers.getSetCookie()[0]).toMatch(/^sluice=; Max-Age=0/);
    expect((await as("editor", "GET", "/api/flows")).status).toBe(401);
  });
  test("is slowed down after five wrong passwords, with the time to wait", async () => {
    const { call } = await startGuarded();
    const wrong = () => call("POST", "/api/session", { name: "admin", password: "wrong" });
    for (let tries = 0; tries < 5; tries++) expect((await wrong()).status).toBe(401);
    const answer = await wrong();
    expect(answer.status).toBe(429);
    expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  });
  test("a password over every limit is refused in words and costs nothing", async () => {
    const { call } = await startGuarded();
    expect((await call("POST", "/api/session", { name: "admin", password: "x".repeat(1_001) })).status).toBe(400);
    expect((await call("POST", "/api/session", { name: ["admin"], password: {} })).status).toBe(400);
  });
});

describe("the live feed", () => {
  const open = (api: Api, headers: Record<string, string>) =>
    new Promise<WebSocket | number>((resolve) => {
      const socket = new WebSocket(`${api.url.replace("http", "ws")}/api/live`, { headers });
      socket.once("open", () => resolve(socket));
      socket.once("unexpected-response", (_, { statusCode }) => resolve(statusCode ?? 0));
    });
  test("is for whoever signed in, from the gateway's own pages", async () => {
    const api = await startGuarded();
    const cookie = api.cookies["viewer"] ?? "";
    expect(await open(api, {})).toBe(401);
    expect(await open(api, { cookie: "sluice=AAAA" })).toBe(401);
    expect(await open(api, { cookie, origin: "http://evil.example" })).toBe(403);
    expect(await open(api, { cookie, origin: "null" })).toBe(403);
    const socket = await open(api, { cookie, origin: api.url });
    expect(socket).toBeInstanceOf(WebSocket);
  });
  test("ends when its user signs out", async () => {
    const api = await startGuarded();
    const socket = (await open(api, { cookie: api.cookies["viewer"] ?? "", origin: api.url })) as WebSocket;
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    await api.as("viewer", "DELETE", "/api/session");
    expect(await closed).toBe(4401);
  });
  test("ends within a minute of the end of the session", async () => {
    const api = await startGuarded();
    const socket = (await open(api, { cookie: api.cookies["viewer"] ?? "", origin: api.url })) as WebSocket;
    socket.on("ping", () => undefined);
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    api.clock.jump(31 * 60_000);
    api.clock.advance(60_000);
    expect([4401, 1006]).toContain(await closed);
  });
});

describe("programs", () => {
  test("come with a token that an admin made for them", async () => {
    const { as, call } = await startGuarded();
    const { token } = (await as("admin", "POST", "/api/tokens", { title: "CI", role: "editor", days: 30 })).json;
    const bearer = { authorization: `Bearer ${token}` };
    const flows = [{ id: "a", baseRevision: 0, document: testFlow("a") }];
    expect((await call("POST", "/api/deploy", { flows }, bearer)).status).toBe(200);
    expect((await call("GET", "/api/flows/a", undefined, bearer)).json.author).toBe("CI (token of admin)");
    expect((await call("GET", "/api/users", undefined, bearer)).status).toBe(403);
    expect((await call("GET", "/metrics", undefined, bearer)).status).toBe(200);
    expect((await call("GET", "/metrics")).status).toBe(401);
    const [listed] = (await as("admin", "GET", "/api/tokens")).json;
    expect(listed).toMatchObject({ title: "CI", role: "editor", createdBy: "admin" });
    expect(JSON.stringify(listed)).not.toContain(token);
    await as("admin", "DELETE", `/api/tokens/${listed.id}`);
    expect((await call("GET", "/api/flows", undefined, bearer)).status).toBe(401);
  });
});

describe("users", () => {
  test("are made, changed and removed by an admin", async () => {
    const { as } = await startGuarded();
    expect((await as("admin", "POST", "/api/users", { name: "lee", password: "short", role: "viewer" })).status).toBe(
      422,
    );
    expect((await as("admin", "POST", "/api/users", { name: "lee", password: words, role: "viewer" })).status).toBe(
      200,
    );
    expect((await as("admin", "PUT", "/api/users/lee", { role: "operator" })).status).toBe(200);
    const { json } = await as("admin", "GET", "/api/users");
    expect(json).toContainEqual(expect.objectContaining({ name: "lee", role: "operator" }));
    expect(JSON.stringify(json)).not.toMatch(/scrypt|hash/i);
    expect((await as("admin", "PUT", "/api/users/lee", { role: ["admin"] })).status).toBe(400);
    expect((await as("admin", "PUT", "/api/users/lee", { id: 1 })).status).toBe(400);
    expect((await as("admin", "DELETE", "/api/users/lee")).status).toBe(200);
    expect((await as("admin", "DELETE", "/api/users/lee")).status).toBe(404);
    expect((await as("admin", "DELETE", "/api/users/admin")).status).toBe(409);
  });
  test("see and end their own sessions, an admin everybody's", async () => {
    const { as } = await startGuarded();
    expect((await as("viewer", "GET", "/api/sessions")).json).toMatchObject([{ user: "viewer", isThis: true }]);
    const all = (await as("admin", "GET", "/api/sessions")).json as { id: string; user: string }[];
    expect(all).toHaveLength(4);
    const editors = all.find(({ user }) => user === "editor")?.id;
    expect((await as("viewer", "DELETE", `/api/sessions/${editors}`)).status).toBe(404);
    expect((await as("admin", "DELETE", `/api/sessions/${editors}`)).status).toBe(200);
    expect((await as("editor", "GET", "/api/flows")).status).toBe(401);
  });
});

describe("secrets", () => {
  test("can be set and removed, never read", async () => {
    const { as } = await startGuarded();
    expect((await as("editor", "PUT", "/api/secrets/broker", { value: "S3cr3t-canary" })).status).toBe(200);
    const { text } = await as("admin", "GET", "/api/secrets");
    expect(JSON.parse(text)).toMatchObject([{ name: "broker", changedBy: "editor" }]);
    for (const [name, { body }] of table) {
      const [method = "", path = ""] = name.split(" ");
      if (method !== "GET" || body !== undefined) continue;
      expect((await as("admin", "GET", concrete(path))).text).not.toContain("S3cr3t");
    }
    expect((await as("editor", "DELETE", "/api/secrets/broker")).status).toBe(200);
    expect((await as("editor", "DELETE", "/api/secrets/broker")).status).toBe(404);
    expect((await as("editor", "PUT", "/api/secrets/..%2fx", { value: "x" })).status).toBe(400);
  });
});

describe("the audit trail", () => {
  test("has who did what, and who tried", async () => {
    const { as, call } = await startGuarded();
    const flows = [{ id: "a", baseRevision: 0, document: testFlow("a") }];
    await as("editor", "POST", "/api/deploy", { flows, message: "first" });
    await as("viewer", "POST", "/api/deploy", { flows });
    await call("POST", "/api/session", { name: "eve", password: "S3cr3t-guess" });
    await as("editor", "POST", "/api/check", { document: {} });
    const { json, text } = await as("admin", "GET", "/api/audit?limit=3");
    expect(json).toMatchObject([
      { actor: "eve", action: "POST /api/session", outcome: "denied", address: "127.0.0.1" },
      { actor: "viewer", action: "POST /api/deploy", outcome: "forbidden" },
      {
        actor: "editor",
        action: "POST /api/deploy",
        target: "a",
        outcome: "ok",
        detail: { flows: [{ id: "a", revision: 1 }], message: "first" },
      },
    ]);
    expect(text).not.toContain("S3cr3t");
    expect((await as("admin", "GET", "/api/audit?actor=editor")).json).toHaveLength(2);
    expect((await as("admin", "GET", "/api/audit?limit=x")).status).toBe(400);
    expect((await as("admin", "GET", "/api/audit?limit=1&limit=2")).status).toBe(400);
    expect((await as("admin", "GET", "/api/audit/check")).json).toMatchObject({ brokenAt: null });
  });
});

describe("without accounts", () => {
  test("nobody has to sign in, and there is nothing to manage", async () => {
    const { call } = await startTestApi();
    expect((await call("GET", "/api/session")).json).toEqual({ state: "open", name: "", role: "admin" });
    expect((await call("GET", "/api/users")).json.error.code).toBe("no-accounts");
    expect((await call("POST", "/api/session", { name: "a", password: "b" })).status).toBe(404);
  });
});
