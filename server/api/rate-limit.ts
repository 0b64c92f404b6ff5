/** How often each client may come: a bucket of tokens for each, filled evenly. */
import type { Clock } from "../../nodes/contract/clock.ts";

interface Bucket {
  tokens: number;
  filledMs: number;
}

/** Beyond this the client unseen for longest is forgotten, which only lets it come again. */
const maxClients = 10_000;

export class RateLimit {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #buckets = new Map<string, Bucket>();

  /** So many a second may come in the long run, and as many at once. 0: any number. */
  constructor(clock: Clock, perSecond: number) {
    this.#clock = clock;
    this.#perSecond = perSecond;
  }

  /** Takes one request of a client; answers after how many seconds it may come again when that is one too many. */
  take(client: string): number | undefined {
    if (this.#perSecond === 0) return undefined;
    const nowMs = this.#clock.monotonic();
    const most = Math.max(1, this.#perSecond);
    const { tokens, filledMs } = this.#buckets.get(client) ?? { tokens: most, filledMs: nowMs };
    const filled = Math.min(most, tokens + ((nowMs - filledMs) / 1_000) * this.#perSecond);
    const isAllowed = filled >= 1;
    // Deleted first, so that the map is in the order in which clients were last seen.
    this.#buckets.delete(client);
    this.#buckets.set(client, { tokens: isAllowed ? filled - 1 : filled, filledMs: nowMs });
    const [oldest] = this.#buckets.keys();
    if (this.#buckets.size > maxClients && oldest !== undefined) this.#buckets.delete(oldest);
    return isAllowed ? undefined : Math.max(1, Math.ceil((1 - filled) / this.#perSecond));
  }
}
