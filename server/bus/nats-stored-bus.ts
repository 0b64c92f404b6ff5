/** JetStream on one connection: publishing with acknowledgement, streams, and the readers of durable consumers. */
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import type { NatsConnection } from "@nats-io/transport-node";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Log } from "../log.ts";
import type {
  ConsumerRecord,
  ConsumerSettings,
  HeaderBlock,
  KeptMessage,
  StoredAck,
  StoredBus,
  StoredMessage,
  StoredReader,
  StreamSettings,
} from "./bus.ts";
import { listConsumers, removeConsumer } from "./consumers.ts";
import { NatsReader } from "./nats-reader.ts";
import { AckedPublisher, type AckedPublisherOptions } from "./stored-bus.ts";
import { messageCount, messageFrom, removeMessage } from "./stream-messages.ts";
import { ensureStream } from "./streams.ts";

export interface NatsStoredBusOptions extends AckedPublisherOptions {
  readonly clock: Clock;
  readonly log: Log;
}

export class NatsStoredBus implements StoredBus {
  readonly #options: NatsStoredBusOptions;
  readonly #publisher: AckedPublisher;
  readonly #readers = new Set<NatsReader>();
  #connection: NatsConnection | undefined;
  #online = false;

  constructor(options: NatsStoredBusOptions) {
    this.#options = options;
    this.#publisher = new AckedPublisher(options);
  }

  publish(subject: string, payload: Uint8Array, options?: { id?: string; headers?: HeaderBlock }): Promise<StoredAck> {
    return this.#publisher.publish(subject, payload, options);
  }
  pending(): number {
    return this.#publisher.pending();
  }
  idle(): Promise<void> {
    return this.#publisher.idle();
  }

  async ensureStream(stream: StreamSettings): Promise<void> {
    if (this.#connection === undefined || !this.#online)
      throw new Error(`The stream ${stream.name} cannot be set up: there is no connection to NATS.`);
    await ensureStream(this.#connection, stream, this.#options.timeoutMs);
  }

  read(settings: ConsumerSettings, limit: number, onMessage: (message: StoredMessage) => void): StoredReader {
    const { clock, log } = this.#options;
    const onClose = () => this.#readers.delete(reader);
    const reader = new NatsReader(settings, limit, { clock, log, onMessage, onClose });
    this.#readers.add(reader);
    if (this.#connection !== undefined && this.#online) reader.connected(this.#connection);
    return reader;
  }

  async messageCount(stream: string): Promise<number> {
    return messageCount(await this.#manager(), stream);
  }
  async messageFrom(stream: string, sequence: number): Promise<KeptMessage | undefined> {
    return messageFrom(await this.#manager(), stream, sequence);
  }
  async removeMessage(stream: string, sequence: number): Promise<boolean> {
    return removeMessage(await this.#manager(), stream, sequence);
  }

  async consumers(stream: string): Promise<readonly ConsumerRecord[]> {
    return listConsumers(await this.#manager(), stream);
  }

  async removeConsumer(stream: string, name: string): Promise<void> {
    await removeConsumer(await this.#manager(), stream, name);
  }

  connected(connection: NatsConnection): void {
    this.#connection = connection;
    this.#online = true;
    this.#publisher.connected(connection);
    for (const reader of this.#readers) reader.connected(connection);
  }

  disconnected(): void {
    this.#online = false;
    this.#publisher.disconnected();
    for (const reader of this.#readers) reader.disconnected();
  }

  /** Gives up what has no answer, and ends the readers. */
  close(reason: string): void {
    this.#publisher.close(reason);
    for (const reader of this.#readers) void reader.close();
  }

  #manager(): Promise<JetStreamManager> {
    if (this.#connection === undefined || !this.#online)
      return Promise.reject(new Error("There is no connection to NATS."));
    return jetstreamManager(this.#connection, { timeout: this.#options.timeoutMs, checkAPI: false });
  }
}
