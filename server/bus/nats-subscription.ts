/** One subscription, which may be made before there is a connection and lives through lost ones. */
import type { Msg, NatsConnection, Subscription } from "@nats-io/transport-node";
import type { Log } from "../log.ts";
import type { BusMessage, BusSubscription } from "./bus.ts";

export type MessageHandler = (message: BusMessage) => void;

export interface SubscribeOptions {
  readonly queue?: string;
  readonly onError?: (error: Error) => void;
}

export class NatsSubscription implements BusSubscription {
  readonly #subject: string;
  readonly #onMessage: MessageHandler;
  readonly #options: SubscribeOptions;
  readonly #log: Log;
  readonly #forget: () => void;
  #native: Subscription | undefined;
  #received = 0;

  constructor(subject: string, onMessage: MessageHandler, options: SubscribeOptions, log: Log, forget: () => void) {
    this.#subject = subject;
    this.#onMessage = onMessage;
    this.#options = options;
    this.#log = log;
    this.#forget = forget;
  }

  begin(connection: NatsConnection): void {
    const { queue } = this.#options;
    this.#native = connection.subscribe(this.#subject, {
      ...(queue !== undefined && { queue }),
      callback: (error, message) => (error === null ? this.#handle(message) : this.#refused(error)),
    });
  }

  received(): number {
    return this.#received;
  }

  async drain(): Promise<void> {
    this.#forget();
    if (this.#native !== undefined && !this.#native.isClosed()) await this.#native.drain().catch(() => undefined);
  }

  /** Nothing may escape: it would end the client's reading from the connection. */
  #handle(message: Msg): void {
    this.#received++;
    try {
      this.#onMessage(new NatsMessage(message));
    } catch (error) {
      this.#log.error({ err: error, subject: message.subject }, "a handler of messages failed");
    }
  }

  #refused(error: Error): void {
    this.#forget();
    this.#log.error({ err: error }, `the NATS server refuses the subscription to ${this.#subject}`);
    this.#options.onError?.(error);
  }
}

class NatsMessage implements BusMessage {
  readonly #native: Msg;
  readonly data: Uint8Array;
  constructor(native: Msg) {
    this.#native = native;
    this.data = native.data;
  }
  get subject(): string {
    return this.#native.subject;
  }
  get reply(): string | undefined {
    return this.#native.reply;
  }
  header(name: string): string | undefined {
    const { headers } = this.#native;
    return headers?.has(name) ? headers.get(name) : undefined;
  }
}
