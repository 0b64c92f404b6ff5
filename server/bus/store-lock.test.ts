import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isRunning, processRecord } from "./process-identity.ts";
import { lockStore, readProcessRecord } from "./store-lock.ts";
import { testFolder } from "./testing.ts";

/** A process that does nothing, until the test is over. */
function otherProcess() {
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return { child, pid: child.pid ?? 0 };
}

test("a folder is locked by one process, and can be locked again when it is released", async () => {
  const folder = testFolder();
  const release = await lockStore(folder);
  expect(readProcessRecord(join(folder, "gateway.lock"))).toEqual(processRecord(process.pid));
  await expect(lockStore(folder)).rejects.toThrow("this very process");
  release();
  (await lockStore(folder))();
  expect(readdirSync(folder)).toEqual([]);
});

test("the error names the process that holds the folder, and what to do", async () => {
  const folder = testFolder();
  const { pid } = otherProcess();
  writeFileSync(join(folder, "gateway.lock"), JSON.stringify(processRecord(pid)));
  await expect(lockStore(folder)).rejects.toThrow(new RegExp(`${folder}.*process ${pid}.*Stop that gateway.*data_dir`));
});

test("the lock of a process that was killed is taken over, even when nothing could be cleaned up", async () => {
  const folder = testFolder();
  const { child, pid } = otherProcess();
  const killed = processRecord(pid);
  child.kill("SIGKILL");
  await once(child, "exit");
  expect(isRunning(killed)).toBe(false);
  writeFileSync(join(folder, "gateway.lock"), JSON.stringify(killed));
  (await lockStore(folder))();
});

test.runIf(existsSync("/proc/self/stat"))(
  "a process that got the id of a killed one does not hold its lock",
  async () => {
    const folder = testFolder();
    const { pid } = otherProcess();
    writeFileSync(join(folder, "gateway.lock"), JSON.stringify({ pid, identity: "an earlier boot/17" }));
    (await lockStore(folder))();
  },
);

test("a lock that is not whole is waited for, and taken over when it stays so", async () => {
  const folder = testFolder();
  writeFileSync(join(folder, "gateway.lock"), '{"pid":');
  (await lockStore(folder))();
});

test("of many that take over a dead lock at once, one gets it", async () => {
  const folder = testFolder();
  writeFileSync(join(folder, "gateway.lock"), JSON.stringify({ pid: 2 ** 22 + 1, identity: "gone" }));
  const results = await Promise.allSettled(Array.from({ length: 8 }, () => lockStore(folder)));
  expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});
