import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { mayActAs, type Role } from "../../server/accounts/roles.ts";
import type { AuditInfo } from "../../server/api/contract.ts";
import { ask, type GuardedGateway, insides, startGuardedGateway, visitors } from "./attacker.ts";

interface Operation {
  readonly "x-role": Role;
  readonly requestBody?: object;
}

let gateway: GuardedGateway;
let operations: readonly { readonly method: string; readonly path: string; readonly role: Role }[];

beforeAll(async () => {
  gateway = await startGuardedGateway();
  const answer = await gateway.call("GET", "/api/openapi.json", undefined, gateway.as("viewer"));
  operations = Object.entries(answer.body.paths as Record<string, Record<string, Operation>>).flatMap(
    ([path, byMethod]) =>
      Object.entries(byMethod).map(([method, operation]) => ({
        method: method.toUpperCase(),
        // Ids that nothing has: who may, finds nothing; who may not, is not told even that.
        path: path.replace("{revision}", "999").replace(/\{\w+\}/g, "no-such-thing"),
        role: operation["x-role"],
      })),
  );
});
afterAll(() => gateway.stop());

describe("S2 S3 every route, called as everybody", () => {
  test("lets in who has its role, and nobody else", async () => {
    expect(operations.length).toBeGreaterThan(40);
    const wrong: string[] = [];
    for (const { method, path, role } of operations)
      for (const visitor of visitors) {
        // No body is one that any route accepts, and a token has no session that signing out would end.
        const { status } = await ask(gateway.port, method, path, gateway.as(visitor), method === "GET" ? "" : "[]");
        const isIn = status !== 0 && status !== 401 && status !== 403;
        const may = mayActAs(visitor, role);
        // A token is no session: what only a person may do is refused to it as well.
        if (path === "/api/password" && status === 403) continue;
        if (isIn !== may) wrong.push(`${method} ${path} as ${visitor}: ${status}`);
        if (!may && status !== (visitor === "anyone" ? 401 : 403)) wrong.push(`${method} ${path}: ${status}`);
      }
    expect(wrong).toEqual([]);
  });

  test("is not there under any other spelling, for anybody without a role", async () => {
    const respelled: readonly ((path: string) => string)[] = [
      (path) => path.replace("/api/", "//api/"),
      (path) => path.replace("/api/", "/api//"),
      (path) => path.replace("/api/", "/./api/"),
      (path) => path.replace("/api/", "/x/../api/"),
      (path) => path.replace("/api/", "/api%2f"),
      (path) => path.replace("/api/", "/%61pi/"),
      (path) => path.replace("/api/", "/API/"),
      (path) => `${path}/`,
      (path) => `${path};.css`,
      (path) => `${path}%00`,
      (path) => `${path}?`,
      (path) => `http://elsewhere.example${path}`,
    ];
    const open: string[] = [];
    const guarded = operations.filter(({ role, path }) => role !== "anyone" && !path.includes("no-such-thing"));
    for (const { method, path } of guarded)
      for (const respell of respelled) {
        const { status, text } = await ask(gateway.port, method, respell(path), {}, method === "GET" ? "" : "[]");
        // The editor's page answers every path that is no file; it holds no data.
        if (status === 200 && !text.includes('<div id="root">')) open.push(`${method} ${respell(path)}`);
        if (insides.test(text)) open.push(`${respell(path)} shows ${insides.exec(text)?.[0]}`);
      }
    expect(open).toEqual([]);
  });

  test("is not reached by naming another method than the one used", async () => {
    const headers = { ...gateway.as("viewer"), "x-http-method-override": "DELETE", "x-method-override": "DELETE" };
    expect((await ask(gateway.port, "GET", "/api/flows/boiler-room?_method=DELETE", headers)).status).toBe(200);
    expect((await ask(gateway.port, "POST", "/api/flows/boiler-room", headers, "{}")).status).toBe(404);
    for (const method of ["TRACE", "CONNECT", "OPTIONS", "PATCH", "PROPFIND"])
      expect([0, 400, 404, 405]).toContain((await ask(gateway.port, method, "/api/flows", headers)).status);
    expect((await gateway.call("GET", "/api/flows/boiler-room", undefined, headers)).status).toBe(200);
  });

  test("counts a role of this moment: a user who loses it is stopped at the next request", async () => {
    const { browser, call } = gateway;
    const admin = { ...browser };
    await call("POST", "/api/users", { name: "lee", password: "another horse battery staple", role: "editor" }, admin);
    const { cookie } = await gateway.signIn("lee", "another horse battery staple");
    expect((await call("GET", "/api/secrets", undefined, { cookie })).status).toBe(200);
    await call("PUT", "/api/users/lee", { role: "viewer" }, admin);
    expect((await call("GET", "/api/secrets", undefined, { cookie })).status).toBe(403);
  });
});

