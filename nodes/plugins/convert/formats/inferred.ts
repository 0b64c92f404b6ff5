/** Text out of a table, a document or a pattern as the value it looks like. */

const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const integer = /^-?\d+$/;
/** Longer numbers are rather codes, and cost too much as such. */
const longestNumber = 308;
const words = new Map<string, unknown>([
  ["true", true],
  ["false", false],
  ["null", null],
]);

/** Numbers, `true`, `false` and `null` as in JSON; anything else, such as `007`, stays text. */
export function inferred(text: string, decimal: "." | "," = "."): unknown {
  const trimmed = text.trim();
  if (words.has(trimmed)) return words.get(trimmed);
  const written = decimal === "," && !trimmed.includes(".") ? trimmed.replace(",", ".") : trimmed;
  if (written.length > longestNumber || !number.test(written)) return text;
  const value = Number(written);
  return integer.test(written) && !Number.isSafeInteger(value) ? BigInt(written) : value;
}
