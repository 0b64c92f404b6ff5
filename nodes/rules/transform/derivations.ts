/** What can be taken from a composite value. There is no scalar of one that would go without saying. */

/** As expressions. */
const sources = {
  x: "value.x",
  y: "value.y",
  z: "value.z",
  magnitude: "magnitude(value)",
  latitude: "value.latitude",
  longitude: "value.longitude",
  altitude: "value.altitude",
  red: "value.r",
  green: "value.g",
  blue: "value.b",
  // ITU-R BT.601.
  brightness: "(299 * value.r + 587 * value.g + 114 * value.b) / 1000",
  count: "has(value.values) ? size(value.values) : size(value)",
  first: "first(value)",
  last: "last(value)",
  sum: "sum(value)",
  mean: "avg(value)",
  median: "median(value)",
  min: "min(value)",
  max: "max(value)",
  stddev: "stddev(value)",
  trend: "trend(value)",
  trace: "trace(value)",
  determinant: "determinant(value)",
} as const;

export const derivations = Object.keys(sources) as (keyof typeof sources)[];
export type Derivation = keyof typeof sources;

export function sourceOf(what: Derivation): string {
  return sources[what];
}
