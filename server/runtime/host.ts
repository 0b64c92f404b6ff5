/** The main thread's side of the worker: starts it, watches it, and brings it back with the same plan when it ends or hangs. */
import { MessageChannel, type MessagePort, Worker } from "node:worker_threads";
import { type Clock, systemClock, type Timer } from "../../nodes/contract/clock.ts";
import type { AlarmCommand } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { Plan } from "../compiler/plan.ts";
import type { Log } from "../log.ts";
import { workerSource } from "../worker-source.ts";
import type { Activity, TraceHop } from "./activity.ts";
import type {
  ApplyResult,
  KeptNodes,
  MessagePlace,
  ProbeRequest,
  ProbeResult,
  RetriedMessage,
  RetryOutcome,
  Runtime,
  TapTarget,
} from "./port.ts";
import { revealSecrets } from "./reveal-secrets.ts";
import { answerStateRequest, type LocalStateStore } from "./state-bridge.ts";
import type { FromWorker, RuntimeWorkerOptions, ToWorker } from "./worker-messages.ts";

/** The worker tells its activity every 250 ms. Silent for this long, it hangs in some node. */
const hungAfterMs = 10_000;
const stopMs = 12_000;
const restartMs = { first: 500, most: 30_000 };
/** After running this long without a fault a restart is again the first. */
const stableMs = 60_000;

export interface RuntimeHostOptions {
  /** A promise lets the worker load its code while, say, the bus it will use is still being started. */
  readonly worker: RuntimeWorkerOptions | Promise<RuntimeWorkerOptions>;
  readonly log: Log;
  /** The value of a secret; `undefined`: there is none of that name. Throws when it cannot be had. */
  secretOf(name: string): string | undefined;
  /** Keeps what operators remember. */
  readonly states: LocalStateStore;
  /** Called with the main thread's end of the port for WebSocket endpoints, at each start of a worker. */
  serveEndpoints(port: MessagePort): void;
}

interface RuntimeState {
  readonly state: "starting" | "running" | "restarting" | "stopped";
  readonly detail: string;
}

export interface RuntimeHost extends Runtime {
  state(): RuntimeState;
}

/** Resolves when the worker is ready for its first plan; rejects when it ends before that. */
export async function startRuntimeHost(options: RuntimeHostOptions): Promise<RuntimeHost> {
  const host = new Host(options, systemClock);
  try {
    await host.ready();
  } catch (error) {
    await host.stop();
    throw error;
  }
  return host;
}

class Host implements RuntimeHost {
  #options: RuntimeHostOptions;
  #clock: Clock;
  #worker: Worker | undefined;
  #state: RuntimeState = { state: "starting", detail: "" };
  #ready: Promise<void>;
  #plan: Plan | undefined;
  #taps: readonly TapTarget[] = [];
  #calls = new Map<number, (result: ApplyResult) => void>();
  #retries = new Map<number, { resolve(outcome: RetryOutcome): void; reject(error: Error): void }>();
  #traceCalls = new Map<number, (hops: readonly TraceHop[]) => void>();
  #messageCalls = new Map<number, (messages: readonly (Point | Raw)[]) => void>();
  #probeCalls = new Map<number, (result: ProbeResult) => void>();
  #commandCalls = new Map<number, (isDone: boolean) => void>();
  #lastCall = 0;
  #listeners = new Set<(activity: Activity) => void>();
  #heardMs = 0;
  #startedMs = 0;
  #restarts = 0;
  #watchdog: Timer;
  #stopping = false;
  #stopped: (() => void) | undefined;

  constructor(options: RuntimeHostOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
    this.#ready = this.#start();
    this.#watchdog = clock.every(1_000, () => this.#watch());
  }

  ready(): Promise<void> {
    return this.#ready;
  }

  state(): RuntimeState {
    return this.#state;
  }

