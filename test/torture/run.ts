/** One run: a gateway under load, faults at random moments, and in the end the question where every message is. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { flow, type Gateway, startGateway } from "../gateway.ts";
import { freePort, until } from "../peers/program.ts";
import { redisProgram, startRedis } from "../peers/redis.ts";
import { check, type Numbered, type Verdict } from "./checker.ts";
import { startFaultyLink } from "./faulty-link.ts";
import { startGenerator } from "./generator.ts";
import { Chance } from "./random.ts";

export const faults = [
  "kill gateway",
  "kill nats",
  "kill both",
  "target refuses",
  "target hangs",
  "deploy",
  "kill during deploy",
  "corrupt database",
] as const;
export type Fault = (typeof faults)[number];

export interface RunOptions {
  readonly seed: number;
  /** How long faults go on. */
  readonly seconds: number;
  readonly faults: readonly Fault[];
  /** Longest time between two faults. */
  readonly pauseMs: number;
  readonly perSecond: number;
  readonly say: (line: string) => void;
}

export interface RunResult {
  /** By sink. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly happened: Readonly<Partial<Record<Fault, number>>>;
  /** Everything that is not as promised, in words; empty when all is well. */
  readonly broken: readonly string[];
}

const drainMs = 120_000;
/** What waits in a stream is looked at once a second. */
const settleMs = 15_000;

