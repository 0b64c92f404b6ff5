/** A running plugin or rule that owns a peer: a mailbox in front, several inputs under way, a deadline for each. */
import { isProcessor } from "../../nodes/contract/catalog.ts";
import type { Timer } from "../../nodes/contract/clock.ts";
import type { State } from "../../nodes/contract/connection.ts";
import { ConnectionError, MessageError } from "../../nodes/contract/errors.ts";
import type { Emission, Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { OpenedProcessor, ProcessorDefinition, ProcessorLimits } from "../../nodes/contract/processor.ts";
import type { FlowPlan, OperatorPlan } from "../compiler/plan.ts";
import type { Follower } from "./connection-node.ts";
import type { Counters } from "./counters.ts";
import { publishLostInput } from "./dead-letter.ts";
import { Lanes } from "./lanes.ts";
import { nodeBus } from "./node-bus.ts";
import { Outlet, type Receiver } from "./outlet.ts";
import { Peer } from "./peer.ts";
import type { PointJson } from "./point-json.ts";
import { type Reading, rawOutput } from "./raw-output.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

type AnyProcessor = OpenedProcessor<Point | Raw>;

interface Waiting {
  readonly input: Point | Raw;
  readonly trace: Trace;
  readonly notes: Map<string, unknown>;
  attempt: number;
}

/** An input that fails with the peer, or for no reason of its own, so often is given up: it may be the cause. */
const maxAttempts = 3;
const retryMs = 200;

export class ProcessorNode implements Receiver, Follower {
  readonly flow: string;
  readonly counters: Counters;

  #services: Services;
  #onStatus: (state: State, detail: string) => void;
  #outlet: Outlet;
  #peer: Peer<AnyProcessor>;
  #limits: ProcessorLimits;
  #lanes: Lanes<Waiting>;
  /** Were under way when the peer was lost; they come first when it is back. Their lanes stay closed meanwhile. */
  #held: Waiting[] = [];
  #running = new Map<Promise<void>, AbortController>();
  #client: unknown;
  #isPaused = false;
  /** The mailbox is full and that has been said. */
  #isFull = false;
  #changing: Promise<void> = Promise.resolve();

  /** Throws when the configuration is refused. */
  constructor(
    services: Services,
    flow: FlowPlan,
    plan: OperatorPlan,
    json: PointJson,
    onStatus: (state: State, detail: string) => void,
  ) {
    this.flow = flow.id;
    this.#services = services;
    this.#onStatus = onStatus;
    const { peer, limits } = this.#make(plan);
    this.#peer = peer;
    this.#limits = limits;
    this.#lanes = new Lanes(limits.mailbox);
    this.#outlet = new Outlet(services, flow, plan, json);
    this.counters = this.#outlet.counters;
  }

  get plan(): OperatorPlan {
    return this.#outlet.plan;
  }
  recent(side: "in" | "out"): readonly (Point | Raw)[] {
    return side === "in" ? this.#outlet.recentInputs() : this.#outlet.recentOutputs();
  }
  get last(): Point | undefined {
    return this.#outlet.last;
  }
  set tap(tap: Tap | undefined) {
    this.#outlet.tap = tap;
  }

  describe(flow: FlowPlan, plan: OperatorPlan): void {
    this.#outlet.describe(flow, plan);
  }

  wire(next: ReadonlyMap<string, readonly Receiver[]>): void {
    this.#outlet.wire(next);
  }

  start(): Promise<void> {
    return this.plan.connection === undefined ? this.#peer.start() : Promise.resolve();
  }

  /** Lets what is under way finish, closes the old peer and opens the new one; what waits goes to the new one. */
  replace(flow: FlowPlan, plan: OperatorPlan): Promise<void> {
    const { peer, limits } = this.#make(plan);
    const change = this.#changing.then(async () => {
      this.#isPaused = true;
      await this.#finished(this.#limits.timeoutMs);
      await this.#peer.stop();
      this.#outlet.describe(flow, plan);
      this.#peer = peer;
      this.#limits = limits;
      this.#lanes.resize(limits.mailbox);
      this.#isPaused = false;
      if (plan.connection === undefined) await peer.start();
    });
    this.#changing = change.catch(() => undefined);
    return change;
  }

  connectionOpened(client: unknown): void {
    this.#client = client;
    void this.#peer.reopen();
  }

  connectionClosed(): Promise<void> {
    return this.#peer.suspend();
  }

  connectionStatus(state: State, detail: string): void {
    this.#onStatus(state, detail === "" ? `waiting for the connection ${this.plan.connection ?? ""}` : detail);
  }

  receive(input: Point | Raw, trace: Trace): void {
    this.#outlet.received(input, trace);
    const dropped = this.#lanes.push(input.device_id, { input, trace, notes: new Map(), attempt: 0 });
    if (dropped === undefined) this.#isFull &&= this.#lanes.size() === this.#limits.mailbox;
    else this.#tellDropped(dropped);
    this.#count();
    this.#pump();
  }

  /** What a message causes here comes later, and is settled then. */
  settle(): void {}

  /** Handles what waits, as long as the peer takes it and for `timeoutMs` at most; the rest is counted as dropped. */
  async stop(timeoutMs: number): Promise<void> {
    await this.#changing;
    await this.#finished(timeoutMs);
    this.counters.dropped += this.counters.queued;
    this.#isPaused = true;
    for (const abort of this.#running.values()) abort.abort();
    await this.#peer.stop();
  }

  #make(plan: OperatorPlan) {
    const definition = processorDefinition(this.#services, plan.type);
    const config = definition.config.parse(plan.config);
    const { clock, random, endpoints, filesRoot, reach, log, errors } = this.#services;
    const at = { module: plan.category, flow: this.flow, node: plan.id };
    const publishRaw = definition.protocol && rawOutput(this.#services, at, definition.protocol);
    const peer = new Peer<AnyProcessor>({
      clock,
      random,
      open: (context) =>
        definition.open(config, {
          ...context,
          connection: this.#client,
          endpoints,
          filesRoot,
          reach,
          ruleId: plan.ruleId ?? "",
          bus: nodeBus(this.#services, at),
          emitRaw: (reading) => {
            if (publishRaw === undefined) throw new Error(`${plan.type} declares no protocol`);
            return this.#emitRaw(reading, publishRaw);
          },
          emit: (point, emission) => {
            this.#outlet.emit(point, undefined, emission.trace, emission);
            this.#outlet.settleSoon();
          },
          report: ({ count = 1, ...error }) => {
            this.counters.failed += count;
            errors.report({ ...at, ...error });
          },
          log: (line) => log.info({ flow: this.flow, node: plan.id }, line),
        }),
      close: (open) => open.close(),
      onOpen: () => this.#pump(),
      onStatus: (state, detail) => this.#onStatus(state, detail),
    });
    return { peer, limits: definition.limits(config) };
  }

  #emitRaw(reading: Reading, publish: ReturnType<typeof rawOutput>): Trace {
    this.counters.received++;
    try {
      return publish(reading, this.#services.clock.now()).trace;
    } catch (error) {
      if (error instanceof ConnectionError) this.counters.dropped++;
      else this.counters.failed++;
      throw error;
    }
  }

  /** Once for each time the mailbox fills: a report for every message would add to what is too much already. */
  #tellDropped({ input, trace }: Waiting): void {
    this.counters.dropped++;
    if (this.#isFull) return;
    this.#isFull = true;
    this.#services.errors.report({
      module: this.plan.category,
      flow: this.flow,
      node: this.plan.id,
      type: "mailbox_full",
      message: `${this.#limits.mailbox} messages wait already; the oldest are dropped and counted on the card until there is room`,
      deviceId: input.device_id,
      traceId: trace.id,
      original: JSON.stringify(input),
    });
  }

  #count(): void {
    this.counters.queued = this.#lanes.size() + this.#lanes.busy();
  }

  #pump(): void {
    while (!this.#isPaused && this.#peer.current() !== undefined && this.#running.size < this.#limits.maxInFlight) {
      const waiting = this.#held.shift() ?? this.#lanes.take();
      if (waiting === undefined) return;
      const abort = new AbortController();
      const run = this.#handle(waiting, abort).finally(() => {
        this.#running.delete(run);
        this.#pump();
      });
      this.#running.set(run, abort);
    }
  }

  async #handle(waiting: Waiting, abort: AbortController): Promise<void> {
    for (;;) {
      const open = this.#peer.current();
      if (open === undefined || this.#isPaused) {
        this.#held.push(waiting);
        return;
      }
      waiting.attempt++;
      const error = await this.#attempt(open, waiting, abort.signal);
      if (error === undefined) break;
      if (error instanceof MessageError || waiting.attempt >= maxAttempts) {
        this.#giveUp(waiting, error);
        break;
      }
      if (error instanceof ConnectionError) {
        if (this.#peer.current() === open) this.#peer.lose(error);
        this.#held.push(waiting);
        return;
      }
      await new Promise<void>((resolve) => this.#services.clock.after(retryMs * waiting.attempt, resolve));
    }
    this.#outlet.settle(new Set());
    this.#lanes.done(waiting.input.device_id);
    this.#count();
  }

  /** Answers why it failed; `undefined` when it did not. */
  async #attempt(
    open: AnyProcessor,
    { input, trace, notes, attempt }: Waiting,
    stopped: AbortSignal,
  ): Promise<unknown> {
    const { timeoutMs } = this.#limits;
    const abort = new AbortController();
    const onStop = () => abort.abort();
    stopped.addEventListener("abort", onStop);
    let timer: Timer | undefined;
    const deadline = new Promise<never>((_, reject) => {
      timer = this.#services.clock.after(timeoutMs, () =>
        reject(new MessageError("timeout", `not done within ${timeoutMs} ms`)),
      );
    });
    const original = "key" in input ? (input as Point) : undefined;
    let isOver = false;
    const emit = (point: Point, emission?: Omit<Emission, "trace">) => {
      if (!isOver) this.#outlet.emit(point, original, trace, emission);
    };
    try {
      await Promise.race([open.process(input, { trace, attempt, notes, signal: abort.signal, emit }), deadline]);
      return undefined;
    } catch (error) {
      return error;
    } finally {
      isOver = true;
      timer?.cancel();
      stopped.removeEventListener("abort", onStop);
      abort.abort();
    }
  }

  #giveUp({ input, trace, attempt }: Waiting, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    const told =
      error instanceof ConnectionError
        ? new MessageError("connection_lost", `the connection broke ${attempt} times over this message: ${message}`)
        : error instanceof MessageError
          ? error
          : new MessageError("gave_up", `after ${attempt} attempts: ${message}`, { cause: error });
    this.#outlet.fail(input, trace, told);
    const { category, id } = this.plan;
    publishLostInput(this.#services, {
      module: category,
      flow: this.flow,
      node: id,
      input,
      trace,
      reason: told.message,
      attempts: attempt,
    });
  }

  /** Resolves when nothing waits or is under way that can still be handled, or after `timeoutMs`. */
  async #finished(timeoutMs: number): Promise<void> {
    let timer: Timer | undefined;
    const late = new Promise<"late">((resolve) => {
      timer = this.#services.clock.after(timeoutMs, () => resolve("late"));
    });
    while (this.#running.size > 0 && (await Promise.race([...this.#running.keys(), late])) !== "late");
    timer?.cancel();
  }
}

function processorDefinition(services: Services, type: string): ProcessorDefinition {
  const definition = services.catalog.nodes.get(type);
  if (definition === undefined || !isProcessor(definition))
    throw new Error(`${type} is not a plugin or rule with a peer`);
  return definition;
}
