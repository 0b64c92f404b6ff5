/** What an answer of InfluxDB means for the lines that were sent. Pure. */
import type { HttpAnswer } from "../../outbound/http-client.ts";

type Answer = Pick<HttpAnswer, "status" | "headers" | "body">;

export type Verdict =
  | { readonly kind: "stored" }
  /** Some lines are refused for good; `lines` says which (from 0) where the server tells, `dropped` how many. */
  | {
      readonly kind: "refused";
      readonly reason: string;
      readonly lines?: ReadonlyMap<number, string>;
      readonly dropped?: number;
    }
  | { readonly kind: "too-large" }
  /** The server asks for a pause. */
  | { readonly kind: "wait"; readonly waitMs: number; readonly reason: string }
  /** Nothing was stored, and nothing is known to be wrong with the lines. */
  | { readonly kind: "unavailable"; readonly reason: string };

export interface TargetNames {
  readonly version: "1" | "2" | "3";
  readonly host: string;
  /** `database "plant"`, `bucket "plant"` */
  readonly place: string;
}

export function verdict(answer: Answer, names: TargetNames): Verdict {
  const { status } = answer;
  const body = answer.body.toString("utf8");
  const message = messageOf(body);
  if (status >= 200 && status < 300) return { kind: "stored" };
  if (status === 413) return { kind: "too-large" };
  if (status === 401 || status === 403) return { kind: "unavailable", reason: refusedLogin(status, message, names) };
  if (status === 404) return { kind: "unavailable", reason: notFound(message, names) };
  if (status === 429 || status === 503) return pause(answer, message, names);
  // InfluxDB 1 and 2 have answered 500 to a type conflict in some versions.
  if (status === 400 || status === 422 || (status >= 500 && isAboutLines(message)))
    return refusal(body, message, names);
  if (status >= 300 && status < 400)
    return { kind: "unavailable", reason: `${names.host} sends elsewhere (HTTP ${status}): give the final address` };
  return { kind: "unavailable", reason: `${names.host} answers HTTP ${status}: ${message}` };
}

function refusal(body: string, message: string, names: TargetNames): Verdict {
  const lines = refusedLines(body);
  if (lines !== undefined) return { kind: "refused", reason: message, lines };
  if (isAboutTarget(message)) return { kind: "unavailable", reason: `${names.host} refuses to write: ${message}` };
  const dropped = Number(/ dropped=(\d+)$/.exec(message)?.[1] ?? 0);
  return { kind: "refused", reason: message, ...(dropped > 0 ? { dropped } : {}) };
}

/** Names of the user's own stand in quotes and could say anything. */
const unquoted = (message: string) => message.replace(/'[^']*'|"[^"]*"|\\"/g, "");

function isAboutTarget(message: string): boolean {
  return /is required|not found|\bbucket\b|\borg(anization)?\b|token|authori[sz]|permission|precision/i.test(
    unquoted(message),
  );
}

function isAboutLines(message: string): boolean {
  return /partial write|field type conflict|unable to parse|beyond retention policy/i.test(unquoted(message));
}

function refusedLogin(status: number, message: string, { version, host, place }: TargetNames): string {
  const proof = version === "1" ? "user name or password" : "the token";
  return status === 401
    ? `${host} does not accept ${proof}: check it (${message})`
    : `${host} does not allow writing to ${place}: give ${version === "1" ? "the user" : "the token"} that right (${message})`;
}

function notFound(message: string, { version, host, place }: TargetNames): string {
  if (/page not found/i.test(message) || message === "")
    return `${host} has no write address of InfluxDB ${version}: check the version and the address`;
  return `${place} is not there on ${host}: create it, or correct its name (${message})`;
}

function pause({ status, headers }: Answer, message: string, { host }: TargetNames): Verdict {
  const retryAfter = headers["retry-after"];
  const reason = status === 429 ? `${host} takes no more for now` : `${host} is not ready`;
  const seconds = Number(retryAfter);
  const words = message === "" ? reason : `${reason} (${message})`;
  if (retryAfter === undefined || !(seconds >= 0)) return { kind: "unavailable", reason: words };
  return { kind: "wait", waitMs: seconds * 1_000, reason: words };
}

function messageOf(body: string): string {
  const parsed = parsedObject(body);
  const text = parsed?.["error"] ?? parsed?.["message"];
  return (typeof text === "string" ? text : body).trim().slice(0, 500);
}

/** InfluxDB 3 names the lines it refuses, counted from 1. */
function refusedLines(body: string): ReadonlyMap<number, string> | undefined {
  const data = parsedObject(body)?.["data"];
  if (!Array.isArray(data)) return undefined;
  const lines = new Map<number, string>();
  for (const entry of data as unknown[]) {
    if (typeof entry !== "object" || entry === null) return undefined;
    const { line_number: line, error_message: reason } = entry as Readonly<Record<string, unknown>>;
    if (typeof line !== "number") return undefined;
    lines.set(line - 1, typeof reason === "string" ? reason : "refused");
  }
  return lines.size === 0 ? undefined : lines;
}

function parsedObject(body: string): Readonly<Record<string, unknown>> | undefined {
  if (!body.startsWith("{")) return undefined;
  try {
    return JSON.parse(body) as Readonly<Record<string, unknown>>;
  } catch {
    return undefined;
  }
}
