/**
 * Rounds to `decimals` places, halves away from zero: 2.5 → 3, −2.5 → −3. What is printed counts, not its binary
 * neighbour: 1.005 to two places is 1.01. NaN and infinities stay as they are.
 */
export function roundHalfAway(value: number, decimals: number): number {
  const scale = 10 ** decimals;
  const scaled = Math.abs(value) * scale;
  // From here on doubles have no fractions left to round, and adding half a step could only do harm.
  if (!(scaled < 2 ** 52)) return value;
  const rounded = Math.round(scaled * (1 + Number.EPSILON)) / scale;
  return (value < 0 ? -rounded : rounded) + 0;
}
