/** Foreign text as it may stand in an error: short, on one line, without characters that hide or reorder others. */

const excerptLimit = 200;

/** Cut to 200 characters around `position`, with `…` where something is left out. */
export function excerpt(text: string, position = 0): string {
  const start = Math.max(0, Math.min(position - excerptLimit / 2, text.length - excerptLimit));
  const end = start + excerptLimit;
  const shown = text.slice(start, end).replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, "�");
  return `${start > 0 ? "…" : ""}${shown}${end < text.length ? "…" : ""}`;
}

/** A value in words, for sentences such as `"abc" is not a number`. Lists and objects are only described. */
export function shown(value: unknown): string {
  if (value === undefined) return "missing";
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return described(Object.keys(value));
  if (typeof value !== "string") return String(value);
  return excerpt(JSON.stringify(value.length > namesLimit ? `${value.slice(0, namesLimit)}…` : value));
}

const namesLimit = 60;

function described(names: readonly string[]): string {
  if (names.length === 0) return "an empty object";
  const all = names.slice(0, 20).join(", ");
  return `an object with ${excerpt(all.length > namesLimit ? `${all.slice(0, namesLimit)}…` : all)}`;
}
