/**
 * The rule engine: fused operators alone, many rules on the bus at the rates of eKuiper's published test, what a
 * message costs beside rules that cannot match it, and what groups hold of memory.
 */
import { type ChildProcess, fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { findNatsServer } from "../server/bus/find-nats-server.ts";
import { startNatsServer } from "../server/bus/nats-server.ts";
import { createLog } from "../server/log.ts";
import { until } from "../test/peers/program.ts";
import type { Result } from "./result.ts";

const seconds = 5;

export async function benchRules(): Promise<readonly Result[]> {
  return [...(await fused()), ...(await groups()), ...(await onTheBus())];
}

async function fused(): Promise<Result[]> {
  const { perSecond, profile } = await once<{ perSecond: number; profile: string }>("fused", 2_000_000);
  return [
    {
      name: "rules: filter → transform → transform → aggregate",
      value: perSecond / 1e6,
      unit: "million points/s",
      target: { atLeast: 2 },
      detail: `fused, on one core, without the bus; most of the time goes to: ${profile}`,
    },
  ];
}

async function groups(): Promise<Result[]> {
  const groupsWanted = 10_000;
  const measured = await once<Record<"perSecond" | "bytesPerGroup" | "snapshotMs" | "savedBytesPerGroup", number>>(
    "groups",
    groupsWanted,
  );
  return [
    {
      name: "rules: memory of a group",
      value: measured.bytesPerGroup / 1_024,
      unit: "KiB",
      target: { atMost: 2 },
      detail: `a million points into ${groupsWanted} groups, at ${Math.round(measured.perSecond).toLocaleString("en")} points/s; all of them to JSON in ${Math.round(measured.snapshotMs)} ms, ${Math.round(measured.savedBytesPerGroup)} bytes each`,
    },
  ];
}

async function onTheBus(): Promise<Result[]> {
  const log = createLog({ level: "error", format: "text" });
  const storeDir = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const jetstream = { enabled: false, maxMemoryBytes: 2 ** 26, maxFileBytes: 2 ** 30 };
  const { path: binary } = await findNatsServer();
  const server = await startNatsServer({ binary, host: "127.0.0.1", port: 0, storeDir, jetstream, log });
  const client = await connect({ servers: server.url });
  try {
    const shared = await atRate(client, server.url, { what: "shared", rules: 300, perSecond: 500, perMessage: 300 });
    const spread = await atRate(client, server.url, { what: "spread", rules: 8_000, perSecond: 800, perMessage: 1 });
    const one = await costOfMessage(client, server.url, 1);
    const thousand = await costOfMessage(client, server.url, 1_000);
    return [
      share("rules: 300 on one subject at 500 points/s, evaluated", shared),
      share("rules: 8,000 on subjects of their own at 800 points/s, evaluated", spread),
      {
        name: "rules: CPU of a message beside 999 rules that cannot match it, of alone",
        value: thousand / one,
        unit: "×",
        target: { atMost: 1.1 },
        detail: `${thousand.toFixed(1)} µs against ${one.toFixed(1)} µs`,
      },
    ];
  } finally {
    await client.close();
    await server.stop();
    await rm(storeDir, { recursive: true, force: true });
  }
}

interface Rated {
  readonly evaluated: number;
  readonly wanted: number;
  /** Of one core, in percent. */
  readonly cpu: number;
}

function share(name: string, { evaluated, wanted, cpu }: Rated): Result {
  const detail = `${evaluated.toLocaleString("en")} of ${wanted.toLocaleString("en")} in ${seconds} s, at ${Math.round(cpu)} % of a core`;
  return { name, value: (100 * evaluated) / wanted, unit: "%", target: { atLeast: 100 }, detail };
}

interface Load {
  readonly what: "shared" | "spread";
  readonly rules: number;
  readonly perSecond: number;
  /** How many rules each message is for. */
  readonly perMessage: number;
}

/** Publishes evenly, waits a second for what is still under way, and counts. A tenth of the points passes. */
async function atRate(
  client: NatsConnection,
  url: string,
  { what, rules, perSecond, perMessage }: Load,
): Promise<Rated> {
  const child = await started(what, rules, url);
  const total = perSecond * seconds;
  await ask(child, "begin");
  const startedMs = performance.now();
  for (let sent = 0; sent < total; ) {
    for (const due = ((performance.now() - startedMs) / 1_000) * perSecond; sent < total && sent < due; sent++)
      publish(client, sent % rules, sent % 100);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const elapsedMs = performance.now() - startedMs;
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const { evaluated, cpuUs } = await counted(child);
  child.send("end");
  return { evaluated, wanted: total * perMessage, cpu: cpuUs / 10 / elapsedMs };
}

/** Microseconds of CPU, for messages that one rule takes, as fast as they go. */
async function costOfMessage(client: NatsConnection, url: string, rules: number): Promise<number> {
  const messages = 60_000;
  const child = await started("spread", rules, url);
  const run = async (number: number) => {
    await ask(child, "begin");
    for (let sent = 0; sent < number; sent++) {
      publish(client, sent % rules, sent % 100);
      if (sent % 500 === 499) await client.flush();
    }
    return until(
      "all are evaluated",
      async () => {
        const measured = await counted(child);
        return measured.evaluated >= number && measured;
      },
      60_000,
    );
  };
  await run(20_000);
  const { cpuUs } = await run(messages);
  child.send("end");
  return cpuUs / messages;
}

function publish(client: NatsConnection, device: number, value: number): void {
  client.publish(`iot.processed.d${device}.v`, JSON.stringify({ device_id: `d${device}`, key: "v", value }));
}

interface Counted {
  readonly evaluated: number;
  readonly cpuUs: number;
}

async function counted(child: ChildProcess): Promise<Counted> {
  return (await ask(child, "count")) as Counted;
}

function ask(child: ChildProcess, question: "begin" | "count"): Promise<unknown> {
  return new Promise((resolve) => {
    child.once("message", resolve);
    child.send(question);
  });
}

// The built form, as it ships: what runs sources directly renames closures, which costs.
function start(args: readonly string[]): ChildProcess {
  const runner = fileURLToPath(new URL("../dist/bench/rules-run.js", import.meta.url));
  return fork(runner, [...args], { execArgv: ["--expose-gc"] });
}

function started(what: string, rules: number, url: string): Promise<ChildProcess> {
  const child = start([what, String(rules), url]);
  return new Promise((resolve, reject) => {
    child.once("message", () => resolve(child));
    child.once("exit", (code) => reject(new Error(`${what} ended with exit code ${code}`)));
  });
}

function once<Measured>(what: string, count: number): Promise<Measured> {
  const child = start([what, String(count)]);
  return new Promise((resolve, reject) => {
    child.once("message", (measured) => resolve(measured as Measured));
    child.once("exit", (code) => reject(new Error(`${what} ended with exit code ${code}`)));
  });
}
