/** A bus inside one process: for tests of everything above the bus. Same promises as the real one, no server. */
import { streamClient } from "../../nodes/connections/nats/stream-client.ts";
import {
  type Bus,
  type BusMessage,
  type BusStatus,
  type BusSubscription,
  type HeaderBlock,
  PayloadTooLargeError,
  type StoredBus,
} from "./bus.ts";

interface Listener {
  readonly subject: string;
  readonly queue: string | undefined;
  readonly call: (message: BusMessage) => void;
  received: number;
}

/** One message as a test sees it. */
export interface Published {
  readonly subject: string;
  readonly data: Uint8Array;
  readonly headers: string;
}

export class MemoryBus implements Bus {
  readonly stored: StoredBus | undefined = undefined;
  readonly streams = streamClient(() => undefined);
  /** Everything published, in order. */
  readonly published: Published[] = [];
  #listeners: Listener[] = [];
  #waiting: Published[] = [];
  #turns = new Map<string, number>();
  #connected = true;
  #dropped = 0;
  #statusCalls = new Set<(status: BusStatus) => void>();

  maxPayloadBytes(): number {
    return 1_048_576;
  }

  status(): BusStatus {
    return this.#connected
      ? { state: "connected", server: "memory", version: "0" }
      : { state: "disconnected", detail: "switched off by the test" };
  }

  onStatus(call: (status: BusStatus) => void): () => void {
    this.#statusCalls.add(call);
    call(this.status());
    return () => this.#statusCalls.delete(call);
  }

  setConnected(connected: boolean): void {
    this.#connected = connected;
    for (const call of this.#statusCalls) call(this.status());
  }

  publish(subject: string, data: Uint8Array, headers?: HeaderBlock): void {
    const bytes = data.length + (headers === undefined ? 0 : headers.bytes.length);
    if (bytes > this.maxPayloadBytes())
      throw new PayloadTooLargeError(`${bytes} bytes; the bus takes ${this.maxPayloadBytes()}`);
    if (!this.#connected) {
      this.#dropped++;
      return;
    }
    const message = { subject, data, headers: headers === undefined ? "" : Buffer.from(headers.bytes).toString() };
    this.published.push(message);
    if (this.#waiting.push(message) === 1) queueMicrotask(() => this.#deliver());
  }

  droppedWhileDisconnected(): number {
    return this.#dropped;
  }

  /** There are no answers in memory. */
  request(subject: string, payload: Uint8Array, headers: HeaderBlock): Promise<BusMessage> {
    this.publish(subject, payload, headers);
    return Promise.reject(new Error(`nobody listens on ${subject}`));
  }

  subscribe(subject: string, call: (message: BusMessage) => void, options: { queue?: string } = {}): BusSubscription {
    const listener: Listener = { subject, queue: options.queue, call, received: 0 };
    this.#listeners.push(listener);
    return {
      received: () => listener.received,
      drain: async () => {
        this.#listeners = this.#listeners.filter((other) => other !== listener);
      },
    };
  }

  async flush(): Promise<void> {
    await this.settled();
  }

  async drain(): Promise<void> {
    await this.settled();
    this.#listeners = [];
  }

  /** Resolves when every message, and every message these caused, was delivered. */
  async settled(): Promise<void> {
    do await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.#waiting.length > 0);
  }

  /** Data of the messages on a subject (wildcards allowed), parsed. */
  on(subject: string): unknown[] {
    return this.published
      .filter((message) => matches(subject, message.subject))
      .map(({ data }) => JSON.parse(Buffer.from(data).toString()));
  }

  #deliver(): void {
    for (let message = this.#waiting[0]; message !== undefined; message = this.#waiting[0]) {
      const { subject, data, headers } = message;
      const header = (name: string) =>
        headers
          .split("\r\n")
          .find((line) => line.startsWith(`${name}: `))
          ?.slice(name.length + 2);
      for (const listener of this.#chosen(subject)) {
        listener.received++;
        listener.call({ subject, data, header });
      }
      this.#waiting.shift();
    }
  }

  /** Every listener without a queue, and of each queue (on one subject pattern) the one whose turn it is. */
  #chosen(subject: string): readonly Listener[] {
    const matching = this.#listeners.filter((listener) => matches(listener.subject, subject));
    return [...group(matching)].flatMap(([queue, members]) => {
      if (queue === undefined) return members;
      const turn = this.#turns.get(queue) ?? 0;
      this.#turns.set(queue, turn + 1);
      return members[turn % members.length] ?? [];
    });
  }
}

function group(listeners: readonly Listener[]): Map<string | undefined, Listener[]> {
  const groups = new Map<string | undefined, Listener[]>();
  for (const listener of listeners) {
    const name = listener.queue && `${listener.subject} ${listener.queue}`;
    groups.set(name, [...(groups.get(name) ?? []), listener]);
  }
  return groups;
}

function matches(pattern: string, subject: string): boolean {
  const wanted = pattern.split(".");
  const tokens = subject.split(".");
  for (const [index, token] of wanted.entries()) {
    if (token === ">") return tokens.length > index;
    if (tokens[index] === undefined || (token !== "*" && token !== tokens[index])) return false;
  }
  return wanted.length === tokens.length;
}
