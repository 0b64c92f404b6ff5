/** The embedded NATS server: a supervised child process that is watched, restarted, and never shares its store. */
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Clock, systemClock } from "../../nodes/contract/clock.ts";
import type { Log } from "../log.ts";
import { type NatsServerLimits, natsServerConfig } from "./nats-server-config.ts";
import { NatsServerError } from "./nats-server-error.ts";
import { healthProblem, runNatsServer, type ServerRun, whenReady } from "./nats-server-run.ts";
import { choosePort } from "./port.ts";
import { commandLineOf, isRunning, processRecord } from "./process-identity.ts";
import { setAside, unreadableStream } from "./set-aside.ts";
import { lockStore, readProcessRecord } from "./store-lock.ts";

export interface NatsServerOptions {
  readonly binary: string;
  readonly host: string;
  /** Another free one is chosen, and announced, when it is taken. 0: any. */
  readonly port: number;
  /** Streams, and what the supervisor itself keeps. Made when it is not there. */
  readonly storeDir: string;
  readonly jetstream: NatsServerLimits;
  readonly log: Log;
  readonly clock?: Clock;
  /** Bytes free on the disk of a folder; asked of the system when left out. */
  readonly freeBytes?: (folder: string) => number;
}

/** `failed`: it ended again and again; the next attempt comes, but somebody should look. */
export interface NatsServerStatus {
  readonly state: "starting" | "running" | "restarting" | "failed";
  /** In plain words. */
  readonly detail: string;
}

export interface NatsServer {
  /** For clients. It stays the same through restarts. */
  readonly url: string;
  readonly port: number;
  /** Changes at every restart. */
  readonly monitorUrl: string;
  status(): NatsServerStatus;
  /** What happened to the store since the start that somebody should know, in plain words. */
  notices(): readonly string[];
  /** Called at once with the present status and at every change; returns how to stop it. */
  onStatus(call: (status: NatsServerStatus) => void): () => void;
  /** Ends the server, by force after 15 s, and gives the data folder free. */
  stop(): Promise<void>;
}

const stopGraceMs = 15_000;
/** A store of many gigabytes is read before the server answers. */
const readyTimeoutMs = 120_000;
const healthIntervalMs = 2_000;
const healthTimeoutMs = 5_000;
const unhealthyLimit = 3;
const firstDelayMs = 200;
const longestDelayMs = 30_000;
const steadyAfterMs = 60_000;
const failedAfter = 5;
/** With less room than this a server that could not write would only fail again. */
const leastFreeBytes = 32 * 1024 * 1024;

/**
 * Starts the server and resolves when it takes connections. Rejects with a `NatsServerError` when the folder cannot be
 * used or belongs to another gateway, and when the server does not come up at all.
 */
export async function startNatsServer(options: NatsServerOptions): Promise<NatsServer> {
  const storeDir = resolve(options.storeDir);
  const runDir = join(storeDir, "run");
  const release = await claim(storeDir, runDir);
  try {
    await endOrphan(runDir, options.log);
    const server = new SupervisedServer(options, storeDir, runDir, release);
    await server.start();
    return server;
  } catch (error) {
    release();
    throw error;
  }
}

async function claim(storeDir: string, runDir: string): Promise<() => void> {
  try {
    mkdirSync(runDir, { recursive: true });
    return await lockStore(storeDir);
  } catch (error) {
    if (error instanceof NatsServerError) throw error;
    throw new NatsServerError(
      `The data folder ${storeDir} cannot be used: ${(error as Error).message}. ` +
        "Make it a folder that the gateway's user may write, or set data_dir (or gateway.jetstream.store_dir) to one.",
      { cause: error },
    );
  }
}

const configPathIn = (runDir: string) => join(runDir, "nats-server.conf");
const recordPathIn = (runDir: string) => join(runDir, "nats-server.pid");

