/** Many things that are each due the same time after they were started: with one timer, however many there are. */
import type { Clock, Timer } from "../contract/clock.ts";

export class Deadlines<One> {
  readonly #clock: Clock;
  readonly #delayMs: number;
  readonly #onDue: (one: One) => void;
  /** In the order of their times: a map keeps the order of insertion, and all wait equally long. */
  readonly #dueMs = new Map<One, number>();
  #timer: Timer | undefined;

  constructor(clock: Clock, delayMs: number, onDue: (one: One) => void) {
    this.#clock = clock;
    this.#delayMs = delayMs;
    this.#onDue = onDue;
  }

  /** Anew if it waits already. `leftMs` is for those that were restored, which have to come in the order of their times. */
  start(one: One, leftMs = this.#delayMs): void {
    this.#dueMs.delete(one);
    this.#dueMs.set(one, this.#clock.monotonic() + leftMs);
    if (this.#timer === undefined) this.#arm();
  }

  stop(one: One): void {
    this.#dueMs.delete(one);
  }

  /** Milliseconds until it is due; `undefined` when it does not wait. */
  leftMs(one: One): number | undefined {
    const dueMs = this.#dueMs.get(one);
    return dueMs === undefined ? undefined : Math.max(0, dueMs - this.#clock.monotonic());
  }

  close(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dueMs.clear();
  }

  #arm(): void {
    const [dueMs] = this.#dueMs.values();
    this.#timer =
      dueMs === undefined
        ? undefined
        : this.#clock.after(Math.max(0, dueMs - this.#clock.monotonic()), () => this.#fire());
  }

  #fire(): void {
    const nowMs = this.#clock.monotonic();
    for (const [one, dueMs] of this.#dueMs) {
      if (dueMs > nowMs) break;
      this.#dueMs.delete(one);
      this.#onDue(one);
    }
    this.#arm();
  }
}
