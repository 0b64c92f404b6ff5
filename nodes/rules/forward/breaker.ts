/** Leaves a target alone that has failed again and again, so that it does not hold up the others. */
import type { Clock } from "../../contract/clock.ts";
import { MessageError } from "../../contract/errors.ts";

const failuresToOpen = 5;
const firstPauseMs = 1_000;
const maxPauseMs = 30_000;

export class Breaker {
  readonly #clock: Clock;
  readonly #onChange: (problem: string | undefined) => void;
  #failures = 0;
  #openUntilMs = 0;
  #isTrying = false;
  #reason = "";

  /** `onChange` is told in words when the target is left alone, and `undefined` when it works again. */
  constructor(clock: Clock, onChange: (problem: string | undefined) => void) {
    this.#clock = clock;
    this.#onChange = onChange;
  }

  /** Rejects with `MessageError` (`unreachable`) without trying while the pause lasts; after it, one at a time tries. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    const isOpen = this.#failures >= failuresToOpen;
    const leftMs = this.#openUntilMs - this.#clock.monotonic();
    if (isOpen && (leftMs > 0 || this.#isTrying))
      throw new MessageError(
        "unreachable",
        `not tried, after ${this.#failures} failures in a row; the last: ${this.#reason}`,
      );
    this.#isTrying = isOpen;
    try {
      const result = await work();
      this.#worked();
      return result;
    } catch (error) {
      // A refusal is an answer: the target is there.
      if (error instanceof MessageError) this.#worked();
      else this.#failed(error);
      throw error;
    } finally {
      this.#isTrying = false;
    }
  }

  #worked(): void {
    if (this.#failures >= failuresToOpen) this.#onChange(undefined);
    this.#failures = 0;
  }

  #failed(error: unknown): void {
    this.#reason = error instanceof Error ? error.message : String(error);
    this.#failures++;
    if (this.#failures < failuresToOpen) return;
    const pauseMs = Math.min(maxPauseMs, firstPauseMs * 2 ** (this.#failures - failuresToOpen));
    this.#openUntilMs = this.#clock.monotonic() + pauseMs;
    this.#onChange(this.#reason);
  }
}
