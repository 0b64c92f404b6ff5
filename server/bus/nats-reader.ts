/**
 * Reads a durable consumer: asks for as many messages as the owner may have in hand, never gives it one twice while the
 * process lives, and finds its place again after a lost connection, a killed server, or a consumer removed by somebody.
 */
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { Log } from "../log.ts";
import { BacklogWatch } from "./backlog-watch.ts";
import type { Backlog, ConsumerSettings, StoredMessage, StoredReader } from "./bus.ts";
import { ensureConsumer, rewind } from "./consumers.ts";
import { Pull } from "./pull.ts";

const tickMs = 1_000;
/** Large messages would otherwise fill the memory: a thousand of a megabyte each. */
const maxBytesInHand = 16 * 1024 * 1024;
/** More than any message, or one could never be asked for. */
const leastBytes = 2 * 1024 * 1024;
/** A server that is just starting leaves requests without an answer: rather ask again soon. */
const requestTimeoutMs = 1_500;
const firstRetryMs = 250;
const longestRetryMs = 10_000;

const acknowledged = Buffer.from("+ACK");
const inProgress = Buffer.from("+WPI");

export interface NatsReaderOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly onMessage: (message: StoredMessage) => void;
  readonly onClose: () => void;
}

export class NatsReader implements StoredReader {
  readonly #options: NatsReaderOptions;
  readonly #inHand = new Map<number, Held>();
  #bytesInHand = 0;
  readonly #done = new LatelyDone();
  #settings: ConsumerSettings;
  #limit: number;
  #connection: NatsConnection | undefined;
  #manager: JetStreamManager | undefined;
  #pull: Pull | undefined;
  /** Highest sequence delivered, or where the consumer began; `undefined` before it was seen. */
  #last: number | undefined;
  #watch: BacklogWatch;
  #problem = "not connected yet";
  #attaching: Promise<void> | undefined;
  #retry: Timer | undefined;
  #failures = 0;
  #whenReady: (() => void)[] = [];
  #lastProgressMs: number;
  #ticker: Timer;
  #closed = false;
  #isLooking = false;

  constructor(settings: ConsumerSettings, limit: number, options: NatsReaderOptions) {
    this.#options = options;
    this.#settings = settings;
    this.#limit = limit;
    this.#watch = new BacklogWatch(options.clock);
    this.#lastProgressMs = options.clock.monotonic();
    this.#ticker = options.clock.every(tickMs, () => this.#tick());
  }

