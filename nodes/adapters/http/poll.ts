/** One poll: asks page by page, hands on what came, and remembers what the next one needs. */
import { createHash } from "node:crypto";
import type { Clock } from "../../contract/clock.ts";
import type { AdapterContext } from "../../contract/connector.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { templateFrom, type Variables, valueFrom } from "../../expression/variables.ts";
import type { HttpAnswer, HttpClient, HttpRequest } from "../../outbound/http-client.ts";
import { answerVariables, type HttpConfig } from "./config.ts";
import { type NextPage, nextPageOf } from "./pages.ts";
import { contentOf, readingOf } from "./reading.ts";
import { requestOf } from "./request.ts";
import { createSignIn } from "./sign-in.ts";

/** The server asks to be left alone for so long. */
export class RetryAfterError extends ConnectionError {
  readonly waitMs: number;
  constructor(message: string, waitMs: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

export interface PollOptions extends Pick<AdapterContext<unknown>, "emit"> {
  readonly clock: Clock;
  readonly client: HttpClient;
}

/**
 * The function makes one poll; answers how many readings it has put on the bus, and whether pages were left out. Rejects
 * with `ConnectionError` when it has not worked: what it carries over is then as before, so nothing is skipped and some
 * of it may come twice.
 */
export function createPoll(config: HttpConfig, { clock, client, emit }: PollOptions) {
  const request = requestOf(config);
  const nextPage = nextPageOf(config);
  const signIn = createSignIn(config.auth, client, clock);
  const deviceId = templateFrom("the device id", config.deviceId, answerVariables);
  const taken = config.state.map(({ name, from }) => ({ name, valueIn: valueFrom(`${name}`, from, answerVariables) }));
  const isPaged = config.pagination.kind !== "none";

  let state: Variables = Object.fromEntries(config.state.map(({ name, initial }) => [name, initial]));
  let lastMs = 0;
  let validators: Readonly<Record<string, string>> = {};
  let digests: ReadonlyMap<number, string> = new Map();

  const ask = async (built: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    const authorization = await signIn.authorization(signal);
    const headers = { ...built.headers, ...validators, ...(authorization === undefined ? {} : { authorization }) };
    const answer = await client.send({ ...built, headers }, signal);
    return answer.status === 401 && signIn.refused() ? ask(built, signal) : answer;
  };

  const deliver = async (answer: HttpAnswer, about: Variables) => {
    const page = isPaged ? Number(about["page"]) : undefined;
    try {
      await emit(readingOf(answer, deviceId(about), page));
    } catch (error) {
      // Too large for the bus: the runtime has reported it, and asking again would not help.
      if (!(error instanceof MessageError && error.type === "payload_too_large")) throw error;
    }
  };

  return async (signal: AbortSignal): Promise<{ readonly sent: number; readonly isCut: boolean }> => {
    const nowMs = clock.now();
    const times = { now: isoTime(nowMs), now_ms: nowMs, last: isoTime(lastMs), last_ms: lastMs };
    const seen = new Map<number, string>();
    let carried = state;
    let found = validators;
    let sent = 0;
    let isCut = false;
    let next: NextPage | undefined = { page: config.pagination.firstPage, cursor: "" };
    for (let count = 1; next !== undefined; count++) {
      const variables: Variables = { ...times, state, page: next.page, cursor: next.cursor };
      const built = request(variables);
      const answer = await ask(next.url === undefined ? built : { ...built, url: next.url }, signal);
      if (answer.status === 304 && Object.keys(validators).length > 0) break;
      check(answer, config.success, nowMs);
      const body = contentValue(answer);
      const about = { ...variables, state: carried, status: answer.status, headers: answer.headers, body };
      const digest = createHash("sha256").update(answer.body).digest("base64");
      seen.set(next.page, digest);
      const isUnchanged = config.unchanged === "drop" && digests.get(next.page) === digest;
      if (!isUnchanged && !isEmpty(answer, body, config)) {
        await deliver(answer, about);
        sent += 1;
      }
      carried = { ...carried, ...known(taken.map(({ name, valueIn }) => [name, valueIn(about)])) };
      if (config.conditional && !isPaged) found = validatorsOf(answer);
      next = nextPage(about, answer.url);
      isCut = next !== undefined && count === config.pagination.maxPages;
      if (isCut) break;
    }
    if (seen.size > 0) digests = seen;
    state = carried;
    validators = found;
    lastMs = nowMs;
    return { sent, isCut };
  };
}

function check({ status, headers, url }: HttpAnswer, success: readonly number[], nowMs: number): void {
  if (success.length === 0 ? status >= 200 && status < 300 : success.includes(status)) return;
  const message = `${url.host} answers ${status}${meaning(status)}`;
  const waitMs = retryAfterMs(headers["retry-after"], nowMs);
  throw waitMs === undefined ? new ConnectionError(message) : new RetryAfterError(message, waitMs);
}

function meaning(status: number): string {
  switch (status) {
    case 401:
      return ": it wants a sign-in, or does not take this one";
    case 403:
      return ": the sign-in has no right to this";
    case 404:
      return ": there is nothing at this address";
    case 405:
      return ": not with this method";
    case 429:
      return ": it was asked too often";
    default:
      if (status >= 500) return ": it has a fault of its own";
      return status >= 300 && status < 400 ? ": it redirects, which is not followed" : "";
  }
}

const longestWaitMs = 86_400_000;

/** Milliseconds to wait (RFC 9110 section 10.2.3: seconds or a date), at most a day. */
function retryAfterMs(header: string | undefined, nowMs: number): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1_000 : Date.parse(header) - nowMs;
  return Number.isNaN(ms) ? undefined : Math.min(longestWaitMs, Math.max(0, ms));
}

/** What the next request asks with, so that an unchanged answer costs no body (RFC 9110 section 13.1). */
function validatorsOf({ headers }: HttpAnswer): Readonly<Record<string, string>> {
  return known([
    ["If-None-Match", headers["etag"]],
    ["If-Modified-Since", headers["last-modified"]],
  ]) as Readonly<Record<string, string>>;
}

/** The last of numbered pages is mostly an empty list; that, and no body at all, is no reading. */
function isEmpty({ body: bytes }: HttpAnswer, body: unknown, { pagination }: HttpConfig): boolean {
  return bytes.length === 0 || (pagination.kind === "page" && Array.isArray(body) && body.length === 0);
}

/** As expressions see it: JSON where it is JSON, otherwise text. */
function contentValue(answer: HttpAnswer): unknown {
  const { payload } = contentOf(answer);
  try {
    return JSON.parse(payload);
  } catch {
    return payload;
  }
}

function known(entries: readonly (readonly [string, unknown])[]): Variables {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
