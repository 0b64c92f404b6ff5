/** For tests that need a NATS server: one of their own each, on a free port, in a folder that goes away with it. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { freePort } from "../../test/peers/program.ts";
import type { Log } from "../log.ts";
import type { Bus } from "./bus.ts";
import type { BusOptions } from "./connect-options.ts";
import { findNatsServer } from "./find-nats-server.ts";
import { connectBus } from "./nats-bus.ts";
import { type NatsServer, type NatsServerOptions, startNatsServer } from "./nats-server.ts";
import { runNatsServer, type ServerRun, whenReady } from "./nats-server-run.ts";

export interface RecordingLog extends Log {
  /** "warn: message field=value", in order. */
  readonly lines: string[];
}

export function recordingLog(): RecordingLog {
  const lines: string[] = [];
  const at = (level: string) => (fields: object, message: string) => {
    const details = Object.entries(fields).map(
      ([name, value]) => ` ${name}=${value instanceof Error ? value.message : JSON.stringify(value)}`,
    );
    lines.push(`${level}: ${message}${details.join("")}`);
  };
  const log: RecordingLog = {
    lines,
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    fatal: at("fatal"),
    child: () => log,
  };
  return log;
}

/** Goes away, with what is in it, when the test is over. */
export function testFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const megabytes = 1024 ** 2;

async function testServerOptions(options: Partial<NatsServerOptions> = {}): Promise<NatsServerOptions> {
  return {
    binary: (await findNatsServer()).path,
    host: "127.0.0.1",
    port: 0,
    storeDir: options.storeDir ?? testFolder(),
    jetstream: { enabled: true, maxMemoryBytes: 16 * megabytes, maxFileBytes: 256 * megabytes },
    log: recordingLog(),
    ...options,
  };
}

/** A server under supervision; stopped with the test. */
export async function testServer(options: Partial<NatsServerOptions> = {}): Promise<NatsServer> {
  const server = await startNatsServer(await testServerOptions(options));
  onTestFinished(() => server.stop());
  return server;
}

/** A bus connected to a server; drained with the test. */
export async function testBus(server: Pick<NatsServer, "url">, options: Partial<BusOptions> = {}): Promise<Bus> {
  const bus = await connectBus({
    servers: server.url,
    name: "test",
    jetstream: true,
    reconnectWaitMs: 100,
    log: recordingLog(),
    ...options,
  });
  onTestFinished(() => bus.drain());
  return bus;
}

/** Stops a server in the middle of whatever it does; the signal takes effect a little after it was sent. */
export async function freeze({ run }: ForeignServer): Promise<void> {
  process.kill(run.pid ?? 0, "SIGSTOP");
  while (!/\) T /.test(readFileSync(`/proc/${run.pid}/stat`, "utf8"))) await sleep(5);
}

export interface ForeignServer {
  readonly url: string;
  readonly monitorUrl: string;
  readonly run: ServerRun;
  /** Starts it again, on the same port with the same store. */
  restart(): Promise<ForeignServer>;
}

/** A server that nobody supervises, with a configuration of the test's own. */
export async function foreignServer(config: object = {}, folder = testFolder()): Promise<ForeignServer> {
  const port = "port" in config && typeof config.port === "number" ? config.port : await freePort();
  const place = { host: "127.0.0.1", port, portsDir: join(folder, "ports") };
  mkdirSync(place.portsDir, { recursive: true });
  const configPath = join(folder, "foreign.conf");
  const fixed = { port, http: "127.0.0.1:-1", ports_file_dir: place.portsDir };
  writeFileSync(configPath, JSON.stringify({ host: place.host, ...config, ...fixed }));
  const run = runNatsServer((await findNatsServer()).path, configPath, recordingLog());
  onTestFinished(() => run.end(1_000));
  const monitorUrl = await whenReady(run, place, AbortSignal.timeout(15_000));
  return {
    url: `nats://127.0.0.1:${port}`,
    monitorUrl,
    run,
    restart: () => foreignServer({ ...config, port }, folder),
  };
}
