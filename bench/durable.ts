/**
 * A durable rule against the same work by hand: both read a stream through a durable consumer, publish one result for
 * each message into a stream, check every acknowledgement, and acknowledge after it. In turns, each in a process of its own.
 */
import { fork } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "../server/bus/find-nats-server.ts";
import { startNatsServer } from "../server/bus/nats-server.ts";
import { createLog } from "../server/log.ts";
import { median, type Result } from "./result.ts";

const pairs = 3;
const messages = 50_000;

export async function benchDurable(): Promise<readonly Result[]> {
  const storeDir = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const server = await startNatsServer({
    binary: (await findNatsServer()).path,
    host: "127.0.0.1",
    port: 0,
    storeDir,
    jetstream: { enabled: true, maxMemoryBytes: 2 ** 26, maxFileBytes: 4 * 2 ** 30 },
    log: createLog({ level: "error", format: "text" }),
  });
  const rates: number[] = [];
  const ours: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    const hand = await measure("by-hand", server.url);
    ours.push(await measure("compiled", server.url));
    rates.push((ours.at(-1) ?? 0) / hand);
  }
  await server.stop();
  rmSync(storeDir, { recursive: true, force: true });
  const detail = `stream → rule → stream, ${messages} messages, every acknowledgement checked, ${pairs} pairs`;
  return [
    {
      name: "durable rule: messages a second, of hand-written",
      value: median(rates),
      unit: "×",
      target: { atLeast: 0.7 },
      detail,
    },
    {
      name: "durable rule: thousand messages a second",
      value: median(ours) / 1_000,
      unit: "k/s",
      target: { atLeast: 30 },
      detail,
    },
  ];
}

function measure(what: "by-hand" | "compiled", url: string): Promise<number> {
  const runner = fileURLToPath(new URL("../dist/bench/durable-run.js", import.meta.url));
  const child = fork(runner, [what, url, String(messages)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once("message", (perSecond) => resolve(perSecond as number));
    child.once("exit", (code) => reject(new Error(`${what} ended with exit code ${code}`)));
  });
}
