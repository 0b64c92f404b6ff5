/** What a sink has yet to write: what its stream keeps until it is acknowledged, and what only passed by. */
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import type { StoredMessage } from "../bus/bus.ts";
import { WaitingLine } from "../bus/waiting-line.ts";
import { Mailbox } from "./mailbox.ts";

const capacity = 10_000;

export interface Waiting {
  readonly record: SinkRecord;
  /** Where it stays until `done`; `undefined` for a record that nobody else has. */
  readonly stored?: StoredMessage | undefined;
  /** Told why it was refused, or nothing when it was delivered. */
  readonly onSettled?: ((reason: string | undefined) => void) | undefined;
}

export class SinkQueue {
  /** Bounded by how many messages may be in hand. */
  readonly #stored = new WaitingLine<Waiting>();
  readonly #passing = new Mailbox<Waiting>(capacity);

  size(): number {
    return this.#stored.length + this.#passing.size();
  }

  /** Those of a stream. */
  stored(): number {
    return this.#stored.length;
  }

  /** False when the oldest that only passed by had to go to make room. */
  add(waiting: Waiting): boolean {
    if (waiting.stored === undefined && waiting.onSettled === undefined) return this.#passing.push(waiting);
    this.#stored.add(waiting);
    return true;
  }

  /** The oldest of both kinds, each in its order; a long backlog of one leaves the other half of the batch. */
  take(count: number): Waiting[] {
    const passing = this.#passing.take(Math.max(Math.ceil(count / 2), count - this.#stored.length));
    const taken: Waiting[] = [];
    while (taken.length + passing.length < count) {
      const next = this.#stored.take();
      if (next === undefined) break;
      taken.push(next);
    }
    return [...taken, ...passing];
  }
}
