import type { Clock, Timer } from "../../contract/clock.ts";

/** A timer cannot be set further ahead than 24 days. */
const longestWaitMs = 3_600_000;

/** A delay that outlives a restart: it is written down as the wall-clock time of its end, and runs by the monotonic clock. */
export class Countdown {
  readonly #clock: Clock;
  readonly #ended: () => void;
  #timer: Timer | undefined;
  #endMs = 0;
  #dueMs: number | undefined;

  constructor(clock: Clock, ended: () => void) {
    this.#clock = clock;
    this.#ended = ended;
  }

  /** When it ends, milliseconds since 1970; `undefined` while it does not run. */
  get dueMs(): number | undefined {
    return this.#dueMs;
  }

  get isRunning(): boolean {
    return this.#dueMs !== undefined;
  }

  start(delayMs: number): void {
    this.#run(delayMs, this.#clock.now() + delayMs);
  }

  /**
   * Goes on with what is left until `dueMs`, and ends soon, but not at once, when that has passed. Never waits longer than
   * `longestMs`, should the wall clock have been set back meanwhile.
   */
  resume(dueMs: number | undefined, longestMs: number): void {
    if (dueMs !== undefined) this.#run(Math.min(Math.max(dueMs - this.#clock.now(), 0), longestMs), dueMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#dueMs = undefined;
  }

  #run(delayMs: number, dueMs: number): void {
    this.#timer?.cancel();
    this.#dueMs = dueMs;
    this.#endMs = this.#clock.monotonic() + delayMs;
    this.#wait(delayMs);
  }

  #wait(delayMs: number): void {
    this.#timer = this.#clock.after(Math.min(delayMs, longestWaitMs), () => {
      const leftMs = this.#endMs - this.#clock.monotonic();
      // A timer may fire a little early.
      if (leftMs > 1) {
        this.#wait(leftMs);
        return;
      }
      this.stop();
      this.#ended();
    });
  }
}
