/** Numbers and values as people read them at a glance. Pure. */

/** Messages a second: `0.4`, `12`, `1.2k`, `3.4M`; empty when nothing moves. */
export function formatRate(perSecond: number): string {
  if (perSecond < 0.05) return "";
  if (perSecond < 9.95) return perSecond.toFixed(1).replace(/\.0$/, "");
  return formatCount(Math.round(perSecond));
}

export function formatCount(count: number): string {
  if (count < 1_000) return String(count);
  if (count < 999_500) return `${(count / 1_000).toFixed(count < 9_950 ? 1 : 0)}k`;
  return `${(count / 1_000_000).toFixed(count < 9_950_000 ? 1 : 0)}M`;
}

/** One line of a value: numbers with six significant digits, objects as JSON. Cut by whoever shows it. */
export function formatValue(value: unknown): string {
  if (typeof value === "number") return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(6)));
  if (typeof value === "string") return value;
  return JSON.stringify(value) ?? "";
}

/** A value at a glance: an object as `temperature 61.2, pressure 3`, other values as `formatValue` says. */
export function glance(value: unknown): string {
  if (typeof value !== "object" || value === null) return formatValue(value);
  if (Array.isArray(value)) return `[${value.slice(0, 4).map(formatValue).join(", ")}${value.length > 4 ? ", …" : ""}]`;
  return Object.entries(value)
    .slice(0, 4)
    .map(([key, field]) => `${key} ${formatValue(field)}`)
    .join(", ");
}

/** How long ago, in the largest whole unit, as a message key's value: `{ unit: "m", count: 3 }`. */
export function age(ms: number): { readonly unit: "s" | "m" | "h" | "d"; readonly count: number } {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return { unit: "s", count: seconds };
  if (seconds < 3_600) return { unit: "m", count: Math.floor(seconds / 60) };
  if (seconds < 86_400) return { unit: "h", count: Math.floor(seconds / 3_600) };
  return { unit: "d", count: Math.floor(seconds / 86_400) };
}
