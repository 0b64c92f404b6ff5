import { rmSync, truncateSync } from "node:fs";
import { readdir, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Gateway, startGateway } from "../gateway.ts";
import { startProgram, until } from "../peers/program.ts";
import { type GuardedGateway, password, startGuardedGateway } from "./attacker.ts";

const main = fileURLToPath(new URL("../../dist/server/main.js", import.meta.url));
const accounts = { "server.accounts": "required" };

describe("S1 F20 a gateway whose database is lost", () => {
  let first: GuardedGateway;
  let again: Gateway | undefined;
  beforeAll(async () => {
    first = await startGuardedGateway({ keep: true });
    await first.stop();
  });
  afterEach(async () => {
    await again?.stop();
    again = undefined;
  });
  afterAll(() => rm(first.folder, { recursive: true, force: true }));

  const database = () => join(first.folder, "data", "sluice.db");

  test.each<[how: string, damage: (file: string) => void]>([
    ["cut short", (file) => truncateSync(file, 5_000)],
    ["removed", (file) => rmSync(file)],
  ])("%s: runs its flows, lets nobody in, and makes nobody the first user", async (_how, damage) => {
    damage(database());
    again = await startGateway({ folder: first.folder, settings: accounts, keep: true });
    expect(again.program.output()).toContain("the users of this gateway are lost with its database");
    expect(again.program.output()).not.toContain("#setup=");
    await expect(stat(join(first.folder, "data", "setup-link"))).rejects.toThrow("ENOENT");
    expect((await again.call("GET", "/api/session")).body).toMatchObject({ state: "signed-out" });
    expect((await again.call("GET", "/api/health")).body).toMatchObject({ runtime: { flows: 1 } });
    const made = await again.call("POST", "/api/setup", { token: "x".repeat(43), name: "mallory", password });
    expect(made).toMatchObject({ status: 503, body: { error: { code: "lost" } } });
    const entered = await again.call("POST", "/api/session", { name: "kim", password });
    expect(entered.body.error.message).toContain("restore a backup with sluice restore");
    expect((await again.call("GET", "/api/flows", undefined, first.as("admin"))).status).toBe(401);
  });

  test("has a first user again when somebody on its machine says so, and what was damaged is kept", async () => {
    truncateSync(database(), 5_000);
    const folders = ["data", "flows"].flatMap((name) => ["--set", `${name}_dir=${join(first.folder, name)}`]);
    const reset = startProgram(process.execPath, [main, "accounts", "reset", ...folders]);
    expect(await new Promise((resolve) => reset.child.once("close", resolve))).toBe(0);
    again = await startGateway({ folder: first.folder, settings: accounts, keep: true });
    const { program, call } = again;
    const token = await until("the link", () => /#setup=([\w-]{43})/.exec(program.output())?.[1]);
    expect((await call("POST", "/api/setup", { token, name: "lee", password })).status).toBe(200);
    expect((await readdir(join(first.folder, "data"))).some((name) => name.startsWith("sluice.db.corrupt-"))).toBe(
      true,
    );
  });
});
