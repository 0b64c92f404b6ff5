/** A running sink: a mailbox, batches, tries again, gives up into the dead letters. It outlives changes of its configuration. */
import { isSink } from "../../nodes/contract/catalog.ts";
import type { Timer } from "../../nodes/contract/clock.ts";
import type { State } from "../../nodes/contract/connection.ts";
import type { OpenedSink, SinkDefinition, SinkRecord } from "../../nodes/contract/connector.ts";
import { ConnectionError, PartialWriteError } from "../../nodes/contract/errors.ts";
import type { SinkPlan } from "../compiler/plan.ts";
import { Counters } from "./counters.ts";
import { publishDeadLetter } from "./dead-letter.ts";
import { Mailbox } from "./mailbox.ts";
import { Peer } from "./peer.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

const mailboxCapacity = 10_000;
/** For failures that are not the connection's: the record itself may be the cause, so it is not tried for ever. */
const maxAttempts = 3;
const retryMs = 200;

export class SinkNode {
  readonly counters = new Counters();
  readonly flow: string;
  plan: SinkPlan;
  tap: Tap | undefined;
  readonly last = undefined;

  #services: Services;
  #onStatus: (state: State, detail: string) => void;
  #mailbox = new Mailbox<SinkRecord>(mailboxCapacity);
  /** Taken from the mailbox and not yet confirmed; it comes first when the target is back. */
  #batch: SinkRecord[] = [];
  #peer: Peer<OpenedSink>;
  #limits: { readonly size: number; readonly lingerMs: number };
  #client: unknown;
  #writing: Promise<void> | undefined;
  #linger: Timer | undefined;
  /** The first record of a small batch has waited long enough. */
  #due = false;
  #stopping = false;

  /** Throws when the configuration is refused. */
  constructor(services: Services, flow: string, plan: SinkPlan, onStatus: (state: State, detail: string) => void) {
    this.flow = flow;
    this.plan = plan;
    this.#services = services;
    this.#onStatus = onStatus;
    const { peer, limits } = this.#make(plan);
    this.#peer = peer;
    this.#limits = limits;
  }

  #make(plan: SinkPlan) {
    const definition = sinkDefinition(this.#services, plan.type);
    const config = definition.config.parse(plan.config);
    const peer = new Peer<OpenedSink>({
      clock: this.#services.clock,
      random: this.#services.random,
      open: (context) =>
        definition.open(config, {
          ...context,
          connection: this.#client,
          endpoints: this.#services.endpoints,
          filesRoot: this.#services.filesRoot,
          reach: this.#services.reach,
          streams: this.#services.bus.streams,
        }),
      close: (open) => open.close(),
      onOpen: () => this.#pump(),
      onStatus: (state, detail) => this.#onStatus(state, detail),
    });
    return { peer, limits: definition.batch(config) };
  }

  start(): Promise<void> {
    return this.plan.connection === undefined ? this.#peer.start() : Promise.resolve();
  }

  /** Closes the old target and opens the new one; what waits in the mailbox goes to the new one. */
  async replace(plan: SinkPlan): Promise<void> {
    const { peer, limits } = this.#make(plan);
    this.#cancelLinger();
    await this.#writing;
    await this.#peer.stop();
    this.plan = plan;
    this.#peer = peer;
    this.#limits = limits;
    if (plan.connection === undefined) await peer.start();
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

  receive(record: SinkRecord): void {
    this.counters.received++;
    const { taps, clock } = this.#services;
    if (taps.traces.isOn) taps.traces.record(this.flow, this.plan.id, "in", record.traceId, clock.now(), record.data);
    if (this.tap?.wants("in"))
      this.tap.sample("in", record.traceId, this.#services.clock.now(), JSON.stringify(record.data));
    if (!this.#mailbox.push(record)) this.counters.dropped++;
    this.#count();
    this.#pump();
  }

  /** Writes out what waits, as long as the target takes it and for `timeoutMs` at most; the rest is counted as dropped. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    const timedOut = new Promise<"late">((resolve) => this.#services.clock.after(timeoutMs, () => resolve("late")));
    while (this.counters.queued > 0 && this.#peer.current() !== undefined) {
      this.#pump();
      if (this.#writing === undefined || (await Promise.race([this.#writing, timedOut])) === "late") break;
    }
    this.counters.dropped += this.counters.queued;
    await this.#peer.stop();
  }

  #count(): void {
    this.counters.queued = this.#mailbox.size() + this.#batch.length;
  }

  /** Starts writing when there is a full batch, or when the first of a small one has waited long enough. */
  #pump(): void {
    if (this.#writing !== undefined || this.counters.queued === 0) return;
    const open = this.#peer.current();
    if (open === undefined) return;
    const { size, lingerMs } = this.#limits;
    const due = this.#due || this.#stopping || lingerMs === 0 || this.#batch.length > 0;
    if (due || this.counters.queued >= size) {
      this.#cancelLinger();
      this.#writing = this.#write(open).finally(() => {
        this.#writing = undefined;
        this.#pump();
      });
    } else {
      this.#linger ??= this.#services.clock.after(lingerMs, () => {
        this.#due = true;
        this.#pump();
      });
    }
  }

  #cancelLinger(): void {
    this.#linger?.cancel();
    this.#linger = undefined;
    this.#due = false;
  }

  async #write(open: OpenedSink): Promise<void> {
    if (this.#batch.length === 0) this.#batch = this.#mailbox.take(this.#limits.size);
    const abort = new AbortController();
    for (let attempt = 1; ; attempt++) {
      try {
        await open.write(this.#batch, abort.signal);
        this.#done(this.#batch.length);
        return;
      } catch (error) {
        if (error instanceof ConnectionError) {
          this.#peer.lose(error);
          return;
        }
        if (error instanceof PartialWriteError) {
          const rejected = new Map(error.rejected.map(({ index, reason }) => [index, reason]));
          this.#giveUp((index) => rejected.get(index), attempt);
          return;
        }
        const reason = error instanceof Error ? error.message : String(error);
        if (attempt < maxAttempts && this.#peer.current() === open) {
          this.#onStatus("degraded", `${reason}; trying again`);
          await new Promise<void>((resolve) => this.#services.clock.after(retryMs * attempt, resolve));
          continue;
        }
        this.#giveUp(() => reason, attempt);
        return;
      }
    }
  }

  #done(count: number): void {
    this.counters.emitted += count;
    this.counters.lastMessageMs = this.#services.clock.now();
    this.#batch = [];
    this.#count();
  }

  /** The records with a reason go to the dead letters; the others were delivered. */
  #giveUp(reasonOf: (index: number) => string | undefined, attempts: number): void {
    const batch = this.#batch;
    let delivered = 0;
    batch.forEach((record, index) => {
      const reason = reasonOf(index);
      if (reason === undefined) delivered++;
      else {
        this.counters.failed++;
        publishDeadLetter(this.#services, { flow: this.flow, node: this.plan.id, record, reason, attempts });
      }
    });
    this.#done(delivered);
  }
}

function sinkDefinition(services: Services, type: string): SinkDefinition {
  const definition = services.catalog.nodes.get(type);
  if (definition === undefined || !isSink(definition)) throw new Error(`${type} is not a sink`);
  return definition;
}