describe("S6 S7 pages and names from elsewhere", () => {
  test("change nothing with a browser's cookie", async () => {
    const attempts: readonly Readonly<Record<string, string>>[] = [
      { origin: "http://evil.example" },
      { origin: "http://127.0.0.2" },
      { origin: `http://127.0.0.1:${gateway.port + 1}` },
      { origin: `https://127.0.0.1:${gateway.port}.evil.example` },
      { origin: "null" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of attempts)
      expect(
        (await ask(gateway.port, "POST", "/api/tokens", { ...gateway.browser, ...headers }, "{}")).status,
        JSON.stringify(headers),
      ).toBe(403);
    for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
      expect(
        (await ask(gateway.port, "POST", "/api/tokens", { ...gateway.browser, "content-type": type }, "{}")).status,
      ).toBe(415);
  });

  test("nothing is changed by reading", async () => {
    for (const { path } of operations.filter(({ method }) => method !== "GET"))
      expect([200, 400, 404]).toContain((await ask(gateway.port, "GET", path, gateway.as("admin"))).status);
    const trail = (await gateway.call("GET", "/api/audit?limit=500", undefined, gateway.as("admin"))).body;
    expect((trail as AuditInfo[]).filter(({ action }) => action.startsWith("GET"))).toEqual([]);
  });

  test.each([
    "evil.example",
    "evil.example:8080",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "",
    "127.0.0.1@evil.example",
  ])("a gateway called %j does not answer", async (host) => {
    const { status } = await ask(gateway.port, "GET", "/api/health", { host });
    expect(status).toBe(421);
  });
});

describe("S16 S17 bodies of the wrong shape", () => {
  const bodies = [
    '{"__proto__":{"polluted":1}}',
    '{"constructor":{"prototype":{"polluted":1}}}',
    '[{"__proto__":{"polluted":1}}]',
    '{"flows":[{"id":"__proto__","baseRevision":0,"document":{"id":"__proto__","__proto__":{"polluted":1}}}]}',
    '{"document":{"format":1,"id":"p","nodes":[{"id":"__proto__","type":"constructor","config":{"__proto__":{"polluted":1}}}]}}',
    '{"document":{"format":1,"id":"p","nodes":[{"id":"a","type":"toString","config":{}},{"id":"b","type":"hasOwnProperty"}]}}',
    '{"name":["kim"],"password":{"length":99}}',
    '{"name":"mallory","password":"another horse battery staple","role":["admin"]}',
    '{"name":"mallory","password":"another horse battery staple","role":"admin","id":"x","isDisabled":false}',
    '{"files":[{"filepath":"/etc/passwd"}],"value":{"filepath":"/etc/passwd"}}',
    '{"value":null}',
    "null",
    "0",
    '"text"',
    "[]",
  ];

  test("are refused in words at every route, and change no prototype", async () => {
    const wrong: string[] = [];
    for (const { method, path } of operations.filter(({ method }) => method !== "GET"))
      for (const body of bodies) {
        const headers = { ...gateway.as("admin"), "if-match": '"0"' };
        const { status, text } = await ask(gateway.port, method, path, headers, body);
        const isWordy =
          status < 400 || (JSON.parse(text) as { error?: { message?: string } }).error?.message !== undefined;
        if (status >= 500 || status === 0 || !isWordy || insides.test(text))
          wrong.push(`${method} ${path} ${body}: ${status} ${text}`);
      }
    expect(wrong).toEqual([]);
    const health = await gateway.call("GET", "/api/health");
    expect(health.body.polluted).toBeUndefined();
    expect(health.body.status).not.toBe("failed");
    const users = (await gateway.call("GET", "/api/users", undefined, gateway.as("admin"))).body as { name: string }[];
    expect(users.map(({ name }) => name)).toEqual(["kim", "lee"]);
  });

  test("parameters that come twice or as objects are refused", async () => {
    const status = async (query: string) =>
      (await ask(gateway.port, "GET", `/api/audit?${query}`, gateway.as("admin"))).status;
    expect(await status("limit=1&limit=2")).toBe(400);
    expect(await status("limit=-1")).toBe(400);
    expect(await status("before=1e9")).toBe(400);
    expect(await status("text[a]=1&__proto__[b]=2")).toBe(200);
  });
});

describe("S23 S24 what an attacker sees, and what is seen of one", () => {
  test("errors have a code and words, and nothing of the inside", async () => {
    const targets = [
      "/api/flows/%00",
      "/api/flows/%ff",
      `/api/flows/${"a".repeat(9_000)}`,
      "/api/flows/..%2f..%2fetc%2fpasswd",
    ];
    for (const target of [...targets, "/..%2f..%2fetc/passwd", "/assets/..%2f..%2fserver/main.js", "/assets/%00"]) {
      const { status, text } = await ask(gateway.port, "GET", target, gateway.as("admin"));
      expect(text).not.toMatch(insides);
      expect(text).not.toContain("root:x:0");
      if (status !== 200) expect([400, 404, 414, 431]).toContain(status);
    }
  });

  test("the trail holds the attempts, one line each, whatever the name", async () => {
    const name = "kim\r\n2026-01-01 admin \u001b[2Jcleared";
    await gateway.call("POST", "/api/session", { name, password: "x" });
    const trail = (await gateway.call("GET", "/api/audit?limit=500", undefined, gateway.as("admin")))
      .body as AuditInfo[];
    expect(trail.find(({ actor }) => actor === name)).toMatchObject({ action: "POST /api/session", outcome: "denied" });
    expect(trail.some(({ outcome }) => outcome === "signed-out")).toBe(true);
    expect(trail.some(({ outcome }) => outcome === "forbidden")).toBe(true);
    expect(gateway.program.output()).not.toContain("\u001b[2Jcleared");
    expect((await gateway.call("GET", "/api/audit/check", undefined, gateway.as("admin"))).body.brokenAt).toBeNull();
  });
});
