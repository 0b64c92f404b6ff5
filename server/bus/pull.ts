/** Asking a consumer for messages: requests under way, what they still owe, and what the server says instead of messages. */
import { randomBytes } from "node:crypto";
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { Clock } from "../../nodes/contract/clock.ts";

/** A request ends after this long; a new one costs little, and a consumer that is gone is noticed the sooner. */
const expiresMs = 5_000;
/** Without a word for so much longer, the server has forgotten the request. */
const patienceMs = 2_000;

export interface PullOptions {
  readonly stream: string;
  readonly consumer: string;
  readonly clock: Clock;
  onMessage(message: Msg): void;
  /** The server ended a request. `gone`: look whether the consumer is still there before asking again. */
  onEnd(gone: boolean): void;
}

export class Pull {
  readonly #options: PullOptions;
  readonly #connection: NatsConnection;
  readonly #inbox = `_INBOX.${randomBytes(9).toString("base64url")}.`;
  readonly #requests = new Map<string, { left: number; deadlineMs: number }>();
  readonly #subscription: Subscription;
  #asked = 0;
  #owed = 0;

  constructor(connection: NatsConnection, options: PullOptions) {
    this.#options = options;
    this.#connection = connection;
    this.#subscription = connection.subscribe(`${this.#inbox}*`, {
      callback: (error, message) => {
        if (error === null) this.#receive(message);
      },
    });
  }

  /** Messages asked for that have not come yet. */
  owed(): number {
    return this.#owed;
  }

  ask(count: number, maxBytes: number): void {
    const { stream, consumer, clock } = this.#options;
    const token = (this.#asked++).toString(36);
    this.#requests.set(token, { left: count, deadlineMs: clock.monotonic() + expiresMs + patienceMs });
    this.#owed += count;
    const request = JSON.stringify({ batch: count, max_bytes: maxBytes, expires: expiresMs * 1_000_000 });
    this.#connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, request, {
      reply: this.#inbox + token,
    });
  }

  /** True when a request should have been answered or ended long ago. */
  isForgotten(): boolean {
    const nowMs = this.#options.clock.monotonic();
    return [...this.#requests.values()].some(({ deadlineMs }) => deadlineMs < nowMs);
  }

  close(): void {
    this.#requests.clear();
    this.#owed = 0;
    this.#subscription.unsubscribe();
  }

  #receive(message: Msg): void {
    const token = message.subject.slice(this.#inbox.length);
    const request = this.#requests.get(token);
    // Only messages have somewhere to be acknowledged.
    if (message.reply?.startsWith("$JS.ACK.")) {
      if (request !== undefined) {
        this.#owed--;
        if (--request.left === 0) this.#requests.delete(token);
      }
      this.#options.onMessage(message);
      return;
    }
    const code = message.headers?.code ?? 0;
    if (code === 100) return;
    if (request !== undefined) {
      this.#requests.delete(token);
      this.#owed -= request.left;
    }
    // 404 and 408: nothing came in time. 409 says various things, of which some are the end of the consumer.
    const isPlain =
      code === 404 || code === 408 || /max_?bytes|batch completed/i.test(message.headers?.description ?? "");
    this.#options.onEnd(!isPlain);
  }
}
