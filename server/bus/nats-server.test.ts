import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ManualClock } from "../../nodes/contract/testing.ts";
import { freePort, until } from "../../test/peers/program.ts";
import { findNatsServer } from "./find-nats-server.ts";
import { recordingLog, testBus, testFolder, testServer } from "./testing.ts";

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

test("a server that ended is started again on its port, with what its streams held", async () => {
  const storeDir = testFolder();
  const server = await testServer({ storeDir });
  const bus = await testBus(server);
  await bus.stored?.ensureStream({ name: "KEPT", subjects: ["kept.>"], maxAgeMs: 3_600_000, maxBytes: 1024 ** 2 });
  const first = await bus.stored?.publish("kept.a", Buffer.from("1"));
  const { port } = server;
  const seen: string[] = [];
  server.onStatus(({ state }) => seen.push(state));
  killed(storeDir);
  await until("it is started again", () => seen.includes("restarting") && server.status().state === "running");
  expect(server.port).toBe(port);
  const second = await bus.stored?.publish("kept.a", Buffer.from("2"));
  expect(second?.sequence).toBe((first?.sequence ?? 0) + 1);
});

test("a port that is taken is replaced by a free one, and the status says so", async () => {
  const port = await freePort();
  const other = createServer().listen(port, "127.0.0.1");
  onTestFinished(() => void other.close());
  const log = recordingLog();
  const server = await testServer({ port, log });
  expect(server.port).not.toBe(port);
  expect(server.status()).toMatchObject({ state: "running", detail: expect.stringContaining(`${port}`) });
  expect(log.lines.join("\n")).toMatch(/^warn: .*taken/m);
});

test("two never share a store: the second is refused with words, the first goes on", async () => {
  const storeDir = testFolder();
  const server = await testServer({ storeDir });
  await expect(testServer({ storeDir })).rejects.toThrow("this very process");
  expect(server.status().state).toBe("running");
});

test("a program that is no NATS server is an error with what it said, and its folder is free again", async () => {
  const storeDir = testFolder();
  await expect(testServer({ storeDir, binary: "/bin/false" })).rejects.toThrow(
    "The embedded NATS server does not start",
  );
  await testServer({ storeDir });
});

test("one that cannot be started again is tried ever more rarely, told as failed, and still stops at once", async () => {
  const storeDir = testFolder();
  const binary = join(storeDir, "sometimes");
  const broken = join(storeDir, "broken");
  const { path } = await findNatsServer();
  writeFileSync(
    binary,
    `#!/bin/sh\n[ -e '${broken}' ] && { echo "license expired" >&2; exit 3; }\nexec '${path}' "$@"\n`,
  );
  chmodSync(binary, 0o755);
  const clock = new ManualClock();
  const server = await testServer({ storeDir, binary, clock });
  writeFileSync(broken, "");
  killed(storeDir);
  // Each attempt takes a process of its own, so time is moved on until the supervisor has given its verdict.
  await until("it is told as failed", () => {
    clock.advance(5_000);
    return server.status().state === "failed";
  });
  expect(server.status().detail).toMatch(/restarts did not help/);
  rmSync(broken);
  await until("it runs again", () => {
    clock.advance(30_000);
    return server.status().state === "running";
  });
  writeFileSync(broken, "");
  killed(storeDir);
  await until("it waits", () => server.status().state !== "running");
  await server.stop();
  expect(existsSync(join(storeDir, "run", "nats-server.pid"))).toBe(false);
});
