/**
 * Rounds to `decimals` places, halves away from zero: 2.5 → 3, −2.5 → −3. What is printed counts, not its binary
 * neighbour: 1.005 to two places is 1.01. NaN and infinities stay as they are.
 */
export function roundHalfAway(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  const scaled = Math.abs(value) * scale;
  // From here on doubles are too coarse for a step more or less to be told from a rounding error.
  if (!(scaled < 2 ** 50)) return value;
  const rounded = Math.round(scaled + Math.min(scaled * Number.EPSILON, 0.001)) / scale;
  return (value < 0 ? -rounded : rounded) + 0;
}