  async apply(plan: Plan): Promise<ApplyResult> {
    await this.#ready;
    const revealed = revealSecrets(plan, this.#options.secretOf);
    if (revealed.problems.length > 0) return { ok: false, problems: revealed.problems };
    const call = ++this.#lastCall;
    const result = await new Promise<ApplyResult>((resolve) => {
      this.#calls.set(call, resolve);
      this.#send({ type: "apply", call, plan: revealed.plan });
    });
    if (result.ok) this.#plan = revealed.plan;
    return result;
  }

  async retry(message: RetriedMessage): Promise<RetryOutcome> {
    await this.#ready;
    const call = ++this.#lastCall;
    return new Promise((resolve, reject) => {
      this.#retries.set(call, { resolve, reject });
      this.#send({ type: "retry", call, message });
    });
  }

  committed(kept: KeptNodes): void {
    this.#send({ type: "committed", kept });
  }

  tap(targets: readonly TapTarget[]): void {
    this.#taps = targets;
    this.#send({ type: "tap", targets });
  }

  async trace(traceId: string): Promise<readonly TraceHop[]> {
    if (this.#state.state !== "running") return [];
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#traceCalls.set(call, resolve);
      this.#send({ type: "trace", call, traceId });
    });
  }

  async probe(request: ProbeRequest): Promise<ProbeResult> {
    if (this.#state.state !== "running") return notProbed;
    const { plan, problems } = revealSecrets({ flows: [request.flow], streams: [] }, this.#options.secretOf);
    const [flow] = plan.flows;
    if (flow === undefined || problems.length > 0) return { ok: false, message: problems[0]?.message ?? "" };
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#probeCalls.set(call, resolve);
      this.#send({ type: "probe", call, request: { ...request, flow } });
    });
  }

