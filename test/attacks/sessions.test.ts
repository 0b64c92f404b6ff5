import { createHash } from "node:crypto";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ask, type GuardedGateway, password, startGuardedGateway } from "./attacker.ts";

let gateway: GuardedGateway;
const status = async (path: string, headers: Record<string, string>) =>
  (await gateway.call("GET", path, undefined, headers)).status;

beforeAll(async () => {
  gateway = await startGuardedGateway({ keep: true });
});
afterAll(async () => {
  await gateway.stop();
});

describe("S1 S4 the first user", () => {
  test("is made once: no second comes by the same door, whatever the token", async () => {
    for (const token of ["", "x".repeat(43), "../setup-link"]) {
      const { status } = await gateway.call("POST", "/api/setup", { token, name: "mallory", password });
      expect([400, 409]).toContain(status);
    }
    await expect(stat(join(gateway.folder, "data", "setup-link"))).rejects.toThrow("ENOENT");
  });

  test("only loopback is listened on", async () => {
    const [tcp, tcp6] = await Promise.all(["tcp", "tcp6"].map((name) => readFile(`/proc/net/${name}`, "utf8")));
    const port = gateway.port.toString(16).toUpperCase().padStart(4, "0");
    const listening = `${tcp}${tcp6}`.split("\n").filter((line) => line.includes(`:${port} `) && line.includes(" 0A "));
    expect(listening.length).toBe(1);
    expect(listening[0]).toContain(`0100007F:${port}`);
  });

  test("passwords that everybody would try are refused, long ones in any script are not cut", async () => {
    const add = async (name: string, words: string) =>
      (await gateway.call("POST", "/api/users", { name, password: words, role: "viewer" }, gateway.browser)).status;
    expect(await add("weak", "password123456")).toBe(422);
    expect(await add("weak", "weakweakweak")).toBe(422);
    expect(await add("weak", "short")).toBe(422);
    const long = "Пароль дуже довгий і надійний 数字 64 ✓ кінець рядка тут!";
    expect(await add("long", long)).toBe(200);
    expect((await gateway.signIn("long", long)).status).toBe(200);
    expect((await gateway.signIn("long", long.slice(0, -1))).status).toBe(401);
  });
});

