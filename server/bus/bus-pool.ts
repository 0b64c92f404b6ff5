/**
 * Several connections to one NATS for what is published. Messages of one lane, which is a device, go through one of
 * them, so that their order stays, but for what was under way in a connection that broke; everything else is done by the
 * first.
 */
import { type Bus, type HeaderBlock, PayloadTooLargeError } from "./bus.ts";
import type { BusOptions } from "./connect-options.ts";
import { connectBus } from "./nats-bus.ts";
import { payloadTooLarge } from "./stored-bus.ts";

/** Lanes share these, so that a gateway with many devices has nothing to keep for each. */
const slotCount = 256;
/** How long a connection may take to say that it has sent everything, before its slots go home all the same. */
const handBackMs = 1_000;
/** Of one slot while it is handed back, which takes a round trip. */
const mostHeld = 10_000;

/** Connects `count` times. Rejects as `connectBus` does. */
export async function connectBusPool(options: BusOptions, count: number): Promise<Bus> {
  const first = await connectBus(options);
  if (count === 1) return first;
  const more = await Promise.all(
    Array.from({ length: count - 1 }, (_, index) =>
      connectBus({ ...options, name: `${options.name}-${index + 2}`, jetstream: false, waitOnFirstConnect: true }),
    ),
  );
  return new BusPool(first, more);
}

interface Message {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: HeaderBlock | undefined;
}

/** Some of the lanes, and the connection they use: their own, or another while that one is away. */
interface Slot {
  readonly home: number;
  at: number;
  /** What is published while it is handed back. */
  held: Message[] | undefined;
}

export class BusPool implements Bus {
  readonly #first: Bus;
  readonly #all: readonly Bus[];
  readonly #slots: readonly Slot[];
  #dropped = 0;

  constructor(first: Bus, more: readonly Bus[]) {
    this.#first = first;
    this.#all = [first, ...more];
    const own = (_: unknown, index: number): Slot => {
      const home = index % this.#all.length;
      return { home, at: home, held: undefined };
    };
    this.#slots = Array.from({ length: slotCount }, own);
    for (const [index, bus] of this.#all.entries())
      bus.onStatus(({ state }) => {
        if (state === "connected") this.#handBack(index);
      });
  }

  publish(subject: string, payload: Uint8Array, headers?: HeaderBlock, lane?: string): void {
    const slot = lane === undefined ? undefined : this.#slots[slotOf(lane)];
    if (slot === undefined) this.#first.publish(subject, payload, headers);
    else if (slot.held === undefined) this.#connectionOf(slot).publish(subject, payload, headers);
    else this.#hold(slot.held, { subject, payload, headers });
  }

  droppedWhileDisconnected(): number {
    return this.#all.reduce((sum, bus) => sum + bus.droppedWhileDisconnected(), this.#dropped);
  }

  async flush(timeoutMs: number): Promise<void> {
    await Promise.all(this.#all.map((bus) => bus.flush(timeoutMs)));
  }

  /** The first one's handlers may publish until they have ended. */
  async drain(): Promise<void> {
    await this.#first.drain();
    await Promise.all(this.#all.slice(1).map((bus) => bus.drain()));
  }

  get stored() {
    return this.#first.stored;
  }
  get streams() {
    return this.#first.streams;
  }
  maxPayloadBytes(): number {
    return this.#first.maxPayloadBytes();
  }
  status() {
    return this.#first.status();
  }
  onStatus(...given: Parameters<Bus["onStatus"]>) {
    return this.#first.onStatus(...given);
  }
  request(...given: Parameters<Bus["request"]>) {
    return this.#first.request(...given);
  }
  subscribe(...given: Parameters<Bus["subscribe"]>) {
    return this.#first.subscribe(...given);
  }

  #hold(held: Message[], message: Message): void {
    const { subject, payload, headers } = message;
    const bytes = payload.length + (headers?.bytes.length ?? 0);
    if (bytes > this.maxPayloadBytes()) throw payloadTooLarge(subject, bytes, this.maxPayloadBytes());
    if (held.length < mostHeld) held.push(message);
    else this.#dropped++;
  }

  /** Stays with another connection until its own is back, or that one is away as well. */
  #connectionOf(slot: Slot): Bus {
    for (let tried = 0; tried < this.#all.length; tried++) {
      const index = (slot.at + tried) % this.#all.length;
      const bus = this.#all[index];
      if (bus?.status().state !== "connected") continue;
      slot.at = index;
      return bus;
    }
    return this.#all[slot.at] ?? this.#first;
  }

  /** What went over another connection has to arrive before what goes over the own one again. */
  #handBack(home: number): void {
    for (const [at, bus] of this.#all.entries()) {
      const lent = this.#slots.filter((slot) => slot.home === home && slot.at === at && slot.held === undefined);
      if (at === home || lent.length === 0) continue;
      for (const slot of lent) slot.held = [];
      const goHome = () => {
        for (const slot of lent) {
          const held = slot.held ?? [];
          slot.held = undefined;
          slot.at = home;
          for (const { subject, payload, headers } of held) this.#sendHeld(slot, subject, payload, headers);
        }
      };
      // Without an answer that connection is broken: nothing more arrives by it.
      bus.flush(handBackMs).then(goHome, goHome);
    }
  }

  #sendHeld(slot: Slot, ...message: Parameters<Bus["publish"]>): void {
    try {
      this.#connectionOf(slot).publish(...message);
    } catch (error) {
      // A server that has come back with a smaller limit: whoever published it is gone.
      if (!(error instanceof PayloadTooLargeError)) throw error;
      this.#dropped++;
    }
  }
}

/** FNV-1a: short ids that differ in the last character only are spread as well. */
function slotOf(lane: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < lane.length; index++) hash = Math.imul(hash ^ lane.charCodeAt(index), 0x01000193);
  return (hash >>> 0) % slotCount;
}
