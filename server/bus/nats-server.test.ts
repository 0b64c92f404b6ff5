import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { until } from "../../test/peers/program.ts";
import { testFolder, testServer } from "./testing.ts";

const killed = (folder: string) => {
  const { pid } = JSON.parse(readFileSync(join(folder, "run", "nats-server.pid"), "utf8")) as { pid: number };
  process.kill(pid, "SIGKILL");
};

test("F7 a server that ended while its disk is full is not restarted against it, says so, and is when there is room", async () => {
  const storeDir = testFolder();
  let freeBytes = 10 * 1024 ** 3;
  const server = await testServer({ storeDir, freeBytes: () => freeBytes });
  freeBytes = 1024 ** 2;
  killed(storeDir);
  await until("it waits", () => server.status().state === "failed");
  expect(server.status().detail).toContain("is full (1 MB left)");
  freeBytes = 10 * 1024 ** 3;
  await until("it runs again", () => server.status().state === "running", 20_000);
  expect(server.status().detail).toBe(`on 127.0.0.1:${server.port}`);
});
