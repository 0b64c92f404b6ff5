/** From the body of a request to the contents of readings. Pure. */
import { isUtf8 } from "node:buffer";
import type { HookRequest } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import { decompress, isEncoding } from "../../outbound/decompress.ts";

export interface Content {
  /** Text as it came, or base64 of bytes that are no text. */
  readonly payload: string;
  readonly encoding: "text" | "base64";
  /** Decoded, where it is JSON. */
  readonly value: unknown;
}

export interface ContentLimits {
  readonly split: boolean;
  readonly maxBodyBytes: number;
  readonly maxReadings: number;
}

/**
 * All of a request or nothing of it. Throws `MessageError`: `too_large` (413), `parse_error` (400), `unsupported` (415),
 * each with words for the sender.
 */
export function contentsOf({ headers, body }: Pick<HookRequest, "headers" | "body">, limits: ContentLimits): Content[] {
  const type = (headers["content-type"] ?? "").toLowerCase();
  const bytes = uncompressed(body, headers["content-encoding"] ?? "identity", limits.maxBodyBytes);
  if (!isUtf8(bytes)) {
    if (/\bjson\b/.test(type)) throw new MessageError("parse_error", "the body is not UTF-8");
    return [{ payload: bytes.toString("base64"), encoding: "base64", value: undefined }];
  }
  const text = bytes.toString("utf8");
  if (text.trim() === "") throw new MessageError("parse_error", "the body is empty");
  if (limits.split && /\b(?:x-)?(?:ndjson|jsonl|json-lines)\b/.test(type)) return lines(text, limits.maxReadings);
  const isJson = /[/+]json\s*(?:;|$)/.test(type);
  const value = isJson ? parsed(text, "the body") : parsedOr(text);
  if (!limits.split || !Array.isArray(value)) return [{ payload: text, encoding: "text", value }];
  checkCount(value.length, limits.maxReadings);
  const texts = entries(text);
  return value.map((entry, index) => ({ payload: texts[index] ?? "", encoding: "text", value: entry }));
}

function uncompressed(body: Uint8Array, encodings: string, maxBytes: number): Buffer {
  const encoding = encodings.trim().toLowerCase().replace(/^x-/, "");
  if (encoding === "identity" || encoding === "") return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  if (!isEncoding(encoding))
    throw new MessageError("unsupported", "compress the body with gzip, deflate, br or zstd, or not at all");
  try {
    return decompress(body, encoding, maxBytes);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    throw new MessageError(error.type, `the body ${error.message}`, { cause: error });
  }
}

function lines(text: string, maxReadings: number): Content[] {
  const all = text.split("\n").flatMap((line, index) => (line.trim() === "" ? [] : [{ line: line.trim(), index }]));
  checkCount(all.length, maxReadings);
  return all.map(({ line, index }) => ({
    payload: line,
    encoding: "text",
    value: parsed(line, `line ${index + 1}`),
  }));
}

function checkCount(count: number, most: number): void {
  if (count > most) throw new MessageError("too_large", `${count} readings; send at most ${most} in a request`);
}

function parsed(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MessageError("parse_error", `${what} is not JSON: ${(error as Error).message.split("\n")[0]}`);
  }
}

/** Many devices do not say what they send. */
function parsedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The entries of a JSON list, each as it is written: numbers keep all their digits. `text` is a valid JSON list. */
function entries(text: string): string[] {
  const found: string[] = [];
  const inner = text.slice(text.indexOf("[") + 1, text.lastIndexOf("]"));
  let depth = 0;
  let start = 0;
  let isInString = false;
  for (let at = 0; at < inner.length; at++) {
    const character = inner[at];
    if (isInString) {
      if (character === "\\") at++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    else if (character === "," && depth === 0) {
      found.push(inner.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = inner.slice(start).trim();
  return last === "" ? found : [...found, last];
}