export async function run(options: RunOptions): Promise<RunResult> {
  const { seed, seconds, say } = options;
  const chance = new Chance(seed);
  const folder = await mkdtemp(join(tmpdir(), "sluice-torture-"));
  const redis = redisProgram === undefined ? undefined : await startRedis();
  const link = redis === undefined ? undefined : await startFaultyLink(redis.port);
  const world = new World(folder, link?.port);
  try {
    await world.start();
    await world.deploy();
    const ledgerFile = join(folder, "ledger");
    const { natsUrl } = world.gateway;
    const generator = await startGenerator({ natsUrl, devices: 8, perSecond: options.perSecond, ledgerFile });
    await until("the first acknowledgements", () => generator.acknowledged() > 0);
    const happened: Partial<Record<Fault, number>> = {};
    const endMs = performance.now() + seconds * 1_000;
    const [first, ...others] = options.faults;
    while (first !== undefined && performance.now() < endMs) {
      await sleep(chance.between(100, options.pauseMs));
      const fault = chance.of([first, ...others]);
      say(`${fault} (${generator.acknowledged()} acknowledged)`);
      happened[fault] = (happened[fault] ?? 0) + 1;
      if (fault === "target refuses" || fault === "target hangs") {
        await link?.set(fault === "target refuses" ? "refused" : "hanging");
        await sleep(chance.between(200, 3_000));
        await link?.set("open");
      } else await world.suffer(fault, chance);
    }
    await link?.set("open");
    await generator.stop();
    say(`no more faults; ${generator.acknowledged()} acknowledged; waiting until everything is delivered`);
    const broken = await world.drained();
    const ledger = numberedLines(readFileSync(ledgerFile, "utf8"));
    const deadLetters = await world.deadLetters();
    const arrivals: Record<string, readonly Numbered[]> = { file: fileArrivals(folder) };
    if (redis !== undefined) arrivals["redis"] = redisArrivals(await redis.ask("XRANGE", "torture", "-", "+"));
    const verdicts = Object.fromEntries(
      Object.entries(arrivals).map(([sink, arrived]) => [
        sink,
        check(
          ledger,
          arrived,
          deadLetters.filter(({ node }) => node === sink),
        ),
      ]),
    );
    for (const [sink, { lost, disordered }] of Object.entries(verdicts)) {
      if (lost.length > 0) broken.push(`${sink}: ${lost.length} lost, such as ${lost.slice(0, 5).join(", ")}`);
      if (disordered.length > 0)
        broken.push(`${sink}: ${disordered.length} out of order, such as ${disordered.slice(0, 5).join(", ")}`);
    }
    if (ledger.length === 0) broken.push("nothing was acknowledged: the run proves nothing");
    if (broken.length > 0) writeFileSync(join(tmpdir(), `sluice-torture-${seed}.log`), world.output());
    return { verdicts, happened, broken };
  } finally {
    await world.stop();
    await link?.close();
    await redis?.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

class World {
  readonly #folder: string;
  readonly #redisPort: number | undefined;
  readonly #outputs: string[] = [];
  #settings: Record<string, string | number> = {};
  #gateway: Gateway | undefined;
  #version = 0;

  constructor(folder: string, redisPort: number | undefined) {
    this.#folder = folder;
    this.#redisPort = redisPort;
  }

  get gateway(): Gateway {
    if (this.#gateway === undefined) throw new Error("the gateway has not been started");
    return this.#gateway;
  }

  async start(): Promise<void> {
    if (Object.keys(this.#settings).length === 0)
      this.#settings = { "server.port": await freePort(), "gateway.nats_port": await freePort() };
    this.#gateway = await startGateway({ folder: this.#folder, settings: this.#settings, keep: true, readyMs: 90_000 });
  }

  async stop(): Promise<void> {
    await this.#gateway?.stop();
  }

  output(): string {
    return [...this.#outputs, this.gateway.program.output()].join("\n===== restarted =====\n");
  }

  async deploy(): Promise<number> {
    const answer = await this.gateway.deploy(document(this.#version++, this.#redisPort));
    return answer.status;
  }

  async suffer(fault: Fault, chance: Chance): Promise<void> {
    switch (fault) {
      case "kill gateway":
        return this.#restart();
      case "kill nats":
        killNats(this.#folder);
        return;
      case "kill both":
        killNats(this.#folder);
        return this.#restart();
      case "deploy":
        await this.deploy();
        return;
      case "kill during deploy": {
        const deploying = this.deploy().catch(() => undefined);
        await sleep(chance.between(0, 500));
        await this.#restart();
        await deploying;
        return;
      }
      case "corrupt database":
        return this.#restart(() => damage(join(this.#folder, "data", "sluice.db"), chance));
    }
  }

  async #restart(meanwhile: () => void = () => {}): Promise<void> {
    await this.gateway.stop("SIGKILL");
    this.#outputs.push(this.gateway.program.output());
    meanwhile();
    await this.start();
  }

  /** Waits until nothing is under way any more; answers what does not add up then. */
  async drained(): Promise<string[]> {
    // Not where it was at first: another program may have taken the port while NATS was away.
    const { bus } = await this.gateway.get<"GET /api/health">("/api/health");
    const connection = await connect({ servers: bus.url, waitOnFirstConnect: true });
    try {
      const manager = await jetstreamManager(connection);
      await until(
        "everything is delivered",
        async () => {
          const pending = [];
          for await (const { num_pending, num_ack_pending } of manager.consumers.list("IOT_DATA"))
            pending.push(num_pending + num_ack_pending);
          return pending.every((count) => count === 0);
        },
        drainMs,
      );
    } catch (error) {
      return [(error as Error).message];
    } finally {
      await connection.close();
    }
    const endMs = performance.now() + settleMs;
    for (;;) {
      const broken = await this.#whatDoesNotAddUp();
      if (broken.length === 0 || performance.now() > endMs) return broken;
      await sleep(250);
    }
  }

  /** Of the gateway's last life: counters begin anew when it is started. */
  async #whatDoesNotAddUp(): Promise<string[]> {
    const broken: string[] = [];
    const { nodes } = await this.gateway.get<"GET /api/status">("/api/status");
    for (const { flow: id, node, counters, buffer } of nodes) {
      if (id !== "torture" || buffer === undefined) continue;
      const { received, emitted, failed, dropped, queued } = counters;
      if (received !== emitted + failed || dropped !== 0 || queued !== 0 || buffer.lost !== 0)
        broken.push(`${node}: its counters do not add up: ${JSON.stringify({ ...counters, lost: buffer.lost })}`);
    }
    return broken;
  }

  async deadLetters(): Promise<readonly (Numbered & { readonly node: string })[]> {
    const { letters } = await this.gateway.get<"GET /api/dead-letters">("/api/dead-letters?limit=500");
    return letters.flatMap(({ node, excerpt }) => {
      const [, device, number] = /"device_id":"(d\d+)".*?"value":(\d+)/.exec(excerpt) ?? [];
      return device === undefined ? [] : [{ node, device, number: Number(number) }];
    });
  }
}

function document(version: number, redisPort: number | undefined): object {
  const isOdd = version % 2 === 1;
  const wires = [{ from: "pass", to: "file" }];
  const nodes: object[] = [
    {
      id: "pass",
      type: "rule.filter",
      subject: "iot.processed.*.n",
      config: { mode: "expression", expression: isOdd ? "value >= 1" : "value > 0" },
    },
    { id: "file", type: "sink.file", config: { path: "torture.jsonl", batchSize: isOdd ? 100 : 200, linger: "20ms" } },
  ];
  const connections: object[] = [];
  if (redisPort !== undefined) {
    const address = `redis://127.0.0.1:${redisPort}`;
    connections.push({
      id: "redis",
      type: "redis",
      config: { addresses: [address], connectTimeout: "500ms", commandTimeout: "500ms" },
    });
    nodes.push({
      id: "redis",
      type: "sink.redis",
      config: { connection: "redis", command: "XADD", key: "torture", maxLength: 0 },
    });
    wires.push({ from: "pass", to: "redis" });
  }
  if (isOdd) {
    nodes.push({ id: "extra", type: "sink.console", config: {}, disabled: version % 4 === 3 });
    wires.push({ from: "pass", to: "extra" });
  }
  return flow("torture", { delivery: "durable", results: { status: false, data: false }, connections, nodes, wires });
}

function killNats(folder: string): void {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  const line = lines.find((each) => each.includes("nats-server") && each.includes(folder));
  if (line !== undefined) process.kill(Number(line.trim().split(" ")[0]), "SIGKILL");
}

/** As a failing disk leaves it: part of it is noise, and the log beside it is gone. */
function damage(file: string, chance: Chance): void {
  if (!existsSync(file)) return;
  const bytes = readFileSync(file);
  for (let index = 0; index < 100; index++)
    bytes[Math.floor(chance.next() * bytes.length)] = Math.floor(chance.next() * 256);
  writeFileSync(file, bytes);
}

function numberedLines(text: string): Numbered[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [device = "", number = ""] = line.split(" ");
      return { device, number: Number(number) };
    });
}

/** What the file sink wrote, in order. A line that a kill has cut short is written again. */
function fileArrivals(folder: string): Numbered[] {
  const files = join(folder, "data", "files");
  const names = existsSync(files) ? readdirSync(files).filter((name) => name.startsWith("torture")) : [];
  return names.flatMap((name) => readFileSync(join(files, name), "utf8").split("\n").flatMap(arrivalIn));
}

function redisArrivals(entries: unknown): Numbered[] {
  return (entries as [id: string, fields: string[]][]).flatMap(([, fields]) => arrivalIn(fields[1] ?? ""));
}

function arrivalIn(json: string): Numbered[] {
  try {
    const { device_id, value } = JSON.parse(json) as { device_id: string; value: number };
    return [{ device: device_id, number: value }];
  } catch {
    return [];
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
