/** From the payload of a raw reading to a value. */
import { isUtf8 } from "node:buffer";
import { randomUUID } from "node:crypto";
import { MessageError } from "../../contract/errors.ts";
import type { Raw } from "../../contract/point.ts";
import { excerpt } from "./excerpt.ts";
import { jsonFault } from "./json-fault.ts";
import { depthLimit, tooDeep } from "./json-value.ts";

export const formats = ["auto", "json", "text"] as const;
export type Format = (typeof formats)[number];

/**
 * The decoded payload. Whole numbers too large for a double are bigints, bytes that are no text a `Uint8Array`.
 * Throws `MessageError` `parse_error` with the position when it is not what the format says.
 */
export function readPayload({ payload, encoding }: Raw, format: Format): unknown {
  if (typeof payload !== "string" || encoding === "json") return payload;
  if (encoding === "text") return readText(payload, format);
  const bytes = Buffer.from(payload, "base64");
  if (isUtf8(bytes)) return readText(bytes.toString("utf8"), format);
  if (format === "auto") return bytes;
  throw new MessageError(
    "parse_error",
    `the payload is ${bytes.length} bytes that are no text; choose the format auto`,
  );
}

function readText(text: string, format: Format): unknown {
  if (format === "text") return text;
  const content = text.startsWith("\ufeff") ? text.slice(1).trim() : text.trim();
  if (content === "") throw new MessageError("parse_error", "the payload is empty: there is no value in it");
  if (format === "auto" && !mayBeJson.test(content)) return content;
  try {
    const value: unknown = JSON.parse(content);
    return largeInteger.test(content) ? parseExactly(content) : value;
  } catch (error) {
    if (error instanceof MessageError) throw error;
    if (format === "auto" && !meantAsJson.test(content)) return content;
    throw notJson(content);
  }
}

/** Spares plain words the cost of a failing parse. */
const mayBeJson = /^(?:[[{"\d]|-\d|true$|false$|null$)/;
const meantAsJson = /^[[{]/;

function notJson(text: string): MessageError {
  const { position, expected } = jsonFault(text) ?? { position: 0, expected: "JSON" };
  const found = position >= text.length ? "the payload ends" : "something else stands";
  return new MessageError(
    "parse_error",
    `not JSON: at character ${position + 1} ${found} where ${expected} should be, in: ${excerpt(text, position)}`,
  );
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
