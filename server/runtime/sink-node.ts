/** A running sink: batches, tries again, gives up into the dead letters. It outlives changes of its configuration. */
import type { Timer } from "../../nodes/contract/clock.ts";
import type { State } from "../../nodes/contract/connection.ts";
import type { OpenedSink, SinkRecord } from "../../nodes/contract/connector.ts";
import { ConnectionError, MessageError, PartialWriteError } from "../../nodes/contract/errors.ts";
import type { StoredMessage, StoredReader } from "../bus/bus.ts";
import type { SinkPlan } from "../compiler/plan.ts";
import { Counters } from "./counters.ts";
import { publishDeadLetter } from "./dead-letter.ts";
import { Peer } from "./peer.ts";
import type { Services } from "./services.ts";
import { SinkBuffer } from "./sink-buffer.ts";
import { SinkQueue, type Waiting } from "./sink-queue.ts";
import { sinkDefinition, writeInTime } from "./sink-write.ts";
import type { Tap } from "./taps.ts";

/** For failures that are not the connection's: the record itself may be the cause, so it is not tried for ever. */
const maxAttempts = 3;
const retryMs = 200;
/** How long what the target has not taken yet, and a dead letter that cannot be stored, wait for the next try. */
const keptRetryMs = 1_000;
/** What waited longer than this is a replay, and its rate can be limited. */
const replayAfterMs = 5_000;

export class SinkNode {
  readonly counters = new Counters();
  readonly flow: string;
  plan: SinkPlan;
  tap: Tap | undefined;
  readonly last = undefined;

  #services: Services;
  #buffer: SinkBuffer;
  #queue = new SinkQueue();
  /** Taken from the queue and not yet settled; it comes first when the target is back. */
  #batch: readonly Waiting[] = [];
  /** So many of the batch are written one by one, since together they failed for a reason that may lie in one of them. */
  #single = 0;
  #peer: Peer<OpenedSink>;
  #limits: { readonly size: number; readonly lingerMs: number };
  #client: unknown;
  #writing: Promise<void> | undefined;
  #linger: Timer | undefined;
  /** The first record of a small batch has waited long enough. */
  #due = false;
  #notBeforeMs = 0;
  #stopping = false;

