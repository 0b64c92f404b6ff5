/** Pseudo-random numbers that are the same for the same seed on every machine. Pure but for their own state. */

export interface Random {
  /** Evenly spread over 0 ≤ x < 1. */
  next(): number;
  /** Normally distributed with mean 0 and standard deviation 1. */
  gaussian(): number;
}

/**
 * mulberry32 (Tommy Ettinger, public domain): 32 bits of state and a period of 2³²; good for test signals, not for
 * secrets. The seed is a text, so that every signal of every device gets a series of its own from one number.
 */
export function seededRandom(seed: string): Random {
  let state = fnv1a(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  // Box–Muller; 1 - next() keeps the logarithm away from zero.
  const gaussian = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  return { next, gaussian };
}

/** FNV-1a, 32 bits: turns the text of a seed into a number. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
