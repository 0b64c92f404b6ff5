/** The part of the package `tdigest` that is used here; it brings no types. */
declare module "tdigest" {
  export interface Centroid {
    readonly mean: number;
    readonly n: number;
  }
  export class TDigest {
    readonly n: number;
    push(values: number | readonly number[]): void;
    push_centroid(centroid: Centroid): void;
    /** 0 to 1; `undefined` when it is empty. */
    percentile(q: number): number | undefined;
    p_rank(value: number): number | undefined;
    toArray(): Centroid[];
  }
}
