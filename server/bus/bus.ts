/** The bus as the rest of the server sees it. `nats-bus.ts` is the only implementation. */
import type { StreamClient } from "../../nodes/contract/streams.ts";

export interface BusMessage {
  readonly subject: string;
  readonly data: Uint8Array;
  /** Where an answer is to go, when the sender wants one. */
  readonly reply?: string | undefined;
  /** Value of a header, `undefined` when there is none. Parsing headers costs: ask only when needed. */
  header(name: string): string | undefined;
}

export interface BusSubscription {
  /** Handles what has already arrived, then ends. */
  drain(): Promise<void>;
  /** Messages that came and were handed over. */
  received(): number;
}

export type BusStatus =
  | { readonly state: "connected"; readonly server: string; readonly version: string }
  | { readonly state: "disconnected"; readonly detail: string }
  | { readonly state: "closed"; readonly detail: string };

/** Headers as the bytes that go on the wire, made once by `encodeHeaders` and used for many messages. */
export type HeaderBlock = { readonly bytes: Uint8Array };

export interface Bus {
  /** The largest payload the server takes, in bytes. */
  maxPayloadBytes(): number;
  status(): BusStatus;
  /** Called at once with the present status and at every change; returns how to stop it. */
  onStatus(call: (status: BusStatus) => void): () => void;
  /**
   * Core publish: at most once. While disconnected the message is dropped and counted (`droppedWhileDisconnected`).
   * Throws `PayloadTooLargeError` before anything is sent. `lane`: where there are several connections, messages of one
   * lane, which is a device, keep their order; those without one keep theirs among themselves.
   */
  publish(subject: string, payload: Uint8Array, headers?: HeaderBlock, lane?: string): void;
  droppedWhileDisconnected(): number;
  /** Publishes and resolves with the first answer. Rejects in words when nobody answers in time, or nobody listens. */
  request(subject: string, payload: Uint8Array, headers: HeaderBlock, timeoutMs: number): Promise<BusMessage>;
  /**
   * `queue`: of all subscriptions with the same name one gets each message. A throwing handler is reported, not fatal.
   * `onError`: the server refuses the subscription (permissions); nothing will come any more.
   */
  subscribe(
    subject: string,
    onMessage: (message: BusMessage) => void,
    options?: { queue?: string; onError?: (error: Error) => void },
  ): BusSubscription;
  /** Resolves when the server has everything published so far; rejects after `timeoutMs`. */
  flush(timeoutMs: number): Promise<void>;
  /** JetStream, or `undefined` when it is switched off or the server has none. */
  readonly stored: StoredBus | undefined;
  /** Streams that flows make and write to themselves. */
  readonly streams: StreamClient;
  /** Lets subscriptions finish, flushes, closes. */
  drain(): Promise<void>;
}

export interface StoredBus {
  /**
   * Publishes and resolves when a stream has stored it; `id` makes a repeated publish harmless within the stream's
   * window. Rejects with `NotStoredError` after the retries. At most `window` messages are under way: when the window
   * is full the promise just takes longer, so a caller that awaits is held back.
   */
  publish(subject: string, payload: Uint8Array, options?: { id?: string; headers?: HeaderBlock }): Promise<StoredAck>;
  /** Creates the stream or brings an existing one to these settings; says which subjects overlap when it cannot. */
  ensureStream(stream: StreamSettings): Promise<void>;
  /** Messages published and not yet acknowledged. */
  pending(): number;
  /**
   * Reads a durable consumer, which is made or brought to these settings whenever there is a connection. `limit`: how
   * many messages the owner may have in hand, unacknowledged; 0 takes none. A throwing handler leaves its message in hand.
   */
  read(settings: ConsumerSettings, limit: number, onMessage: (message: StoredMessage) => void): StoredReader;
  /** How many messages a stream holds; 0 when there is no such stream. */
  messageCount(stream: string): Promise<number>;
  /** The first message a stream holds from a sequence on. */
  messageFrom(stream: string, sequence: number): Promise<KeptMessage | undefined>;
  /** False when it was not there. */
  removeMessage(stream: string, sequence: number): Promise<boolean>;
  consumers(stream: string): Promise<readonly ConsumerRecord[]>;
  /** Removes a consumer, and with it the knowledge of what it has read. One that is not there is fine. */
  removeConsumer(stream: string, name: string): Promise<void>;
}

export interface ConsumerSettings {
  readonly stream: string;
  readonly name: string;
  /** Patterns that do not overlap. */
  readonly subjects: readonly string[];
  /** After this long without an acknowledgement, or a sign that it is being worked on, a message is delivered again. */
  readonly ackWaitMs: number;
  /** The server delivers no more than this without acknowledgement, to all readers together. */
  readonly maxAckPending: number;
  /** Whose it is, for whoever lists consumers. */
  readonly owner: Readonly<Record<string, string>>;
}

export interface KeptMessage {
  readonly sequence: number;
  readonly subject: string;
  readonly data: Uint8Array;
}

export interface ConsumerRecord {
  readonly name: string;
  readonly owner: Readonly<Record<string, string>>;
}

/** A message that stays in its stream until its age or size has it removed, and comes again until it is acknowledged. */
export interface StoredMessage extends BusMessage {
  readonly stream: string;
  readonly sequence: number;
  /** Wall clock of the server. */
  readonly storedAtMs: number;
  /** Acknowledges: call it once everything that follows from the message is safe. */
  done(): void;
}

export interface StoredReader {
  /** Resolves when the consumer is there, or after `timeoutMs` all the same: then it is made as soon as possible. */
  ready(timeoutMs: number): Promise<void>;
  setLimit(limit: number): void;
  /** Goes on with other settings of the same consumer. */
  update(settings: ConsumerSettings): void;
  backlog(): Backlog;
  /** Messages in hand are left to be delivered again. */
  close(): Promise<void>;
}

/** What a consumer still has to read, as of the last look, which is a second ago at most while there is something. */
export interface Backlog {
  /** Messages stored and not yet acknowledged. */
  readonly waiting: number;
  /** Age of the oldest of them; 0 when none waits. */
  readonly oldestAgeMs: number;
  /** How much of the room (bytes or age, whichever is worse) the backlog takes, 0 to 1: at 1 the stream drops its oldest. */
  readonly fill: number;
  /** Messages the stream has dropped before they were read, since this reader began. */
  readonly lost: number;
  /** Why nothing can be read now; empty when all is well. */
  readonly problem: string;
}

export interface StoredAck {
  readonly stream: string;
  readonly sequence: number;
  readonly duplicate: boolean;
}

export interface StreamSettings {
  readonly name: string;
  readonly subjects: readonly string[];
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

export class PayloadTooLargeError extends Error {
  override readonly name = "PayloadTooLargeError";
}

export class NotStoredError extends Error {
  override readonly name = "NotStoredError";
}
