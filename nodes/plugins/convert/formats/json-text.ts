/** JSON texts, with whole numbers of any size kept. */
import { randomUUID } from "node:crypto";
import { MessageError } from "../../../contract/errors.ts";
import { excerpt } from "../excerpt.ts";
import { jsonFault } from "../json-fault.ts";
import { depthLimit, tooDeep } from "../json-value.ts";

/** Without a byte order mark and blanks around. Throws `MessageError` when nothing is left. */
export function contentOf(text: string): string {
  const content = text.startsWith("\ufeff") ? text.slice(1).trim() : text.trim();
  if (content === "") throw new MessageError("parse_error", "the payload is empty: there is no value in it");
  return content;
}

/** Whole numbers beyond 2^53 are bigints. Throws `MessageError` `parse_error` with the position. */
export function parseJson(content: string): unknown {
  const value = parsed(content);
  if (value !== undefined) return value;
  const { position, expected } = jsonFault(content) ?? { position: 0, expected: "JSON" };
  const found = position >= content.length ? "the payload ends" : "something else stands";
  throw new MessageError(
    "parse_error",
    `not JSON: at character ${position + 1} ${found} where ${expected} should be, in: ${excerpt(content, position)}`,
  );
}

/** The same, but `undefined` for what is not JSON. */
export function parsed(content: string): unknown {
  try {
    const value: unknown = JSON.parse(content);
    return largeInteger.test(content) ? parseExactly(content) : value;
  } catch (error) {
    if (error instanceof MessageError) throw error;
    return undefined;
  }
}

/** The beginning of a whole number of 16 digits or more, not the decimals of a fraction. */
const largeInteger = /(?<![\d.])\d{16}/;
const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const integer = /^-?\d{16,308}$/;
/** Marks digits for the way through `JSON.parse`; no sender can know it. */
const mark = `${randomUUID()}:`;

/**
 * `JSON.parse` rounds whole numbers beyond 2^53. Where there are any, they go through it as marked strings.
 * `text` is JSON.
 */
function parseExactly(text: string): unknown {
  const marked = text.replace(stringOrNumber, (token) =>
    integer.test(token) && !Number.isSafeInteger(Number(token)) ? `"${mark}${token}"` : token,
  );
  return restore(JSON.parse(marked), 0);
}

function restore(value: unknown, depth: number): unknown {
  if (typeof value === "string") return value.startsWith(mark) ? BigInt(value.slice(mark.length)) : value;
  if (typeof value !== "object" || value === null) return value;
  if (depth >= depthLimit) throw tooDeep();
  if (Array.isArray(value)) return value.map((member) => restore(member, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, restore(member, depth + 1)]));
}
