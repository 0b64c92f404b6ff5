import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { expect, onTestFinished, test } from "vitest";
import { createLog } from "../log.ts";
import { openStore } from "./store.ts";

function open(folder: string) {
  const log = createLog({ level: "silent", format: "json" });
  return openStore({ dataDir: join(folder, "data"), flowsDir: join(folder, "flows"), log });
}

function trailOf(count: number) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-audit-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const store = open(folder);
  for (let number = 1; number <= count; number++)
    store.audit.add({
      at: `2026-01-01T00:00:0${number}.000Z`,
      actor: number % 2 === 0 ? "kim" : "lee\u001b[31m\n",
      address: "127.0.0.1",
      action: "POST /api/deploy",
      target: `flow-${number}`,
      outcome: "ok",
      detail: { number },
    });
  store.close();
  return {
    verify() {
      const again = open(folder);
      const result = again.audit.verify();
      again.close();
      return result;
    },
    list(query: Parameters<typeof store.audit.list>[0]) {
      const again = open(folder);
      const result = again.audit.list(query);
      again.close();
      return result;
    },
    tamper(sql: string) {
      const database = new Sqlite(join(folder, "data", "sluice.db"));
      database.exec(sql);
      database.close();
    },
  };
}

test("a trail nobody touched holds, over restarts", () => {
  expect(trailOf(5).verify()).toMatchObject({ entries: 5, brokenAt: undefined });
});

test.each([
  ["an entry was changed", "UPDATE audit SET actor = 'eve' WHERE id = 3", 3],
  ["an entry was removed", "DELETE FROM audit WHERE id = 2", 2],
  [
    "entries changed places",
    "UPDATE audit SET id = 9 WHERE id = 1; UPDATE audit SET id = 1 WHERE id = 2; UPDATE audit SET id = 2 WHERE id = 9",
    1,
  ],
  [
    "one was put in",
    "INSERT INTO audit SELECT 6, at, actor, address, action, target, outcome, detail, hash FROM audit WHERE id = 1",
    6,
  ],
])("it shows that %s", (_, sql, brokenAt) => {
  const trail = trailOf(5);
  trail.tamper(sql);
  expect(trail.verify().brokenAt).toBe(brokenAt);
});

test("it is read from the newest on, page by page, by whom and about what", () => {
  const trail = trailOf(5);
  const ids = (query: object) => trail.list({ limit: 10, ...query }).map(({ id }) => id);
  expect(ids({ limit: 2 })).toEqual([5, 4]);
  expect(ids({ before: 4 })).toEqual([3, 2, 1]);
  expect(ids({ actor: "kim" })).toEqual([4, 2]);
  expect(ids({ text: "flow-3" })).toEqual([3]);
  expect(ids({ text: "%" })).toEqual([]);
  expect(trail.list({ limit: 1 })[0]?.detail).toEqual({ number: 5 });
});