describe("S5 a session", () => {
  test("is a cookie of random bits that scripts and other sites do not get, and never one the visitor chose", async () => {
    const chosen = "A".repeat(43);
    const answer = await fetch(`${gateway.url}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", cookie: `sluice=${chosen}` },
      body: JSON.stringify({ name: "kim", password }),
    });
    const [cookie = ""] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^sluice=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(chosen);
    expect(await status("/api/flows", { cookie: `sluice=${chosen}` })).toBe(401);
  });

  test("is over when it is ended, whoever kept the cookie", async () => {
    const { cookie } = await gateway.signIn("kim");
    expect(await status("/api/flows", { cookie })).toBe(200);
    await gateway.call("DELETE", "/api/session", undefined, { cookie });
    expect(await status("/api/flows", { cookie })).toBe(401);
  });

  test("is over when its user gets another password or is disabled", async () => {
    const words = ["another horse battery staple", "a third horse battery staple"];
    await gateway.call("POST", "/api/users", { name: "pat", password: words[0], role: "editor" }, gateway.browser);
    const first = await gateway.signIn("pat", words[0]);
    await gateway.call("PUT", "/api/users/pat", { password: words[1] }, gateway.browser);
    expect(await status("/api/flows", { cookie: first.cookie })).toBe(401);
    const second = await gateway.signIn("pat", words[1]);
    expect(await status("/api/flows", { cookie: second.cookie })).toBe(200);
    await gateway.call("PUT", "/api/users/pat", { isDisabled: true }, gateway.browser);
    expect(await status("/api/flows", { cookie: second.cookie })).toBe(401);
    expect((await gateway.signIn("pat", words[1])).status).toBe(401);
  });

  test.each([
    // {"alg":"none"}.{"role":"admin","name":"kim"}.
    "eyJhbGciOiJub25lIn0.eyJyb2xlIjoiYWRtaW4iLCJuYW1lIjoia2ltIn0.",
    "sluice_",
    "' OR 1=1 --",
    "undefined",
    "",
  ])("%j is nobody's token", async (token) => {
    const { status } = await ask(gateway.port, "GET", "/api/flows", { authorization: `Bearer ${token}` });
    expect(status).toBe(401);
    expect((await ask(gateway.port, "GET", "/api/flows", { cookie: `sluice=${token}` })).status).toBe(401);
  });

  test("a token that was taken back is nobody's either, and none is taken from an address", async () => {
    const answer = await gateway.call("POST", "/api/tokens", { title: "CI", role: "viewer", days: 1 }, gateway.browser);
    const { token } = answer.body as { token: string };
    expect(await status(`/api/flows?token=${token}&access_token=${token}`, {})).toBe(401);
    expect(await status("/api/flows", { authorization: `Bearer ${token}` })).toBe(200);
    const list = (await gateway.call("GET", "/api/tokens", undefined, gateway.browser)).body as {
      id: string;
      title: string;
    }[];
    await gateway.call(
      "DELETE",
      `/api/tokens/${list.find(({ title }) => title === "CI")?.id}`,
      undefined,
      gateway.browser,
    );
    expect(await status("/api/flows", { authorization: `Bearer ${token}` })).toBe(401);
  });
});

describe("S11 guessing", () => {
  const guess = (name: string, headers: Record<string, string> = {}) =>
    gateway.call("POST", "/api/session", { name, password: "wrong horse battery staple" }, headers);

  test("is slowed down from the sixth try on, for names that exist and for those that do not, whatever address is claimed", async () => {
    for (const name of ["kim", "nobody"]) {
      const answers = [];
      for (let index = 0; index < 8; index++) answers.push(await guess(name, { "x-forwarded-for": `10.0.0.${index}` }));
      expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
      expect(answers.at(-1)?.body.retryAfterS).toBeGreaterThan(0);
    }
  });

  test("in crowds takes no more memory than a few hashes", async () => {
    const rssKb = async () => {
      const text = await readFile(`/proc/${gateway.program.child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+)/.exec(text)?.[1]);
    };
    const before = await rssKb();
    let highest = before;
    const watch = setInterval(async () => {
      highest = Math.max(highest, await rssKb());
    }, 20);
    const answers = await Promise.all(Array.from({ length: 200 }, (_, index) => guess(`user-${index}`)));
    clearInterval(watch);
    const counts = answers.map(({ status }) => status);
    expect(counts.every((status) => status === 401 || status === 503)).toBe(true);
    expect(counts.filter((status) => status === 503).length).toBeGreaterThan(150);
    // One hash takes 128 MiB, and they are made one at a time.
    expect(highest - before).toBeLessThan(400_000);
  });
});

test("S4 S5 whoever gets the database has neither passwords nor cookies nor tokens", async () => {
  const { cookie } = await gateway.signIn("long", "Пароль дуже довгий і надійний 数字 64 ✓ кінець рядка тут!");
  const secret = cookie.split("=")[1] ?? "";
  await gateway.stop();
  const copy = join(gateway.folder, "stolen.db");
  await writeFile(copy, await readFile(join(gateway.folder, "data", "sluice.db")));
  const database = new Sqlite(copy);
  const users = database.prepare<[], { password_hash: string }>("SELECT password_hash FROM users").all();
  const credentials = database.prepare<[], { secret_hash: string }>("SELECT secret_hash FROM credentials").all();
  database.close();
  expect(users.length).toBe(3);
  for (const { password_hash } of users) expect(password_hash).toMatch(/^scrypt\$17\$8\$1\$[\w-]{22}\$[\w-]{43}$/);
  const hashes = credentials.map(({ secret_hash }) => secret_hash);
  expect(hashes).toContain(createHash("sha256").update(secret).digest("base64url"));
  expect(JSON.stringify({ users, credentials })).not.toContain(secret);
});
