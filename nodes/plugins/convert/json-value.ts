/** Decoded JSON that is going to be the value of a point. */
import { MessageError } from "../../contract/errors.ts";
import { exactInteger } from "../../contract/point.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** How deep lists and objects may stand inside each other. What is deeper could not be written as JSON again safely. */
export const depthLimit = 64;

export function tooDeep(): MessageError {
  return new MessageError("validation", `lists and objects stand more than ${depthLimit} deep inside each other`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

/**
 * The value as it can be written as JSON again: bigints as digits, bytes as base64. Throws `MessageError` `validation` for numbers too
 * large for a double (`1e999`) and for what is nested too deep.
 */
export function plain(value: unknown, depth = 0): unknown {
  if (typeof value === "bigint") return exactInteger(value);
  if (typeof value === "number" && !Number.isFinite(value))
    throw new MessageError(
      "validation",
      Number.isNaN(value) ? "the value is not a number (NaN)" : "the number is too large: at most 1.8e308 can be held",
    );
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (depth >= depthLimit) throw tooDeep();
  if (Array.isArray(value)) return value.map((member) => plain(member, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member, depth + 1)]));
}
