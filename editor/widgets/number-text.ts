/** What people type into a number field while they type it. */

export type NumberReading =
  | { readonly kind: "empty" }
  /** Not a number yet, but it can become one: `-`, `1e`, `.`. */
  | { readonly kind: "partial" }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "wrong" };

const complete = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;
const beginning = /^[+-]?(?:\d+\.?\d*|\.\d*)?(?:[eE][+-]?\d*)?$/;
const hexadecimal = /^0[xX][0-9a-fA-F]+$/;

/** Reads decimal numbers and, since registers and unit ids are often written so, hexadecimal ones such as `0x1F`. */
export function readNumber(text: string): NumberReading {
  const trimmed = text.trim().replace("−", "-");
  if (trimmed === "") return { kind: "empty" };
  if (complete.test(trimmed) || hexadecimal.test(trimmed)) {
    const value = Number(trimmed);
    return Number.isFinite(value) ? { kind: "number", value } : { kind: "wrong" };
  }
  return beginning.test(trimmed) || /^0[xX]$/.test(trimmed) ? { kind: "partial" } : { kind: "wrong" };
}

/** How a value of the document stands in its field; text that is no number is shown as it is, to be mended. */
export function writeNumber(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" || typeof value === "number" ? String(value) : JSON.stringify(value);
}
