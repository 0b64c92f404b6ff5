import { roundHalfAway } from "../../expression/round.ts";

export const roundings = ["halfAway", "halfEven", "up", "down", "towardZero"] as const;
export type Rounding = (typeof roundings)[number];

/**
 * To `decimals` places. What is printed counts, not its binary neighbour: 1.1 rounded up to one place is 1.1, and 0.285
 * lies half way between 0.28 and 0.29.
 */
export function rounding(mode: Rounding, decimals: number): (value: number) => number {
  if (mode === "halfAway") return (value) => roundHalfAway(value, decimals);
  const scale = 10 ** decimals;
  const whole = wholes[mode];
  return (value) => {
    const scaled = value * scale;
    // From here on doubles are too coarse for a step more or less to be told from a rounding error.
    if (!(Math.abs(scaled) < 2 ** 50)) return value;
    return whole(scaled) / scale + 0;
  };
}

const wholes: Readonly<Record<Exclude<Rounding, "halfAway">, (value: number) => number>> = {
  halfEven(value) {
    const half = near(value * 2);
    if (!Number.isInteger(half) || half % 2 === 0) return Math.round(value);
    return 2 * Math.round(half / 4);
  },
  up: (value) => Math.ceil(near(value)),
  down: (value) => Math.floor(near(value)),
  towardZero: (value) => Math.trunc(near(value)),
};

/** The whole number that a value misses only by a rounding error, else the value. */
function near(value: number): number {
  const whole = Math.round(value);
  return Math.abs(value - whole) <= Math.min(Math.abs(value) * Number.EPSILON, 0.001) ? whole : value;
}
