/** Programs of others that tests talk to. Each is started on loopback, on a free port, by the test that needs it. */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmdirSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Where a program is, or `undefined` after saying aloud that the tests that need it are skipped. With `CI=true` it throws. */
export function findProgram(name: string, debianPackage: string): string | undefined {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  const found = folders.map((folder) => join(folder, name)).find((path) => existsSync(path));
  return found ?? missing(name, debianPackage);
}

/** The same for something that is no program: a library or a source. */
export function findFile(path: string, debianPackage: string): string | undefined {
  return existsSync(path) ? path : missing(path, debianPackage);
}

function missing(what: string, debianPackage: string): undefined {
  return cannot(`${what} is not installed (Debian package ${debianPackage})`);
}

/** False after saying aloud that tests which have to mount a disk of their own are skipped; with `CI=true` it throws. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "sluice-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], { stdio: "ignore" });
    execFileSync("umount", [folder]);
    return true;
  } catch {
    return cannot("a small disk cannot be mounted; it takes root") !== undefined;
  } finally {
    rmdirSync(folder);
  }
}

function cannot(message: string): undefined {
  if (process.env["CI"] === "true") throw new Error(`${message}; CI needs it`);
  process.stderr.write(`SKIPPED: ${message}\n`);
  return undefined;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

export interface Program {
  readonly child: ChildProcess;
  output(): string;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program and collects what it prints. The caller waits for readiness and stops it. */
export function startProgram(path: string, args: readonly string[]): Program {
  const child = spawn(path, args, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  child.stderr.on("data", (chunk) => {
    output += chunk;
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  return {
    child,
    output: () => output,
    async stop(signal = "SIGTERM") {
      if (child.exitCode === null && child.signalCode === null) child.kill(signal);
      await exited;
    },
  };
}

/** Waits until `check` answers something other than `undefined` or `false`; fails with `what` after `timeoutMs`. */
export async function until<T>(
  what: string,
  check: () => T | undefined | false | Promise<T | undefined | false>,
  timeoutMs = 20_000,
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const value = await check();
    if (value !== undefined && value !== false) return value;
    if (performance.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
