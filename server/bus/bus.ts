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
   * Throws `PayloadTooLargeError` before anything is sent.
   */
  publish(subject: string, payload: Uint8Array, headers?: HeaderBlock): void;
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
