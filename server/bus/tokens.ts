/** Device ids, keys and rule ids as single tokens of a NATS subject, and back. Pure. */
import { createHash } from "node:crypto";
import { alertLevels } from "../../nodes/contract/point.ts";

const maxTokenBytes = 128;
const plain = /^[A-Za-z0-9_-]+$/;

/**
 * Words with a meaning of their own in some place of the subject tree; an id that equals one is encoded, so that a
 * device called "batch" or "5m" can never be taken for the functional subject.
 */
const reserved = new Set<string>([
  ...alertLevels,
  "batch",
  "success",
  "failed",
  "errors",
  "rejected",
  "cleared",
  "late",
  "dead_letter",
]);
const windowWord = /^(?:\d+(?:ms|s|m|h|d)|count_\d+|cumulative)$/;

export function isReservedToken(token: string): boolean {
  return reserved.has(token) || windowWord.test(token);
}

const cache = new Map<string, string>();
const cacheLimit = 100_000;

/**
 * The token of an id: `[A-Za-z0-9_-]` stay, every other byte of its UTF-8 becomes `%XX`, the empty id becomes `%`, a
 * reserved word gets its first character encoded. Over 128 bytes it is cut and ends in `%~` and a hash: unique, but
 * then not decodable; the payload always holds the id itself.
 */
export function encodeToken(id: string): string {
  const known = cache.get(id);
  if (known !== undefined) return known;
  const token = encode(id);
  if (cache.size >= cacheLimit) cache.clear();
  cache.set(id, token);
  return token;
}

function encode(id: string): string {
  if (id === "") return "%";
  let token = plain.test(id) ? id : [...Buffer.from(id, "utf8")].map(encodeByte).join("");
  if (isReservedToken(id)) token = percent(id.charCodeAt(0)) + token.slice(1);
  if (token.length <= maxTokenBytes) return token;
  const hash = createHash("sha256").update(id).digest("hex").slice(0, 32);
  return `${token.slice(0, maxTokenBytes - hash.length - 2).replace(/%.?$/, "")}%~${hash}`;
}

function encodeByte(byte: number): string {
  const character = String.fromCharCode(byte);
  return plain.test(character) ? character : percent(byte);
}

function percent(byte: number): string {
  return `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
}

/** The id of a token, or `undefined` for one that was cut. A token without `%` is the id. */
export function decodeToken(token: string): string | undefined {
  if (!token.includes("%")) return token;
  if (token === "%") return "";
  if (token.includes("%~")) return undefined;
  try {
    return decodeURIComponent(token);
  } catch {
    return token;
  }
}
