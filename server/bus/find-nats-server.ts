/** Which `nats-server` program to start. */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { NatsServerError } from "./nats-server-error.ts";

const run = promisify(execFile);
const program = process.platform === "win32" ? "nats-server.exe" : "nats-server";

export interface FoundNatsServer {
  readonly path: string;
  readonly version: string;
  /** Programs that were passed over, and why: "/usr/bin/nats-server is 2.9.10, and 2.10 is needed". */
  readonly skipped: readonly string[];
}

export interface FindNatsServerOptions {
  /** `gateway.nats_server`: this one or none. */
  readonly configured?: string | undefined;
  /** Folders as in the environment variable `PATH`, which is the default. */
  readonly searchPath?: string;
  /** Where `node_modules` is looked for, in it and above. */
  readonly from?: string;
}

/**
 * The configured program; without one, the first of version 2.10 or newer on PATH; then the one fetched on installation.
 * Rejects with a `NatsServerError` when there is none.
 */
export async function findNatsServer(options: FindNatsServerOptions = {}): Promise<FoundNatsServer> {
  if (options.configured !== undefined) return configured(options.configured);
  const skipped: string[] = [];
  const searched = (options.searchPath ?? process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const onPath = searched.map((folder) => join(folder, program));
  for (const path of [...new Set([...onPath, ...fetchedPaths(options.from ?? import.meta.dirname)])]) {
    if (!existsSync(path)) continue;
    const found = await versionOf(path);
    if (found.version !== undefined && isNewEnough(found.version)) return { path, version: found.version, skipped };
    skipped.push(`${path} ${found.version === undefined ? found.problem : `is ${found.version}, and 2.10 is needed`}`);
  }
  const passedOver = skipped.length === 0 ? "" : ` (${skipped.join("; ")})`;
  throw new NatsServerError(
    `There is no nats-server program to start${passedOver}. Run "node server/setup/nats-server.mjs" to fetch it, ` +
      "or install nats-server 2.10 or newer and put it on PATH or its path into gateway.nats_server, " +
      "or set gateway.nats_url to a NATS server that runs elsewhere.",
  );
}

async function configured(path: string): Promise<FoundNatsServer> {
  const remedy = 'Set gateway.nats_server to the path of the program "nats-server", or leave it out.';
  if (!existsSync(path)) throw new NatsServerError(`gateway.nats_server is ${path}, and nothing is there. ${remedy}`);
  const { version, problem } = await versionOf(path);
  if (version === undefined) throw new NatsServerError(`gateway.nats_server is ${path}, which ${problem}. ${remedy}`);
  if (!isNewEnough(version))
    throw new NatsServerError(`gateway.nats_server is ${path}, version ${version}; 2.10 or newer is needed.`);
  return { path, version, skipped: [] };
}

/** In every `node_modules` from `from` upwards, as Node itself resolves: sources and build are at different depths. */
function fetchedPaths(from: string): string[] {
  const paths: string[] = [];
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    paths.push(join(folder, "node_modules/.sluice/nats-server", program));
    if (dirname(folder) === folder) return paths;
  }
}

async function versionOf(path: string): Promise<{ version?: string; problem: string }> {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: 20_000 });
    const version = /v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    return version === undefined ? { problem: "does not say its version" } : { version, problem: "" };
  } catch (error) {
    return { problem: `cannot be run: ${(error as Error).message.trim()}` };
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map((part) => Number.parseInt(part, 10));
  return major > 2 || (major === 2 && minor >= 10);
}
