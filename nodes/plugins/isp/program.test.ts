import { spawn } from "node:child_process";
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, onTestFinished, test } from "vitest";
import { findProgram, freePort, until } from "../../../test/peers/program.ts";
import { fillPoint, ManualClock } from "../../contract/testing.ts";
import { openIsp } from "./testing.ts";

const clock = new ManualClock();
const sample = (name: string) => fileURLToPath(new URL(`samples/${name}`, import.meta.url));

async function filesRoot(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "sidecar-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(root, name), text);
  return root;
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const python = findProgram("python3", "python3");
const samples = [
  { command: "node", file: "sidecar.mjs", keys: ["load", "cycles"], name: "sample-javascript" },
  ...(python === undefined
    ? []
    : [{ command: "python3", file: "sidecar.py", keys: ["temperature", "running"], name: "sample-python" }]),
];

describe.each(samples)("the sample $file", ({ command, file, keys, name }) => {
  test("R007 is started, reads by itself, handles points, says why it cannot, and ends with the node", async () => {
    const root = await filesRoot();
    await mkdir(join(root, "press"));
    await copyFile(sample(file), join(root, "press", file));
    const settings = { device: "press-4", interval_ms: 20, factor: 3 };
    const { node, told, ask } = await openIsp(
      { command, args: [file], folder: "press", settings },
      { filesRoot: root },
    );
    await until("its readings", () => told.points.length >= 4);
    expect([...new Set(told.points.map(({ key }) => key))].sort()).toEqual([...keys].sort());
    expect(told.points[0]).toMatchObject({
      device_id: "press-4",
      quality: 0,
      timestamp: expect.stringMatching(/^20\d\d-/),
    });
    expect(told.raw[0]).toMatchObject({ device_id: "press-4" });
    expect(await ask(fillPoint({ value: 7, device_id: "d1" }, clock))).toMatchObject([{ device_id: "d1", value: 21 }]);
    await expect(ask(fillPoint({ value: "warm" }, clock))).rejects.toThrow("temperature is no number");
    expect(told.states.some((state) => state.includes(name))).toBe(true);
    expect(told.reports).toEqual([]);
    await node.close();
    const seen = told.points.length;
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(told.points).toHaveLength(seen);
  });

  test("ends when the gateway is gone without a word", async () => {
    const env = { ...process.env, ISP_PORT: `${await freePort()}`, ISP_SUPERVISED: "1" };
    const child = spawn(command, [sample(file)], { env, stdio: ["pipe", "ignore", "inherit"] });
    onTestFinished(() => void child.kill("SIGKILL"));
    child.stdin.end();
    await until("it ends", () => child.exitCode !== null);
  });
});

describe("a program", () => {
  test("that does not exist is told in words", async () => {
    await expect(openIsp({ command: "no-such-program" }, { filesRoot: await filesRoot() })).rejects.toThrow(
      "there is no program no-such-program",
    );
  });

  test("that ends at once is told with its last words", async () => {
    const root = await filesRoot({ "a.mjs": 'console.error("no licence"); process.exit(3);' });
    const opened = openIsp({ command: "node", args: ["a.mjs"] }, { filesRoot: root });
    await expect(opened).rejects.toThrow("the program node ended with code 3; it said: no licence");
  });

  test("that does not listen is ended and told so", async () => {
    const root = await filesRoot({ "a.mjs": "setInterval(() => {}, 1000);" });
    const opened = openIsp({ command: "node", args: ["a.mjs"], startTimeout: "300ms" }, { filesRoot: root });
    await expect(opened).rejects.toThrow("does not listen on port");
  });

  test("that dies later takes the node to its next attempt, with the reason", async () => {
    const root = await filesRoot({
      "a.mjs": `import { createServer } from "node:net";
createServer((socket) => socket.on("data", (bytes) => {
  const { id, type } = JSON.parse(String(bytes).split("\\n")[0]);
  if (type === "CONFIG") socket.write(JSON.stringify({ type: "RESPONSE", id, payload: { success: true } }) + "\\n");
  else { console.error("segmentation fault"); process.exit(139); }
})).listen(process.env.ISP_PORT, "127.0.0.1");`,
    });
    const { told } = await openIsp({ command: "node", args: ["a.mjs"] }, { filesRoot: root });
    await until("it is lost", () => told.lost.length === 1);
    expect(told.lost).toEqual(["the program node ended with code 139; it said: segmentation fault"]);
    expect(told.log).toEqual(["segmentation fault"]);
  });

  test("gets what is configured, nothing of the gateway's own environment, and what it starts is ended with it", async () => {
    const root = await filesRoot({
      "run.sh": '#!/bin/sh\nenv > env.txt\nsleep 1000 &\necho $! > pid.txt\nexec node "$1"\n',
    });
    await copyFile(sample("sidecar.mjs"), join(root, "sidecar.mjs"));
    await chmod(join(root, "run.sh"), 0o755);
    process.env["SLUICE_TEST_SECRET"] = "hidden";
    onTestFinished(() => void delete process.env["SLUICE_TEST_SECRET"]);
    const env = [{ name: "API_TOKEN", value: "t0ken" }];
    const { node } = await openIsp({ command: "./run.sh", args: ["sidecar.mjs"], env }, { filesRoot: root });
    const text = await readFile(join(root, "env.txt"), "utf8");
    expect(text).toContain("API_TOKEN=t0ken");
    expect(text).toMatch(/^ISP_PORT=\d+$/m);
    expect(text).not.toContain("hidden");
    const pid = Number(await readFile(join(root, "pid.txt"), "utf8"));
    expect(isAlive(pid)).toBe(true);
    await node.close();
    await until("what it started has ended", () => !isAlive(pid));
  });

  test("is not run from outside the folder of files through a link", async () => {
    const root = await filesRoot();
    await symlink("/usr/bin", join(root, "bin"));
    await expect(openIsp({ command: "bin/env" }, { filesRoot: root })).rejects.toThrow("leads out of");
    await expect(openIsp({ command: "node", folder: "bin" }, { filesRoot: root })).rejects.toThrow("leads out of");
  });
});
