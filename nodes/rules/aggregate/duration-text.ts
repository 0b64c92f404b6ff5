const units = [
  ["d", 86_400_000, "day"],
  ["h", 3_600_000, "h"],
  ["m", 60_000, "min"],
  ["s", 1_000, "s"],
  ["ms", 1, "ms"],
] as const;

/** A duration in its largest whole unit, as one token: `90s`, `5m`. A part of a millisecond is left out. */
export function durationToken(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms % size === 0) ?? ["ms", 1];
  return `${Math.floor(ms / size)}${unit}`;
}

/** The same for people: `90 s`, `5 min`. */
export function durationWords(ms: number): string {
  const [, size, word] = units.find(([, size]) => ms % size === 0) ?? ["ms", 1, "ms"];
  return `${Math.floor(ms / size)} ${word}`;
}

/** In the largest unit that it has at least one of: `3652 d`. */
export function roughly(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= size) ?? ["ms", 1];
  return `${Math.round(ms / size)} ${unit}`;
}