/** The server of a gateway that was killed lives on and still writes to the store. */
async function endOrphan(runDir: string, log: Log): Promise<void> {
  const orphan = readProcessRecord(recordPathIn(runDir));
  if (orphan !== undefined && isRunning(orphan) && commandLineOf(orphan.pid).includes(configPathIn(runDir))) {
    log.warn({ pid: orphan.pid }, "ending the NATS server that a killed gateway left behind");
    process.kill(orphan.pid, "SIGTERM");
    const deadline = performance.now() + stopGraceMs;
    for (let forced = false; isRunning(orphan); ) {
      if (!forced && performance.now() > deadline) {
        process.kill(orphan.pid, "SIGKILL");
        forced = true;
      }
      await sleep(25);
    }
  }
  for (const name of readdirSync(runDir)) if (name.endsWith(".ports")) rmSync(join(runDir, name), { force: true });
}

function freeBytesOf(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    // A folder that cannot be asked about is no reason to wait.
    return Number.POSITIVE_INFINITY;
  }
}

class SupervisedServer implements NatsServer {
  monitorUrl = "";
  readonly #options: NatsServerOptions;
  readonly #clock: Clock;
  readonly #storeDir: string;
  readonly #runDir: string;
  readonly #release: () => void;
  readonly #stopping = new AbortController();
  readonly #watchers = new Set<(status: NatsServerStatus) => void>();
  readonly #endWithUs = () => this.#run?.endNow();
  #run: ServerRun | undefined;
  #supervision: Promise<void> | undefined;
  #port = 0;
  #note = "";
  #failures = 0;
  readonly #notices: string[] = [];
  #status: NatsServerStatus = { state: "starting", detail: "" };

