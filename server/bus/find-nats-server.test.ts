import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join, parse } from "node:path";
import { expect, test } from "vitest";
import { findNatsServer } from "./find-nats-server.ts";
import { NatsServerError } from "./nats-server-error.ts";
import { testFolder } from "./testing.ts";

/** A program that only says which version it is. */
function program(folder: string, version: string): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "nats-server");
  writeFileSync(path, `#!/bin/sh\necho "nats-server: v${version}"\n`);
  chmodSync(path, 0o755);
  return path;
}

test("the configured program is taken, whatever else there is", async () => {
  const folder = testFolder();
  const configured = program(join(folder, "configured"), "2.11.3");
  program(join(folder, "bin"), "2.14.0");
  expect(await findNatsServer({ configured, searchPath: join(folder, "bin") })).toEqual({
    path: configured,
    version: "2.11.3",
    skipped: [],
  });
});

test("a configured program that is not there, cannot be run or is too old is an error, not passed over", async () => {
  const folder = testFolder();
  const missing = join(folder, "missing");
  await expect(findNatsServer({ configured: missing })).rejects.toThrow(`${missing}, and nothing is there`);
  await expect(findNatsServer({ configured: folder })).rejects.toThrow("cannot be run");
  await expect(findNatsServer({ configured: program(folder, "2.9.25") })).rejects.toThrow("2.10 or newer is needed");
});

test("on PATH the first of 2.10 or newer is taken, and older ones are named", async () => {
  const folder = testFolder();
  const old = program(join(folder, "old"), "2.9.10");
  const good = program(join(folder, "good"), "2.10.0");
  program(join(folder, "later"), "3.0.0");
  const searchPath = ["old", "none", "good", "later"].map((name) => join(folder, name)).join(":");
  expect(await findNatsServer({ searchPath, from: folder })).toEqual({
    path: good,
    version: "2.10.0",
    skipped: [`${old} is 2.9.10, and 2.10 is needed`],
  });
});

test("without one on PATH the fetched one is taken, from this folder's node_modules or one above", async () => {
  const folder = testFolder();
  const fetched = program(join(folder, "node_modules/.sluice/nats-server"), "2.14.0");
  expect(await findNatsServer({ searchPath: "", from: join(folder, "dist/server/bus") })).toMatchObject({
    path: fetched,
    version: "2.14.0",
  });
});

test("when there is none the error says what was passed over and what to do", async () => {
  const folder = testFolder();
  program(folder, "2.9.10");
  const finding = findNatsServer({ searchPath: folder, from: parse(folder).root });
  await expect(finding).rejects.toThrow(NatsServerError);
  await expect(finding).rejects.toThrow(
    /is 2\.9\.10.*server\/setup\/nats-server\.mjs.*gateway\.nats_server.*nats_url/s,
  );
});
