/** Slows down whoever guesses passwords: after a few wrong ones each further try has to wait, longer every time. */
import type { Clock } from "../../nodes/contract/clock.ts";

const freeTries = 5;
const firstWaitMs = 5_000;
const maxWaitMs = 15 * 60_000;
/** After this long without a wrong try all is forgotten. */
const forgetMs = 60 * 60_000;
/** More names than this at a time are an attack; the oldest are forgotten first. */
const maxEntries = 10_000;

interface Entry {
  readonly failures: number;
  readonly lastMs: number;
}

export class SignInThrottle {
  readonly #clock: Clock;
  /** The one touched last is last. */
  readonly #entries = new Map<string, Entry>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Milliseconds until the next try under these keys is looked at; 0: now. */
  waitMs(keys: readonly string[]): number {
    return Math.max(0, ...keys.map((key) => this.#waitOf(key)));
  }

  failed(keys: readonly string[]): void {
    const nowMs = this.#clock.monotonic();
    for (const key of keys) {
      const failures = (this.#recent(key)?.failures ?? 0) + 1;
      this.#entries.delete(key);
      this.#entries.set(key, { failures, lastMs: nowMs });
    }
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= maxEntries) break;
      this.#entries.delete(oldest);
    }
  }

  succeeded(keys: readonly string[]): void {
    for (const key of keys) this.#entries.delete(key);
  }

  #waitOf(key: string): number {
    const entry = this.#recent(key);
    if (entry === undefined || entry.failures < freeTries) return 0;
    const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** (entry.failures - freeTries));
    return Math.max(0, entry.lastMs + waitMs - this.#clock.monotonic());
  }

  #recent(key: string): Entry | undefined {
    const entry = this.#entries.get(key);
    return entry !== undefined && this.#clock.monotonic() - entry.lastMs < forgetMs ? entry : undefined;
  }
}