  constructor(options: NatsServerOptions, storeDir: string, runDir: string, release: () => void) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#storeDir = storeDir;
    this.#runDir = runDir;
    this.#release = release;
  }

  get url(): string {
    return `nats://${this.#options.host}:${this.#port}`;
  }
  get port(): number {
    return this.#port;
  }
  status(): NatsServerStatus {
    return this.#status;
  }
  notices(): readonly string[] {
    return [...new Set([...this.#notices, ...(this.#run?.losses() ?? [])])];
  }
  onStatus(call: (status: NatsServerStatus) => void): () => void {
    this.#watchers.add(call);
    call(this.#status);
    return () => this.#watchers.delete(call);
  }

  async start(): Promise<void> {
    process.on("exit", this.#endWithUs);
    for (let attempt = 1; ; attempt++) {
      const { port, note } = await choosePort(this.#options.host, this.#options.port);
      this.#port = port;
      this.#note = note;
      try {
        const run = await this.#runOnce();
        if (note !== "") this.#options.log.warn({ port }, note);
        this.#supervision = this.#supervise(run);
        return;
      } catch (error) {
        const message = (error as Error).message;
        // Between the look and the start another program may have taken the port.
        if (attempt < 3 && message.includes("address already in use")) continue;
        process.off("exit", this.#endWithUs);
        throw new NatsServerError(`The embedded NATS server does not start: ${message}`, { cause: error });
      }
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#supervision;
    await this.#run?.end(stopGraceMs);
    process.off("exit", this.#endWithUs);
    rmSync(recordPathIn(this.#runDir), { force: true });
    this.#release();
  }

  /** Starts the program, without the streams it cannot read, and waits until it is ready; when that fails, it has ended. */
  async #runOnce(): Promise<ServerRun> {
    for (;;) {
      try {
        return await this.#runAsItIs();
      } catch (error) {
        const stream = unreadableStream((error as Error).message);
        const folder = stream && setAside(this.#storeDir, stream, this.#clock.now());
        if (stream === undefined || folder === undefined) throw error;
        const notice = `the files of the stream ${stream.name} cannot be read: what was stored in it and not yet delivered is lost. It begins anew; the files are kept in ${folder}`;
        this.#options.log.error({}, notice);
        this.#notices.push(notice);
      }
    }
  }

  async #runAsItIs(): Promise<ServerRun> {
    const { host, jetstream, binary, log } = this.#options;
    const place = { host, port: this.#port, portsDir: this.#runDir };
    const configPath = configPathIn(this.#runDir);
    writeFileSync(configPath, natsServerConfig({ ...place, storeDir: this.#storeDir, jetstream }));
    const run = runNatsServer(binary, configPath, log);
    this.#run = run;
    // Written here, not by nats-server: there must be no moment when it runs and nobody would find it.
    if (run.pid !== undefined) writeFileSync(recordPathIn(this.#runDir), JSON.stringify(processRecord(run.pid)));
    const givingUp = new AbortController();
    const timer = setTimeout(() => givingUp.abort(), readyTimeoutMs);
    try {
      this.monitorUrl = await whenReady(run, place, AbortSignal.any([givingUp.signal, this.#stopping.signal]));
    } catch (error) {
      await run.end(stopGraceMs);
      throw error;
    } finally {
      clearTimeout(timer);
    }
    this.#tell("running", this.#place());
    log.info({ port: this.#port }, "NATS server ready");
    return run;
  }

  async #supervise(first: ServerRun): Promise<void> {
    for (let run: ServerRun | undefined = first; run !== undefined; ) {
      const sinceMs = this.#clock.monotonic();
      const trouble = await this.#trouble(run);
      if (this.#stopping.signal.aborted) return;
      if (this.#clock.monotonic() - sinceMs > steadyAfterMs) this.#failures = 0;
      this.#options.log.error({ reason: trouble }, "NATS server lost; restarting it");
      this.#tell("restarting", trouble);
      await run.end(stopGraceMs);
      run = await this.#restart(trouble);
    }
  }

  /** `undefined` when it is stopped meanwhile. */
  async #restart(trouble: string): Promise<ServerRun | undefined> {
    for (let reason = trouble; ; ) {
      const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** this.#failures) * (0.75 + Math.random() / 2);
      this.#failures++;
      if (this.#failures > failedAfter) {
        const seconds = Math.ceil(delayMs / 1000);
        this.#tell("failed", `${reason}; ${this.#failures - 1} restarts did not help, the next is in ${seconds} s`);
      }
      await this.#pause(delayMs);
      await this.#untilThereIsRoom();
      if (this.#stopping.signal.aborted) return undefined;
      try {
        return await this.#runOnce();
      } catch (error) {
        if (this.#stopping.signal.aborted) return undefined;
        reason = (error as Error).message;
        this.#options.log.error({ reason }, "NATS server could not be restarted");
        this.#tell("restarting", reason);
      }
    }
  }

  /** Resolves when the run has ended, or been unhealthy for several checks in a row, or is to be stopped. */
  async #trouble(run: ServerRun): Promise<string> {
    for (let unhealthy = 0; ; ) {
      await Promise.race([run.ended, this.#pause(healthIntervalMs)]);
      const reason = run.endReason();
      if (reason !== undefined) return reason;
      if (this.#stopping.signal.aborted) return "";
      const problem = await healthProblem(this.monitorUrl, healthTimeoutMs);
      if (problem !== "") this.#tell("running", `not well: ${problem}`);
      else if (unhealthy > 0) this.#tell("running", this.#place());
      unhealthy = problem === "" ? 0 : unhealthy + 1;
      // A stream that could not be written stays closed until the server is started anew.
      if (unhealthy === unhealthyLimit || /write error|no space/i.test(problem))
        return `nats-server was not well: ${problem}`;
    }
  }

  #place(): string {
    return `on ${this.#options.host}:${this.#port}${this.#note === "" ? "" : `; ${this.#note}`}`;
  }

  /** A full disk is waited for, not restarted against. */
  async #untilThereIsRoom(): Promise<void> {
    const { freeBytes = freeBytesOf } = this.#options;
    for (let free = freeBytes(this.#storeDir); free < leastFreeBytes; free = freeBytes(this.#storeDir)) {
      if (this.#stopping.signal.aborted) return;
      const room = Math.round(free / 1024 ** 2);
      this.#tell(
        "failed",
        `the disk of ${this.#storeDir} is full (${room} MB left): nothing can be stored; make room there, and NATS is started again by itself`,
      );
      await this.#pause(healthIntervalMs);
    }
  }

  /** Ends early when the server is to be stopped. */
  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      const { signal } = this.#stopping;
      const done = () => {
        timer.cancel();
        signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = this.#clock.after(delayMs, done);
      signal.addEventListener("abort", done);
      if (signal.aborted) done();
    });
  }

  #tell(state: NatsServerStatus["state"], detail: string): void {
    this.#status = { state, detail };
    for (const call of this.#watchers) call(this.#status);
  }
}