  ready(timeoutMs: number): Promise<void> {
    if (this.#pull !== undefined && this.#attaching === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(timeoutMs, resolve);
      this.#whenReady.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  setLimit(limit: number): void {
    this.#limit = limit;
    this.#ask();
  }

  update(settings: ConsumerSettings): void {
    if (JSON.stringify(settings) === JSON.stringify(this.#settings)) return;
    this.#settings = settings;
    this.#attach();
  }

  backlog(): Backlog {
    return { ...this.#watch.backlog(this.#inHand), problem: this.#problem };
  }

  connected(connection: NatsConnection): void {
    this.#connection = connection;
    this.#attach();
  }

  disconnected(): void {
    this.#detach();
    this.#problem = "the connection to NATS is lost";
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#ticker.cancel();
    this.#retry?.cancel();
    this.#options.onClose();
    await this.#attaching;
    this.#detach();
    for (const call of this.#whenReady.splice(0)) call();
  }

  #detach(): void {
    this.#pull?.close();
    this.#pull = undefined;
    this.#manager = undefined;
  }

  /** Makes sure of the consumer and begins to ask. One attempt at a time; what changes meanwhile is seen by the next. */
  #attach(): void {
    this.#retry?.cancel();
    const connection = this.#connection;
    if (this.#closed || connection === undefined) return;
    const attempt = (this.#attaching ?? Promise.resolve()).then(() => this.#attachOnce(connection));
    const settled = attempt.finally(() => {
      if (this.#attaching === settled) this.#attaching = undefined;
    });
    this.#attaching = settled;
  }

  async #attachOnce(connection: NatsConnection): Promise<void> {
    const { clock, log } = this.#options;
    const settings = this.#settings;
    this.#detach();
    try {
      const manager = await jetstreamManager(connection, { timeout: requestTimeoutMs, checkAPI: false });
      const { state } = await manager.streams.info(settings.stream);
      if (this.#last !== undefined && state.last_seq < this.#last) this.#forgetStream();
      const info = await ensureConsumer(manager, settings, this.#last === undefined ? undefined : this.#floor() + 1);
      const hasUnacknowledged = info.num_ack_pending > 0;
      this.#last ??= (hasUnacknowledged ? info.ack_floor : info.delivered).stream_seq;
      // While another gateway reads it as well, what is not acknowledged may be in its hands.
      const isAlone = info.num_waiting === 0;
      const mustWait = isAlone && hasUnacknowledged && !(await rewind(manager, settings));
      if (this.#closed || connection !== this.#connection || connection.isClosed()) return;
      const begin = () => {
        this.#manager = manager;
        this.#pull = new Pull(connection, {
          stream: settings.stream,
          consumer: settings.name,
          clock,
          onMessage: (message) => this.#receive(message),
          onEnd: (gone) => (gone ? this.#tryAgain("") : this.#ask()),
        });
        this.#ask();
      };
      this.#failures = 0;
      this.#problem = "";
      // A server before 2.14 delivers them again by itself, first, when their time is over.
      if (mustWait) this.#retry = clock.after(settings.ackWaitMs, begin);
      else begin();
      for (const call of this.#whenReady.splice(0)) call();
      await this.#look();
    } catch (error) {
      const { message } = error as Error;
      if (this.#problem !== message)
        log.warn({ consumer: settings.name }, `${settings.stream} cannot be read: ${message}`);
      this.#tryAgain(message);
    }
  }

  #tryAgain(problem: string): void {
    this.#detach();
    if (problem !== "") this.#problem = problem;
    const delayMs = Math.min(longestRetryMs, firstRetryMs * 2 ** this.#failures++);
    this.#retry?.cancel();
    this.#retry = this.#options.clock.after(delayMs, () => this.#attach());
  }

  /** Another stream under the same name: its sequence numbers say nothing about what was read of the old one. */
  #forgetStream(): void {
    this.#done.clear();
    this.#inHand.clear();
    this.#bytesInHand = 0;
    this.#last = 0;
    this.#watch.forget();
  }

  /** Everything up to here is done. */
  #floor(): number {
    let lowest = (this.#last ?? 0) + 1;
    for (const sequence of this.#inHand.keys()) lowest = Math.min(lowest, sequence);
    return lowest - 1;
  }

  #ask(): void {
    if (this.#pull === undefined || this.#closed) return;
    const owed = this.#pull.owed();
    const room = this.#limit - this.#inHand.size - owed;
    const bytes = maxBytesInHand - this.#bytesInHand;
    if (room <= 0 || bytes <= 0) return;
    if (owed === 0 || room >= this.#limit / 2) this.#pull.ask(room, Math.max(leastBytes, bytes));
  }

  #receive(message: Msg): void {
    const reply = message.reply ?? "";
    const info = deliveryInfo(reply);
    if (info === undefined || this.#closed) return;
    const { sequence, storedAtMs } = info;
    const held = this.#inHand.get(sequence);
    if (held !== undefined) {
      held.reply = reply;
      return;
    }
    if (this.#done.has(sequence)) {
      this.#connection?.publish(reply, acknowledged);
      this.#ask();
      return;
    }
    const isFirst = sequence > (this.#last ?? 0);
    if (isFirst) this.#last = sequence;
    this.#watch.delivered(sequence, isFirst);
    const bytes = message.data.length;
    this.#inHand.set(sequence, { reply, storedAtMs, bytes });
    this.#bytesInHand += bytes;
    try {
      this.#options.onMessage(new DeliveredMessage(message, this.#settings.stream, info, this.#finish));
    } catch (error) {
      this.#options.log.error({ err: error, subject: message.subject }, "a handler of stored messages failed");
    }
    this.#ask();
  }

  readonly #finish = (sequence: number): void => {
    const held = this.#inHand.get(sequence);
    if (held === undefined) return;
    this.#inHand.delete(sequence);
    this.#bytesInHand -= held.bytes;
    // The server cannot deliver again what is further back than what it waits for.
    this.#done.add(sequence, 2 * this.#settings.maxAckPending + 5_000);
    if (this.#pull !== undefined) this.#connection?.publish(held.reply, acknowledged);
    this.#ask();
  };

  #tick(): void {
    if (this.#pull === undefined) return;
    const nowMs = this.#options.clock.monotonic();
    if (this.#pull.isForgotten()) {
      this.#attach();
      return;
    }
    if (nowMs - this.#lastProgressMs >= this.#settings.ackWaitMs / 3) {
      this.#lastProgressMs = nowMs;
      for (const { reply } of this.#inHand.values()) this.#connection?.publish(reply, inProgress);
    }
    if (this.#watch.isDue(this.#inHand.size > 0)) void this.#look();
  }

  async #look(): Promise<void> {
    const manager = this.#manager;
    // One at a time: each goes on from what the one before has counted.
    if (manager === undefined || this.#isLooking) return;
    this.#isLooking = true;
    try {
      await this.#watch.look(manager, this.#settings, this.#floor());
    } catch {
      // A server that is away is told of by the connection, a consumer that is gone by the requests.
    } finally {
      this.#isLooking = false;
    }
  }
}

interface Held {
  /** Where to acknowledge: of its last delivery. */
  reply: string;
  readonly storedAtMs: number;
  readonly bytes: number;
}

/**
 * What was acknowledged lately. An acknowledgement may be lost on its way; the message then comes again and is not new.
 * Two halves of which the older goes as a whole: taking single entries from the front of a large set is slow.
 */
class LatelyDone {
  #newer = new Set<number>();
  #older = new Set<number>();

  /** Remembers at least the latest `count`, and at most twice as many. */
  add(sequence: number, count: number): void {
    this.#newer.add(sequence);
    if (this.#newer.size < count) return;
    this.#older = this.#newer;
    this.#newer = new Set();
  }
  has(sequence: number): boolean {
    return this.#newer.has(sequence) || this.#older.has(sequence);
  }
  clear(): void {
    this.#newer.clear();
    this.#older.clear();
  }
}

interface DeliveryInfo {
  readonly sequence: number;
  readonly storedAtMs: number;
}

/** `$JS.ACK.{stream}.{consumer}.{deliveries}.{sequence}.{delivery sequence}.{nanoseconds}.{pending}`, or with domain and account in front. */
function deliveryInfo(reply: string): DeliveryInfo | undefined {
  const tokens = reply.split(".");
  const at = tokens.length === 9 ? 5 : 7;
  const sequence = Number(tokens[at]);
  const storedAtMs = Number(tokens[at + 2]?.slice(0, -6));
  return Number.isSafeInteger(sequence) && Number.isFinite(storedAtMs) ? { sequence, storedAtMs } : undefined;
}

class DeliveredMessage implements StoredMessage {
  readonly #native: Msg;
  readonly data: Uint8Array;
  /** Its answer is an acknowledgement, which is the reader's. */
  readonly reply = undefined;
  readonly stream: string;
  readonly sequence: number;
  readonly storedAtMs: number;
  readonly #finish: (sequence: number) => void;

  constructor(native: Msg, stream: string, { sequence, storedAtMs }: DeliveryInfo, finish: (sequence: number) => void) {
    this.#native = native;
    this.data = native.data;
    this.stream = stream;
    this.sequence = sequence;
    this.storedAtMs = storedAtMs;
    this.#finish = finish;
  }
  done(): void {
    this.#finish(this.sequence);
  }
  get subject(): string {
    return this.#native.subject;
  }
  header(name: string): string | undefined {
    const { headers } = this.#native;
    return headers?.has(name) ? headers.get(name) : undefined;
  }
}
