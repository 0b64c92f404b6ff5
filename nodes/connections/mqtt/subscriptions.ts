/** Which handlers want which message, and what happens to messages that come before the nodes have subscribed. */
import { createHash } from "node:crypto";
import type { MqttMessage } from "./client.ts";
import { matchesFilter } from "./topic-filter.ts";

export type MessageHandler = (message: MqttMessage) => Promise<void>;

const maxHeld = 1_000;
const largestIdentifier = 268_435_455;

interface Held {
  readonly message: MqttMessage;
  readonly identifiers: readonly number[];
  readonly settle: (delivered: Promise<void>) => void;
}

/**
 * The subscription identifier of a filter (MQTT 5). Made from its text, so that messages a broker kept for the session
 * still name the right filter after a restart.
 */
export function subscriptionIdentifier(filter: string): number {
  return (createHash("sha256").update(filter).digest().readUInt32BE(0) % largestIdentifier) + 1;
}

export class Subscriptions {
  readonly #handlers = new Map<string, Set<MessageHandler>>();
  readonly #identifiers = new Map<number, string>();
  readonly #onRoom: () => void;
  readonly #onFirstUnwanted: (topic: string) => void;
  #held: Held[] = [];
  #unwanted = 0;
  #handling = 0;
  /** `all`: the nodes are still subscribing; `unmatched`: more may subscribe; `none`: what nobody wants is dropped. */
  #hold: "all" | "unmatched" | "none" = "all";

  constructor(options: {
    /** Called when the handling of a message ends. */
    readonly onRoom: () => void;
    /** Called once, for the first message that is dropped because no handler wants it. */
    readonly onFirstUnwanted: (topic: string) => void;
  }) {
    this.#onRoom = options.onRoom;
    this.#onFirstUnwanted = options.onFirstUnwanted;
  }

  /** How many messages the handlers are busy with. Held ones do not count. */
  get handling(): number {
    return this.#handling;
  }

  /** True when it is the first handler of the filter. */
  add(filter: string, handler: MessageHandler): boolean {
    const handlers = this.#handlers.get(filter) ?? new Set();
    handlers.add(handler);
    this.#handlers.set(filter, handlers);
    this.#identifiers.set(subscriptionIdentifier(filter), filter);
    if (this.#hold === "unmatched") this.#deliverHeld();
    return handlers.size === 1;
  }

  /** True when the filter has no handler left. */
  remove(filter: string, handler: MessageHandler): boolean {
    const handlers = this.#handlers.get(filter);
    if (handlers === undefined) return true;
    handlers.delete(handler);
    if (handlers.size > 0) return false;
    this.#handlers.delete(filter);
    this.#identifiers.delete(subscriptionIdentifier(filter));
    return true;
  }

  has(filter: string): boolean {
    return this.#handlers.has(filter);
  }

  /** Changes what happens to messages from now on, and hands over or drops those held so far accordingly. */
  hold(what: "unmatched" | "none"): void {
    this.#hold = what;
    this.#deliverHeld();
  }

  /** Resolves when every handler that wants the message is done with it; rejects when one of them does. */
  deliver(message: MqttMessage, identifiers: readonly number[]): Promise<void> {
    const handlers = this.#hold === "all" ? [] : this.#wanting(message.topic, identifiers);
    if (handlers.length > 0) return this.#handle(message, handlers);
    if (this.#hold !== "none" && this.#held.length < maxHeld)
      return new Promise((resolve) => this.#held.push({ message, identifiers, settle: resolve }));
    this.#unwanted += 1;
    if (this.#unwanted === 1) this.#onFirstUnwanted(message.topic);
    return Promise.resolve();
  }

  async #handle(message: MqttMessage, handlers: readonly MessageHandler[]): Promise<void> {
    this.#handling += 1;
    try {
      await Promise.all(handlers.map((handler) => handler(message)));
    } finally {
      this.#handling -= 1;
      this.#onRoom();
    }
  }

  #deliverHeld(): void {
    const held = this.#held;
    this.#held = [];
    for (const { message, identifiers, settle } of held) settle(this.deliver(message, identifiers));
  }

  /**
   * By identifier where the broker names the subscriptions a copy is meant for, since it may send one copy for each of
   * several overlapping filters; otherwise, and for subscriptions of an earlier run, by topic.
   */
  #wanting(topic: string, identifiers: readonly number[]): readonly MessageHandler[] {
    const named = identifiers
      .map((identifier) => this.#identifiers.get(identifier))
      .filter((name) => name !== undefined);
    const filters = named.length > 0 ? named : [...this.#handlers.keys()].filter((name) => matchesFilter(name, topic));
    return [...new Set(filters.flatMap((filter) => [...(this.#handlers.get(filter) ?? [])]))];
  }
}