  /** Throws when the configuration is refused. */
  constructor(services: Services, flow: string, plan: SinkPlan, onStatus: (state: State, detail: string) => void) {
    this.flow = flow;
    this.plan = plan;
    this.#services = services;
    this.#buffer = new SinkBuffer(services, { flow, node: plan.id, counters: this.counters, onStatus });
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
      onOpen: () => {
        this.#setReadLimit();
        this.#pump();
      },
      onClosed: () => this.#setReadLimit(),
      onStatus: (state, detail) => this.#buffer.setStatus(state, detail),
    });
    return { peer, limits: definition.batch(config) };
  }

  start(): Promise<void> {
    return this.plan.connection === undefined ? this.#peer.start() : Promise.resolve();
  }

  /** Reads what its stream has for it. While the target is away no more is taken from the stream than tells how old it is. */
  readThrough(reader: StoredReader): void {
    this.#buffer.reader = reader;
    this.#setReadLimit();
  }

  #setReadLimit(): void {
    const { consumer } = this.plan;
    if (consumer === undefined || this.#stopping) return;
    const isOpen = this.#peer.current() !== undefined;
    this.#buffer.reader?.setLimit(isOpen ? Math.min(consumer.maxPending, Math.max(100, 2 * this.#limits.size)) : 1);
  }

  /** Closes the old target and opens the new one; what waits goes to the new one. */
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

  /** Takes over what it reads and through what; its target is the same. */
  rewire(plan: SinkPlan): void {
    this.plan = plan;
    this.#setReadLimit();
  }

  connectionOpened(client: unknown): void {
    this.#client = client;
    void this.#peer.reopen();
  }

  connectionClosed(): Promise<void> {
    return this.#peer.suspend();
  }

  connectionStatus(state: State, detail: string): void {
    this.#buffer.setStatus(state, detail === "" ? `waiting for the connection ${this.plan.connection ?? ""}` : detail);
  }

  receive(record: SinkRecord, stored?: StoredMessage): void {
    this.counters.received++;
    const { taps, clock, witness } = this.#services;
    if (taps.traces.isOn) taps.traces.record(this.flow, this.plan.id, "in", record.traceId, clock.now(), record.data);
    witness?.given(this.plan.id, record.traceId, record.data);
    if (this.tap?.wants("in"))
      this.tap.sample("in", record.traceId, this.#services.clock.now(), JSON.stringify(record.data));
    if (!this.#queue.add({ record, stored })) this.counters.dropped++;
    this.refresh();
    this.#pump();
  }

  /** Resolves with the outcome, when there is one, of a record that is given to it once more; `undefined` = delivered. */
  retry(record: SinkRecord): Promise<string | undefined> {
    this.counters.received++;
    const settled = new Promise<string | undefined>((resolve) => this.#queue.add({ record, onSettled: resolve }));
    this.refresh();
    this.#pump();
    return settled;
  }

  /** Brings the figures up to date that others change: what waits in the stream. */
  refresh(): void {
    const stored = this.#batch.reduce(
      (count, { stored }) => count + (stored === undefined ? 0 : 1),
      this.#queue.stored(),
    );
    this.#buffer.refresh(this.#queue.size() + this.#batch.length - stored, stored);
  }

  buffer() {
    return this.#buffer.state();
  }

  /** Writes out what it has in hand, as long as the target takes it and for `timeoutMs` at most. */
  async stop(timeoutMs: number): Promise<void> {
    this.#stopping = true;
    const timedOut = new Promise<"late">((resolve) => this.#services.clock.after(timeoutMs, () => resolve("late")));
    while (this.#inHand() > 0 && this.#peer.current() !== undefined) {
      this.#pump();
      if (this.#writing === undefined || (await Promise.race([this.#writing, timedOut])) === "late") break;
    }
    this.counters.dropped += this.#inHand() - this.#queue.stored() - this.#batch.filter(({ stored }) => stored).length;
    await this.#peer.stop();
  }

  #inHand(): number {
    return this.#queue.size() + this.#batch.length;
  }

  /** Starts writing when there is a full batch, or when the first of a small one has waited long enough. */
  #pump(): void {
    if (this.#writing !== undefined || this.#inHand() === 0) return;
    const open = this.#peer.current();
    if (open === undefined) return;
    const { size, lingerMs } = this.#limits;
    const pauseMs = this.#stopping ? 0 : this.#notBeforeMs - this.#services.clock.monotonic();
    const isDue = this.#due || this.#stopping || lingerMs === 0 || this.#batch.length > 0;
    if (pauseMs <= 0 && (isDue || this.#inHand() >= size)) {
      this.#cancelLinger();
      this.#writing = this.#write(open).finally(() => {
        this.#writing = undefined;
        this.#pump();
      });
    } else {
      this.#linger ??= this.#services.clock.after(Math.max(pauseMs, isDue ? 0 : lingerMs), () => {
        this.#linger = undefined;
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
    const room = this.#single > 0 ? 0 : this.#limits.size - this.#batch.length;
    if (room > 0) this.#batch = [...this.#batch, ...this.#queue.take(room)];
    for (let attempt = 1; ; attempt++) {
      const records = this.#single > 0 ? this.#batch.slice(0, 1) : this.#batch;
      try {
        await writeInTime(this.#services.clock, open, records);
        await this.#settle(records, () => undefined, attempt);
        return;
      } catch (error) {
        if (error instanceof ConnectionError) {
          this.#buffer.failed(error.message);
          this.#peer.lose(error);
          return;
        }
        const reason = error instanceof Error ? error.message : String(error);
        this.#buffer.failed(reason);
        if (error instanceof PartialWriteError) {
          const rejected = new Map(error.rejected.map(({ index, reason }) => [index, reason]));
          await this.#settle(records, (index) => rejected.get(index), attempt, new Set(error.kept));
          return;
        }
        if (!(error instanceof MessageError) && attempt < maxAttempts && this.#peer.current() === open) {
          this.#buffer.complain(`${reason}; trying again`);
          await this.#wait(retryMs * attempt);
        } else if (records.length > 1) {
          this.#single = records.length;
          attempt = 0;
        } else {
          await this.#settle(records, () => reason, attempt);
          return;
        }
      }
    }
  }

  /** Records with a reason go to the dead letters, those kept stay in the batch, the others were delivered. */
  async #settle(
    records: readonly Waiting[],
    reasonOf: (index: number) => string | undefined,
    attempts: number,
    kept: ReadonlySet<number> = new Set(),
  ): Promise<void> {
    let replayed = 0;
    const { clock } = this.#services;
    for (const [index, waiting] of records.entries()) {
      if (kept.has(index)) continue;
      const { stored, onSettled } = waiting;
      const reason = reasonOf(index);
      if (reason === undefined) this.counters.emitted++;
      else {
        // A dead letter given once more and refused again is still where it was.
        if (onSettled === undefined && !(await this.#bury(waiting, reason, attempts))) return;
        this.counters.failed++;
      }
      if (stored !== undefined && clock.now() - stored.storedAtMs > replayAfterMs) replayed++;
      stored?.done();
      onSettled?.(reason);
      this.#batch = this.#batch.filter((other) => other !== waiting);
    }
    this.#single = Math.max(0, this.#single - records.length);
    this.counters.lastMessageMs = clock.now();
    this.#buffer.complain("");
    const { replayPerS } = this.#services;
    if (replayPerS > 0 && replayed > 0) this.#notBeforeMs = clock.monotonic() + (replayed * 1_000) / replayPerS;
    if (kept.size > 0) this.#notBeforeMs = clock.monotonic() + keptRetryMs;
    this.refresh();
  }

  /** False when it is not stored and the sink ends: it is delivered again then. */
  async #bury({ record, stored }: Waiting, reason: string, attempts: number): Promise<boolean> {
    for (;;) {
      try {
        await publishDeadLetter(this.#services, {
          flow: this.flow,
          node: this.plan.id,
          record,
          stored,
          reason,
          attempts,
        });
        return true;
      } catch (error) {
        this.#buffer.complain(`a dead letter cannot be stored, trying again: ${(error as Error).message}`);
        if (this.#stopping) return false;
        await this.#wait(keptRetryMs);
      }
    }
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#services.clock.after(ms, resolve));
  }
}
