/** The clock of a trial: time passes from one timer to the next, and everything a timer causes happens before the next one. */
import type { Clock, Timer } from "../../nodes/contract/clock.ts";

interface Due {
  readonly atMs: number;
  readonly call: () => void;
}

export class TrialClock implements Clock {
  readonly #startMs: number;
  #elapsedMs = 0;
  /** The next one first; of the same time, the one set first. */
  #timers: Due[] = [];

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  now(): number {
    return this.#startMs + this.#elapsedMs;
  }

  monotonic(): number {
    return this.#elapsedMs;
  }

  after(delayMs: number, call: () => void): Timer {
    const timer = { atMs: this.#elapsedMs + Math.max(0, delayMs), call };
    const place = this.#timers.findLastIndex(({ atMs }) => atMs <= timer.atMs) + 1;
    this.#timers.splice(place, 0, timer);
    return {
      cancel: () => {
        const index = this.#timers.indexOf(timer);
        if (index >= 0) this.#timers.splice(index, 1);
      },
    };
  }

  every(intervalMs: number, call: () => void): Timer {
    const tick = () => {
      current = this.after(intervalMs, tick);
      call();
    };
    let current = this.after(intervalMs, tick);
    return { cancel: () => current.cancel() };
  }

  /** `settle` resolves when all that a timer caused has happened; it answers false to stop where it is. */
  async moveTo(elapsedMs: number, settle: () => Promise<boolean>): Promise<void> {
    for (let next = this.#timers[0]; next !== undefined && next.atMs <= elapsedMs; next = this.#timers[0]) {
      this.#timers.shift();
      this.#elapsedMs = next.atMs;
      next.call();
      if (!(await settle())) return;
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, elapsedMs);
  }
}
