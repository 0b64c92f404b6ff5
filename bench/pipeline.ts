/**
 * The compiled flow against the same work by hand. Both are measured in turn, each in a process of its own, against one
 * nats-server; the ratio is the median over the pairs.
 */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findNatsServer } from "../server/bus/find-nats-server.ts";
import { startNatsServer } from "../server/bus/nats-server.ts";
import { createLog } from "../server/log.ts";
import { median, type Result } from "./result.ts";

const pairs = 5;
const messages = 60_000;

export interface Measured {
  readonly perSecond: number;
  readonly cpuUsPerMessage: number;
}

export async function benchPipeline(): Promise<readonly Result[]> {
  const log = createLog({ level: "error", format: "text" });
  const storeDir = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const { path: binary } = await findNatsServer();
  const jetstream = { enabled: false, maxMemoryBytes: 2 ** 26, maxFileBytes: 2 ** 30 };
  const server = await startNatsServer({ binary, host: "127.0.0.1", port: 0, storeDir, jetstream, log });
  const rates: number[] = [];
  const costs: number[] = [];
  let last = "";
  for (let pair = 0; pair < pairs; pair++) {
    const hand = await measure("by-hand", server.url);
    const ours = await measure("compiled", server.url);
    rates.push(ours.perSecond / hand.perSecond);
    costs.push(ours.cpuUsPerMessage / hand.cpuUsPerMessage);
    last = `compiled ${describe(ours)}, by hand ${describe(hand)}`;
  }
  await server.stop();
  await rm(storeDir, { recursive: true, force: true });
  const detail = `mock → convert → filter → transform → result, ${messages} messages, ${pairs} pairs; the last: ${last}`;
  return [
    {
      name: "flow: messages a second, of hand-written",
      value: median(rates),
      unit: "×",
      target: { atLeast: 0.8 },
      detail,
    },
    { name: "flow: CPU a message, of hand-written", value: median(costs), unit: "×", target: { atMost: 1.25 }, detail },
  ];
}

function describe({ perSecond, cpuUsPerMessage }: Measured): string {
  return `${Math.round(perSecond)} msg/s at ${cpuUsPerMessage.toFixed(1)} µs`;
}

function measure(what: "by-hand" | "compiled", url: string): Promise<Measured> {
  // The built form, as it ships: what runs sources directly renames closures, which costs.
  const runner = fileURLToPath(new URL("../dist/bench/pipeline-run.js", import.meta.url));
  const child = fork(runner, [what, url, String(messages)], { execArgv: [] });
  return new Promise((resolve, reject) => {
    child.once("message", (measured) => resolve(measured as Measured));
    child.once("exit", (code) => reject(new Error(`${what} ended with exit code ${code}`)));
  });
}
