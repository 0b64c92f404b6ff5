import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
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

describe("F21 a store that was harmed while the server did not run", () => {
  const settings = { subjects: ["s.>"], maxAgeMs: 0, maxBytes: 1024 ** 2 };
  const metaOf = (storeDir: string, stream: string) => join(storeDir, "jetstream", "$G", "streams", stream, "meta.inf");

  /** Two streams with three messages each. */
  async function filledStore() {
    const storeDir = testFolder();
    const server = await testServer({ storeDir });
    const bus = await testBus(server);
    for (const name of ["GOOD", "BAD"]) {
      await bus.stored?.ensureStream({ ...settings, name, subjects: [`${name}.>`] });
      for (const text of ["1", "2", "3"]) await bus.stored?.publish(`${name}.x`, Buffer.from(text));
    }
    await bus.drain();
    await server.stop();
    return storeDir;
  }

  test.each([
    ["gone", (file: string) => rmSync(file)],
    ["garbage", (file: string) => writeFileSync(file, "garbage")],
  ])(
    "a stream whose description is %s is put aside and told, the others are there, and it begins anew",
    async (_what, harm) => {
      const storeDir = await filledStore();
      harm(metaOf(storeDir, "BAD"));
      const server = await testServer({ storeDir });
      expect(server.status().state).toBe("running");
      expect(server.notices()).toEqual([expect.stringMatching(/^the files of the stream BAD cannot be read: .* lost/)]);
      const [kept = ""] = readdirSync(join(storeDir, "unreadable"));
      expect(kept).toMatch(/^BAD-\d{4}-/);
      expect(existsSync(join(storeDir, "unreadable", kept, "msgs"))).toBe(true);
      const bus = await testBus(server);
      expect(await bus.stored?.messageCount("GOOD")).toBe(3);
      await bus.stored?.ensureStream({ ...settings, name: "BAD", subjects: ["BAD.>"] });
      expect(await bus.stored?.publish("BAD.x", Buffer.from("4"))).toMatchObject({ stream: "BAD", sequence: 1 });
    },
  );

  test("what cannot be read of a stream, and a place in it that is lost, are told; the rest is there", async () => {
    const storeDir = testFolder();
    const before = await testServer({ storeDir });
    const writer = await testBus(before);
    await writer.stored?.ensureStream({ ...settings, name: "BAD" });
    const consumer = {
      stream: "BAD",
      name: "sink",
      subjects: ["s.>"],
      ackWaitMs: 30_000,
      maxAckPending: 10,
      owner: {},
    };
    await writer.stored?.read(consumer, 0, () => undefined).ready(5_000);
    for (let number = 0; number < 100; number++) await writer.stored?.publish("s.x", Buffer.alloc(200, "x"));
    await writer.drain();
    await before.stop();

    const folder = join(storeDir, "jetstream", "$G", "streams", "BAD");
    const block = join(folder, "msgs", "1.blk");
    const bytes = readFileSync(block);
    bytes.fill(0, Math.floor(bytes.length / 2), Math.floor(bytes.length * 0.6));
    writeFileSync(block, bytes);
    writeFileSync(join(folder, "obs", "sink", "meta.inf"), "garbage");
    const server = await testServer({ storeDir });
    await until("both are told", () => server.notices().length === 2);
    expect(server.notices().toSorted()).toEqual([
      "a part of what the stream BAD stored cannot be read and is lost; the rest is delivered",
      expect.stringMatching(/^the place of sink in the stream BAD cannot be read/),
    ]);
    const bus = await testBus(server);
    expect(await bus.stored?.messageCount("BAD")).toBeGreaterThan(30);
  });
});
