import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../../nodes/contract/testing.ts";
import { createLog } from "../log.ts";
import { openStore, type Store } from "../store/store.ts";
import { Accounts } from "./accounts.ts";
import { Passwords } from "./passwords.ts";
import { SetUpMark } from "./set-up-mark.ts";
import { SetupLink } from "./setup-link.ts";

const words = "correct horse battery staple";
const others = "seven quiet turbines hum";
const minute = 60_000;

let clock: ManualClock;
let store: Store;
let accounts: Accounts;
let link: string;
let linkFile: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-accounts-"));
  const log = createLog({ level: "silent", format: "json" });
  clock = new ManualClock();
  store = openStore({ dataDir: join(folder, "data"), flowsDir: join(folder, "flows"), log });
  onTestFinished(() => {
    store.close();
    rmSync(folder, { recursive: true });
  });
  linkFile = join(folder, "setup-link");
  const setupLink = new SetupLink(linkFile, clock);
  link = setupLink.publish("http://127.0.0.1:8080");
  const mark = new SetUpMark(join(folder, "has-users"));
  const options = { users: store.users, passwords: new Passwords(8), setupLink, mark, clock };
  accounts = new Accounts({ ...options, idleMs: 30 * minute, maxSessionMs: 12 * 60 * minute });
});

const tokenOf = (text: string) => text.split("#setup=")[1]?.trim() ?? "";
const setUp = () => accounts.setUp(tokenOf(link), "kim", words, "Firefox");
const signIn = (name: string, password: string, address = "127.0.0.1") =>
  accounts.signIn(name, password, address, "Firefox");

describe("the first user", () => {
  test("comes by the link, which is also in a file that nobody else can read, and works once", async () => {
    expect(readFileSync(linkFile, "utf8").trim()).toBe(link);
    expect(statSync(linkFile).mode & 0o777).toBe(0o600);
    const secret = await setUp();
    expect(accounts.identify(secret)).toMatchObject({ name: "kim", role: "admin" });
    expect(existsSync(linkFile)).toBe(false);
    await expect(accounts.setUp(tokenOf(link), "eve", others, "")).rejects.toMatchObject({ kind: "conflict" });
  });
  test("cannot come by a wrong link, nor after 30 minutes", async () => {
    await expect(accounts.setUp("x".repeat(43), "eve", words, "")).rejects.toMatchObject({ kind: "denied" });
    clock.advance(30 * minute);
    await expect(setUp()).rejects.toThrow(/restart the gateway/);
    expect(accounts.isSetUp()).toBe(false);
  });
  test("keeps the link when the password is refused", async () => {
    await expect(accounts.setUp(tokenOf(link), "kim", "password123456", "")).rejects.toMatchObject({ kind: "invalid" });
    expect(await setUp()).toBeTypeOf("string");
  });
});

describe("a session", () => {
  test("is for whoever knows the password, whatever the case of the name", async () => {
    await setUp();
    expect(accounts.identify(await signIn("KIM", words))).toMatchObject({ name: "kim" });
    await expect(signIn("kim", others)).rejects.toMatchObject({ kind: "denied" });
    await expect(signIn("nobody", words)).rejects.toThrow("name or password is wrong");
  });
  test("ends after half an hour without a request, and after 12 hours with", async () => {
    const secret = await setUp();
    for (let quarter = 0; quarter < 4; quarter++) {
      clock.advance(29 * minute);
      expect(accounts.identify(secret)).toBeDefined();
    }
    clock.advance(30 * minute);
    expect(accounts.identify(secret)).toBeUndefined();

    const long = await signIn("kim", words);
    for (let passed = 0; passed < 12 * 60; passed += 20) {
      expect(accounts.identify(long)).toBeDefined();
      clock.advance(20 * minute);
    }
    expect(accounts.identify(long)).toBeUndefined();
  });
  test("ends when its user signs out, is disabled, removed, or gets a new password", async () => {
    await setUp();
    await accounts.addUser("lee", others, "viewer");
    const open = () => signIn("lee", others);
    const ends = async (end: (secret: string) => unknown) => {
      const secret = await open();
      let told = 0;
      const stop = accounts.onLess(() => told++);
      await end(secret);
      stop();
      expect(accounts.identify(secret)).toBeUndefined();
      expect(told).toBeGreaterThan(0);
    };
    await ends((secret) => accounts.revoke(accounts.identify(secret)?.credential.id ?? ""));
    await ends(() => accounts.changeUser("lee", { isDisabled: true }));
    await expect(open()).rejects.toMatchObject({ kind: "denied" });
    await accounts.changeUser("lee", { isDisabled: false });
    await ends(() => accounts.changeUser("lee", { password: others }));
    await ends(() => accounts.removeUser("lee"));
  });
  test("has its user's role of the moment", async () => {
    await setUp();
    await accounts.addUser("lee", others, "editor");
    const secret = await signIn("lee", others);
    await accounts.changeUser("lee", { role: "viewer" });
    expect(accounts.identify(secret)?.role).toBe("viewer");
  });
  test("of one's own stays when the password is changed, others end", async () => {
    const [here, elsewhere] = [await setUp(), await signIn("kim", words)];
    const keep = accounts.identify(here)?.credential.id ?? "";
    await expect(accounts.changePassword("kim", "wrong", others, keep)).rejects.toMatchObject({ kind: "denied" });
    await accounts.changePassword("kim", words, others, keep);
    expect(accounts.identify(here)).toBeDefined();
    expect(accounts.identify(elsewhere)).toBeUndefined();
    await expect(signIn("kim", words)).rejects.toMatchObject({ kind: "denied" });
  });
  test("is not kept in a form that opens anything", async () => {
    const secret = await setUp();
    expect(JSON.stringify(store.users.credentials("session"))).not.toContain(secret);
  });
});

