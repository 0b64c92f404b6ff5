import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { createLog } from "../log.ts";
import { openStore } from "./store.ts";

const canary = "S3cr3t-canary-äöü";
let data: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-secrets-"));
  data = join(folder, "data");
  onTestFinished(() => rmSync(folder, { recursive: true }));
});

function withStore<T>(work: (store: ReturnType<typeof openStore>) => T): T {
  const store = openStore({
    dataDir: data,
    flowsDir: join(data, "flows"),
    log: createLog({ level: "silent", format: "json" }),
  });
  try {
    return work(store);
  } finally {
    store.close();
  }
}

test("a secret comes back over a restart, and is in no file in plain", () => {
  withStore(({ secrets }) => secrets.set("broker", canary, "kim"));
  expect(withStore(({ secrets }) => secrets.reveal("broker"))).toBe(canary);
  expect(withStore(({ secrets }) => secrets.reveal("other"))).toBeUndefined();
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  for (const file of files) expect(readFileSync(join(file.parentPath, file.name), "latin1")).not.toContain("S3cr3t");
  expect(statSync(join(data, "secrets.key")).mode & 0o777).toBe(0o600);
});

test("a sealed value put under another name does not open", () => {
  withStore(({ secrets }) => {
    secrets.set("a", canary, "kim");
    secrets.set("b", "other", "kim");
  });
  const database = new Sqlite(join(data, "sluice.db"));
  database.exec("UPDATE secrets SET sealed = (SELECT sealed FROM secrets WHERE name = 'a') WHERE name = 'b'");
  database.close();
  expect(() => withStore(({ secrets }) => secrets.reveal("b"))).toThrow(/"b" was not sealed with the key/);
});

test("a key that is gone or another one is said, with what to do", () => {
  withStore(({ secrets }) => secrets.set("a", canary, "kim"));
  const key = join(data, "secrets.key");
  const original = readFileSync(key);
  rmSync(key);
  expect(() => withStore(({ secrets }) => secrets.reveal("a"))).toThrow(/put it back from a backup/);
  writeFileSync(key, "nonsense");
  expect(() => withStore(({ secrets }) => secrets.reveal("a"))).toThrow(/does not hold the key/);
  writeFileSync(key, original);
  expect(withStore(({ secrets }) => secrets.reveal("a"))).toBe(canary);
});

test("with a new key the old one opens nothing, and all secrets still come back", () => {
  withStore(({ secrets }) => {
    for (const name of ["a", "b"]) secrets.set(name, canary + name, "kim");
  });
  const before = readFileSync(join(data, "secrets.key"), "utf8");
  expect(withStore(({ secrets }) => secrets.rotateKey())).toBe(2);
  expect(readFileSync(join(data, "secrets.key"), "utf8")).not.toBe(before);
  expect(withStore(({ secrets }) => secrets.reveal("b"))).toBe(`${canary}b`);
  writeFileSync(join(data, "secrets.key"), before);
  expect(() => withStore(({ secrets }) => secrets.reveal("b"))).toThrow(/was not sealed/);
});
