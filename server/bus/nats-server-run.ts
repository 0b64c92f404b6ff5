/** One run of the nats-server program, from its start to its end. Who restarts it is in `nats-server.ts`. */
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { get, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import type { Log } from "../log.ts";
import { lossIn, unreadableStream } from "./set-aside.ts";

export interface ServerRun {
  readonly pid: number | undefined;
  /** Resolves when the program has ended or could not be started. */
  readonly ended: Promise<void>;
  /** What of the store it could not read, in words. */
  losses(): readonly string[];
  /** Why it ended, in words; `undefined` while it runs. */
  endReason(): string | undefined;
  /** Asks it to end, and after `graceMs` makes it; resolves when it has. */
  end(graceMs: number): Promise<void>;
  endNow(): void;
}

export function runNatsServer(program: string, configPath: string, log: Log): ServerRun {
  // In a process group of its own: Ctrl-C in a terminal goes to the whole group, and messages under way need the server.
  const child = spawn(program, ["-c", configPath], { stdio: ["ignore", "ignore", "pipe"], detached: true });
  let lastComplaint = "";
  const losses = new Set<string>();
  createInterface({ input: child.stderr }).on("line", (line) => {
    const { level, text } = logLine(line);
    if (level === "error" || level === "warn") {
      lastComplaint = text;
      const loss = lossIn(text);
      if (loss !== undefined) losses.add(loss);
    }
    log[level]({}, `nats-server: ${text}`);
  });
  let reason: string | undefined;
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      reason ??= `${program} cannot be started: ${error.message}`;
      resolve();
    });
    // "close" comes when its last words have been read, too.
    child.once("close", (code, signal) => {
      const how = signal === null ? `stopped with code ${code}` : `was ended by ${signal}`;
      reason ??= `nats-server ${how}${lastComplaint === "" ? "" : `: ${lastComplaint}`}`;
      resolve();
    });
  });
  return {
    pid: child.pid,
    ended,
    losses: () => [...losses],
    endReason: () => reason,
    async end(graceMs) {
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), graceMs);
      await ended;
      clearTimeout(timer);
    },
    endNow: () => child.kill("SIGTERM"),
  };
}

const levels: Readonly<Record<string, "debug" | "info" | "warn" | "error">> = {
  WRN: "warn",
  ERR: "error",
  FTL: "error",
  // Twenty lines at every start that concern nobody but who looks for a fault.
  INF: "debug",
  DBG: "debug",
  TRC: "debug",
};

/** `[pid] date time [INF] text`; what is not in this form is said before logging begins, and is a complaint. */
function logLine(line: string): { readonly level: "debug" | "info" | "warn" | "error"; readonly text: string } {
  const [, tag = "", text = ""] = /^\[\d+\] \S+ \S+ \[([A-Z]{3})\] (.*)$/.exec(line) ?? [];
  const level = levels[tag];
  return level === undefined ? { level: "warn", text: line.replace(/^nats-server: /, "") } : { level, text };
}

const portsFile = z.object({ monitoring: z.tuple([z.url()], z.url()) });

/**
 * Resolves with the address of its monitoring when the server says it is healthy and its port takes connections.
 * Rejects, with the reason in words, when it ends before or `signal` aborts.
 */
export async function whenReady(
  run: ServerRun,
  at: { readonly portsDir: string; readonly host: string; readonly port: number },
  signal: AbortSignal,
): Promise<string> {
  let problem = "it has not opened its ports";
  for (;;) {
    const monitorUrl = monitorUrlOf(run, at.portsDir);
    if (monitorUrl !== undefined) {
      problem = await healthProblem(monitorUrl, 5_000);
      if (problem === "" && (await accepts(at.host, at.port))) return monitorUrl;
      // That does not pass by itself.
      if (unreadableStream(problem) !== undefined) throw new Error(problem);
    }
    const reason = run.endReason();
    if (reason !== undefined) throw new Error(reason);
    if (signal.aborted) throw new Error(`nats-server did not become ready: ${problem}`);
    await sleep(25);
  }
}

function monitorUrlOf(run: ServerRun, portsDir: string): string | undefined {
  const name = readdirSync(portsDir).find((name) => name.endsWith(`_${run.pid}.ports`));
  if (name === undefined) return undefined;
  try {
    return portsFile.parse(JSON.parse(readFileSync(join(portsDir, name), "utf8"))).monitoring[0];
  } catch {
    // Still being written.
    return undefined;
  }
}

/** What `/healthz` complains of; empty when all is well. */
export async function healthProblem(monitorUrl: string, timeoutMs: number): Promise<string> {
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const response = await answerOf(`${monitorUrl}/healthz`, signal);
    const said = await text(response);
    return response.statusCode === 200 ? "" : `it says it is not healthy: ${reasonIn(said).slice(0, 300)}`;
  } catch (error) {
    return signal.aborted ? `it does not answer within ${timeoutMs} ms` : (error as Error).message;
  }
}

/** Not with `fetch`: its first use costs 13 MB of memory and 50 ms of the start. */
function answerOf(url: string, signal: AbortSignal): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => get(url, { signal }, resolve).once("error", reject));
}

const unhealthy = z.object({ error: z.string() });

function reasonIn(answer: string): string {
  try {
    return unhealthy.parse(JSON.parse(answer)).error;
  } catch {
    return answer;
  }
}

function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, host);
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