  async recent(places: readonly MessagePlace[]): Promise<readonly (Point | Raw)[]> {
    if (this.#state.state !== "running") return [];
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#messageCalls.set(call, resolve);
      this.#send({ type: "recent", call, places });
    });
  }

  async command(command: AlarmCommand): Promise<boolean> {
    if (this.#state.state !== "running") return false;
    const call = ++this.#lastCall;
    return new Promise((resolve) => {
      this.#commandCalls.set(call, resolve);
      this.#send({ type: "command", call, command });
    });
  }

  onActivity(call: (activity: Activity) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  async stop(): Promise<void> {
    if (this.#stopping) return;
    this.#stopping = true;
    this.#watchdog.cancel();
    await this.#ready.catch(() => undefined);
    if (this.#state.state === "running") await this.#askToStop();
    await this.#worker?.terminate();
    this.#state = { state: "stopped", detail: "" };
  }

  async #askToStop(): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<void>((resolve) => {
      timer = this.#clock.after(stopMs, resolve);
    });
    const stopped = new Promise<void>((resolve) => {
      this.#stopped = resolve;
    });
    this.#send({ type: "stop" });
    await Promise.race([stopped, late]);
    timer?.cancel();
  }

  #send(message: ToWorker): void {
    this.#worker?.postMessage(message);
  }

  #start(): Promise<void> {
    const channel = new MessageChannel();
    this.#options.serveEndpoints(channel.port1);
    const { source, isCode } = workerSource("server/runtime/worker");
    const worker = new Worker(source, {
      eval: isCode,
      workerData: { endpoints: channel.port2 },
      transferList: [channel.port2],
    });
    this.#worker = worker;
    this.#startedMs = this.#heardMs = this.#clock.monotonic();
    Promise.resolve(this.#options.worker).then(
      (workerOptions) => worker.postMessage({ type: "start", options: workerOptions } satisfies ToWorker),
      // Whoever broke the promise says why.
      () => worker.terminate(),
    );
    return new Promise((resolve, reject) => {
      worker.on("message", (message: FromWorker) => {
        this.#heardMs = this.#clock.monotonic();
        if (message.type === "ready") {
          this.#state = { state: "running", detail: "" };
          resolve();
        } else this.#receive(message);
      });
      worker.on("error", (error) => {
        this.#options.log.error({ err: error }, "the runtime ended with an error of our own");
        reject(error);
      });
      worker.on("exit", (code) => {
        reject(new Error(`the runtime ended (exit code ${code}) before it was ready`));
        channel.port1.close();
        this.#ended(worker);
      });
    });
  }

  #receive(message: Exclude<FromWorker, { type: "ready" }>): void {
    switch (message.type) {
      case "activity":
        for (const listener of this.#listeners) listener(message.activity);
        return;
      case "retried":
        this.#retries.get(message.call)?.resolve(message.outcome);
        this.#retries.delete(message.call);
        return;
      case "applied":
        this.#calls.get(message.call)?.(message.result);
        this.#calls.delete(message.call);
        return;
      case "state":
        this.#send({ type: "state", answer: answerStateRequest(this.#options.states, message.request) });
        return;
      case "traced":
        this.#traceCalls.get(message.call)?.(message.hops);
        this.#traceCalls.delete(message.call);
        return;
      case "probed":
        this.#probeCalls.get(message.call)?.(message.result);
        this.#probeCalls.delete(message.call);
        return;
      case "messages":
        this.#messageCalls.get(message.call)?.(message.messages);
        this.#messageCalls.delete(message.call);
        return;
      case "commanded":
        this.#commandCalls.get(message.call)?.(message.isDone);
        this.#commandCalls.delete(message.call);
        return;
      case "stopped":
        this.#stopped?.();
    }
  }

  #watch(): void {
    const silentMs = this.#clock.monotonic() - this.#heardMs;
    if (this.#state.state !== "running" || silentMs < hungAfterMs) return;
    this.#options.log.error(
      { silentMs },
      "the runtime hangs, probably in an expression of a flow; it is ended and restarted",
    );
    this.#state = { state: "restarting", detail: "it did not answer" };
    void this.#worker?.terminate();
  }

  #ended(worker: Worker): void {
    this.#stopped?.();
    if (this.#stopping || worker !== this.#worker) return;
    for (const answer of this.#calls.values()) answer({ ok: false, problems: [interrupted] });
    this.#calls.clear();
    for (const { reject } of this.#retries.values()) reject(new Error("the runtime has ended and is started again"));
    this.#retries.clear();
    for (const answer of [...this.#traceCalls.values(), ...this.#messageCalls.values()]) answer([]);
    for (const answer of this.#commandCalls.values()) answer(false);
    this.#commandCalls.clear();
    this.#traceCalls.clear();
    this.#messageCalls.clear();
    for (const answer of this.#probeCalls.values()) answer(notProbed);
    this.#probeCalls.clear();
    if (this.#state.state === "starting") return;
    if (this.#clock.monotonic() - this.#startedMs > stableMs) this.#restarts = 0;
    const waitMs = Math.min(restartMs.most, restartMs.first * 2 ** this.#restarts++);
    this.#state = { state: "restarting", detail: `it ended; starting again in ${Math.ceil(waitMs / 1_000)} s` };
    this.#options.log.error({ waitMs }, "the runtime has ended; it is started again with the same flows");
    this.#clock.after(waitMs, () => void this.#restart());
  }

  async #restart(): Promise<void> {
    if (this.#stopping) return;
    this.#ready = this.#start();
    try {
      await this.#ready;
    } catch {
      this.#state = { state: "restarting", detail: "it did not come up" };
      return;
    }
    this.#send({ type: "tap", targets: this.#taps });
    if (this.#plan !== undefined) await this.apply(this.#plan);
  }
}

const notProbed: ProbeResult = { ok: false, message: "the runtime is starting; try again in a moment" };

const interrupted = {
  code: "runtime-ended",
  severity: "error",
  message: "the runtime ended while it was deploying; it is being restarted with the flows it had: deploy again",
} as const;
