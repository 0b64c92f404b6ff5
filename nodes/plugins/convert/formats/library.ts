/** What decoders made by others throw and return, in our terms. */
import { MessageError } from "../../../contract/errors.ts";
import { excerpt } from "../excerpt.ts";
import { depthLimit, tooDeep } from "../json-value.ts";

/** Whatever a library throws on bytes it cannot read is the fault of the bytes. */
export function decoded<Value>(what: string, decode: () => Value): Value {
  try {
    return decode();
  } catch (error) {
    if (error instanceof MessageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new MessageError("parse_error", `not ${what}: ${excerpt(reason)}`, { cause: error });
  }
}

/** Maps as objects, times as RFC 3339, `undefined` as null, bigints where a number is not exact. Names that are no text are written as text. */
export function jsonLike(value: unknown, depth = 0): unknown {
  if (value === undefined) return null;
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  // What cborg makes of an end mark where a value should stand.
  if (typeof value === "symbol") throw new MessageError("parse_error", "an end stands where a value should be");
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? null : value.toISOString();
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (depth >= depthLimit) throw tooDeep();
  if (Array.isArray(value)) return value.map((member) => jsonLike(member, depth + 1));
  const entries = value instanceof Map ? [...value] : Object.entries(value);
  return Object.fromEntries(entries.map(([name, member]) => [nameOf(name), jsonLike(member, depth + 1)]));
}

function nameOf(name: unknown): string {
  if (typeof name === "string") return name;
  if (typeof name === "number" || typeof name === "bigint" || typeof name === "boolean") return String(name);
  throw new MessageError("parse_error", "a map has a name that is neither text nor a number");
}