describe("guessing", () => {
  test("is slowed down from the sixth try on, ever more, and the right password works after the wait", async () => {
    await setUp();
    for (let tries = 0; tries < 5; tries++)
      await expect(signIn("kim", others)).rejects.toMatchObject({ kind: "denied" });
    await expect(signIn("kim", words)).rejects.toMatchObject({ kind: "throttled", retryAfterMs: 5_000 });
    clock.advance(5_000);
    await expect(signIn("kim", others)).rejects.toMatchObject({ kind: "denied" });
    await expect(signIn("kim", words)).rejects.toMatchObject({ retryAfterMs: 10_000 });
    clock.advance(10_000);
    expect(await signIn("kim", words)).toBeTypeOf("string");
  });
  test("from one address does not keep the user out from another", async () => {
    await setUp();
    for (let tries = 0; tries < 6; tries++) await signIn("kim", others, "10.0.0.9").catch(() => undefined);
    expect(await signIn("kim", words, "10.0.0.7")).toBeTypeOf("string");
  });
});

describe("users", () => {
  test.each(["", "-", "a\nb", "x".repeat(65), "\u202Eevil"])("%j is no name", async (name) => {
    await expect(accounts.addUser(name, words, "viewer")).rejects.toMatchObject({ kind: "invalid" });
  });
  test("of one name are one", async () => {
    await setUp();
    await expect(accounts.addUser("Kim", others, "viewer")).rejects.toMatchObject({ kind: "conflict" });
  });
  test("always include an admin", async () => {
    await setUp();
    for (const change of [{ role: "editor" }, { isDisabled: true }] as const)
      await expect(accounts.changeUser("kim", change)).rejects.toThrow(/only admin/);
    expect(() => accounts.removeUser("kim")).toThrow(/only admin/);
    await accounts.addUser("lee", others, "admin");
    accounts.removeUser("kim");
  });
});

describe("a token", () => {
  test("is for a program, with its own role, until it ends or is taken back", async () => {
    await setUp();
    const token = accounts.addToken("CI", "editor", 30, "kim");
    expect(accounts.identify(token)).toMatchObject({ name: "CI (token of kim)", role: "editor" });
    clock.advance(30 * 24 * 60 * minute);
    expect(accounts.identify(token)).toBeUndefined();
    const other = accounts.addToken("scrape", "viewer", 1, "kim");
    accounts.revoke(accounts.tokens()[0]?.id ?? "");
    expect(accounts.identify(other)).toBeUndefined();
  });
  test("never does more than whoever made it", async () => {
    await setUp();
    await accounts.addUser("lee", others, "admin");
    const token = accounts.addToken("deploy", "admin", 30, "lee");
    await accounts.changeUser("lee", { role: "viewer" });
    expect(accounts.identify(token)?.role).toBe("viewer");
    accounts.removeUser("lee");
    expect(accounts.identify(token)).toBeUndefined();
  });
});
