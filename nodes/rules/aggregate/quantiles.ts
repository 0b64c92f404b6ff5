/** Percentiles: exact from all values, or estimated by a t-digest once there are more than are kept. */
import { TDigest } from "tdigest";

export interface Quantiles {
  add(value: number): void;
  /** What a window of panes is made of. */
  merge(other: Quantiles): void;
  /** By linear interpolation at q·(n − 1); NaN without values. */
  at(q: number): number;
  countOutside(low: number, high: number): number;
  save(): SavedQuantiles;
}

/** All values, or the means and sizes of a digest's centroids in turns. */
export type SavedQuantiles = { readonly values: number[] } | { readonly centroids: number[] };

/** Keeps up to `limit` values; beyond, what they were is summed up in a digest. */
export class WindowQuantiles implements Quantiles {
  readonly #limit: number;
  #values: number[] = [];
  #isSorted = true;
  #digest: TDigest | undefined;

  constructor(limit: number, saved?: SavedQuantiles) {
    this.#limit = limit;
    if (saved === undefined) return;
    if ("values" in saved) {
      for (const value of saved.values) this.add(value);
      return;
    }
    this.#digest = new TDigest();
    for (let index = 0; index + 1 < saved.centroids.length; index += 2)
      this.#digest.push_centroid({ mean: saved.centroids[index] ?? 0, n: saved.centroids[index + 1] ?? 1 });
  }

  add(value: number): void {
    if (this.#digest !== undefined) {
      this.#digest.push(value);
      return;
    }
    this.#values.push(value);
    this.#isSorted = false;
    if (this.#values.length > this.#limit) this.#toDigest();
  }

  merge(other: Quantiles): void {
    const saved = other.save();
    if ("values" in saved) for (const value of saved.values) this.add(value);
    else {
      const digest = this.#toDigest();
      for (let index = 0; index + 1 < saved.centroids.length; index += 2)
        digest.push_centroid({ mean: saved.centroids[index] ?? 0, n: saved.centroids[index + 1] ?? 1 });
    }
  }

  at(q: number): number {
    return this.#digest === undefined ? quantile(this.#sorted(), q) : (this.#digest.percentile(q) ?? Number.NaN);
  }

  countOutside(low: number, high: number): number {
    if (this.#digest === undefined) return countOutside(this.#sorted(), low, high);
    const inside = (this.#digest.p_rank(high) ?? 1) - (this.#digest.p_rank(low) ?? 0);
    return Math.round(this.#digest.n * (1 - inside));
  }

  save(): SavedQuantiles {
    if (this.#digest === undefined) return { values: this.#values };
    return { centroids: this.#digest.toArray().flatMap(({ mean, n }) => [mean, n]) };
  }

  #toDigest(): TDigest {
    if (this.#digest !== undefined) return this.#digest;
    const digest = new TDigest();
    digest.push(this.#values);
    this.#values = [];
    this.#digest = digest;
    return digest;
  }

  #sorted(): readonly number[] {
    if (!this.#isSorted) this.#values = [...Float64Array.from(this.#values).sort()];
    this.#isSorted = true;
    return this.#values;
  }
}

/** `sorted` ascending. Linear interpolation at q·(n − 1), as spreadsheets and NumPy do it. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const position = q * (sorted.length - 1);
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low === high ? low : low + (high - low) * (position - Math.floor(position));
}

export function countOutside(sorted: readonly number[], low: number, high: number): number {
  return sorted.length - (firstAtLeast(sorted, high, true) - firstAtLeast(sorted, low, false));
}

/** Index of the first value that is at least (`above`: more than) the limit. */
export function firstAtLeast(sorted: readonly number[], limit: number, above: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const value = sorted[middle] as number;
    if (above ? value <= limit : value < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
