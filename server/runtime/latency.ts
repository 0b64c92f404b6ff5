/** How long messages took, as a histogram of bounded size: 5 buckets for each doubling, so within 15 % of the truth. */

const perDoubling = 5;
const buckets = 40 * perDoubling;

export class Latency {
  #counts = new Uint32Array(buckets);
  #total = 0;

  record(ms: number): void {
    const us = Math.max(1, ms * 1_000);
    const bucket = Math.min(buckets - 1, Math.floor(Math.log2(us) * perDoubling));
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#total++;
  }

  /** Percentiles in milliseconds since the last call, which starts the next period; zeros when nothing was recorded. */
  take(): { readonly count: number; readonly p50Ms: number; readonly p95Ms: number; readonly p99Ms: number } {
    const answer = {
      count: this.#total,
      p50Ms: this.#percentile(0.5),
      p95Ms: this.#percentile(0.95),
      p99Ms: this.#percentile(0.99),
    };
    this.#counts.fill(0);
    this.#total = 0;
    return answer;
  }

  #percentile(share: number): number {
    if (this.#total === 0) return 0;
    let left = Math.ceil(this.#total * share);
    for (let bucket = 0; bucket < buckets; bucket++) {
      left -= this.#counts[bucket] ?? 0;
      if (left <= 0) return Math.round(2 ** ((bucket + 1) / perDoubling)) / 1_000;
    }
    return 0;
  }
}
