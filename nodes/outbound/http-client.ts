/** HTTP requests to wherever a flow says, within limits: time, size, redirects, and which addresses may be called. */
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { isIP } from "node:net";
import { networkReason } from "../connections/network-reason.ts";
import type { Clock } from "../contract/clock.ts";
import type { Reach } from "../contract/connector.ts";
import { ConnectionError, MessageError } from "../contract/errors.ts";
import { type AddressKind, addressKind } from "./address.ts";
import { decompress, encodings, isEncoding } from "./decompress.ts";
import { guardedLookup, hostProblem, ReachError } from "./lookup.ts";

export interface HttpRequest {
  readonly method: string;
  readonly url: URL;
  /** Not sent on to another origin by a redirect. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

export interface HttpAnswer {
  readonly status: number;
  /** Names in lower case; of a header that came more than once the values are joined by `, `. */
  readonly headers: Readonly<Record<string, string>>;
  /** Uncompressed. */
  readonly body: Buffer;
  /** Where it came from in the end. */
  readonly url: URL;
}

export interface HttpClientOptions {
  readonly clock: Clock;
  readonly reach: Reach;
  /** For one request with all its redirects. */
  readonly timeoutMs: number;
  readonly maxBodyBytes: number;
  readonly maxRedirects: number;
  /** What `node:tls` takes. */
  readonly tls: object;
}

export interface HttpClient {
  /** Answers whatever the status. Rejects with `ConnectionError` in words when there is no answer within the limits. */
  send(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  close(): void;
}

const words = { program: "web server", language: "HTTP", plain: "http", secure: "https" };
const redirects = new Set([301, 302, 303, 307, 308]);
/** Of one origin at the same time. */
const maxSockets = 4;

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { clock, timeoutMs, maxRedirects, reach } = options;
  const kinds = new Map<string, readonly AddressKind[]>();
  const routes = new Map<string, Route>();

  const routeWithin = (allowed: Reach) => {
    const name = JSON.stringify(allowed);
    const route = routes.get(name) ?? createRoute(options, allowed, kinds);
    routes.set(name, route);
    return route;
  };

  /**
   * What another server may send the gateway to: never to this machine, and from the internet not into the plant, or any
   * server could read what only the gateway can reach.
   */
  const reachAfter = ({ hostname }: URL): Reach => {
    const address = hostname.replace(/^\[|\]$/g, "");
    const seen = isIP(address) === 0 ? (kinds.get(hostname) ?? ["public"]) : [addressKind(address)];
    return { loopback: false, privateNetworks: reach.privateNetworks && !seen.includes("public") };
  };

  const follow = async (first: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> => {
    let request = first;
    let route = routeWithin(reach);
    for (let count = 0; ; count++) {
      const answer = await exchange(route, request, options.maxBodyBytes, signal);
      const target = redirects.has(answer.status) ? answer.headers["location"] : undefined;
      if (target === undefined || maxRedirects === 0) return answer;
      if (count === maxRedirects)
        throw new ConnectionError(`${first.url.host} redirects more than ${maxRedirects} times`);
      const next = redirected(request, answer, target);
      if (next.url.origin !== request.url.origin) route = routeWithin(reachAfter(request.url));
      request = next;
    }
  };

  return {
    async send(request, signal) {
      const late = new AbortController();
      const timer = clock.after(timeoutMs, () => late.abort());
      try {
        return await follow(request, AbortSignal.any([signal, late.signal]));
      } catch (error) {
        if (late.signal.aborted)
          throw new ConnectionError(`no complete answer from ${request.url.host} within ${timeoutMs / 1_000} s`);
        throw error;
      } finally {
        timer.cancel();
      }
    },
    close() {
      for (const { agents } of routes.values()) for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

interface Route {
  readonly reach: Reach;
  readonly agents: { readonly http: HttpAgent; readonly https: HttpsAgent };
}

function createRoute({ tls }: HttpClientOptions, reach: Reach, kinds: Map<string, readonly AddressKind[]>): Route {
  const lookup = guardedLookup(reach, (host, found) => kinds.set(host, found));
  const kept = { keepAlive: true, maxSockets, lookup };
  return { reach, agents: { http: new HttpAgent(kept), https: new HttpsAgent({ ...kept, ...tls }) } };
}

async function exchange(
  { reach, agents }: Route,
  request: HttpRequest,
  maxBodyBytes: number,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const { url, method, headers, body } = request;
  const problem = hostProblem(url.hostname, reach);
  if (problem !== undefined) throw new ConnectionError(problem);
  const isSecure = url.protocol === "https:";
  const common = { method, signal, headers: { "Accept-Encoding": encodings.join(", "), ...headers } };
  try {
    const sent = isSecure
      ? httpsRequest(url, { ...common, agent: agents.https })
      : httpRequest(url, { ...common, agent: agents.http });
    const response = await responseTo(sent, body);
    const answered = joined(response);
    const content = await readBody(response, maxBodyBytes);
    return {
      status: response.statusCode ?? 0,
      headers: answered,
      body: uncompressed(content, answered, maxBodyBytes),
      url,
    };
  } catch (error) {
    throw inWords(error, url);
  }
}

function responseTo(sent: ClientRequest, body: HttpRequest["body"]): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once("error", reject);
    sent.once("response", resolve);
    if (body === undefined) sent.end();
    else sent.setHeader("Content-Length", Buffer.byteLength(body)).end(body);
  });
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  // Leaving the loop early destroys the connection, which is all that stops an answer without an end.
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) throw new ConnectionError(`the answer has more than ${maxBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function uncompressed(body: Buffer, headers: HttpAnswer["headers"], maxBytes: number): Buffer {
  const encoding = (headers["content-encoding"] ?? "identity").trim().toLowerCase().replace(/^x-/, "");
  if (encoding === "identity" || body.length === 0) return body;
  if (!isEncoding(encoding))
    throw new ConnectionError(`the answer is compressed as ${encoding}, which was not asked for`);
  try {
    return decompress(body, encoding, maxBytes);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    throw new ConnectionError(`the answer ${error.message}`, { cause: error });
  }
}

/** The request that follows (RFC 9110 section 15.4). Throws `ConnectionError` when it must not be followed. */
function redirected(request: HttpRequest, { status, url }: HttpAnswer, location: string): HttpRequest {
  const next = URL.canParse(location, url.href) ? new URL(location, url) : undefined;
  if (next === undefined || (next.protocol !== "http:" && next.protocol !== "https:"))
    throw new ConnectionError(`${url.host} redirects to "${location.slice(0, 200)}", which is no web address`);
  if (url.protocol === "https:" && next.protocol === "http:")
    throw new ConnectionError(`${url.host} redirects from https to http, where anybody could listen`);
  const isSameOrigin = next.origin === url.origin;
  const becomesGet = status === 303 ? request.method !== "HEAD" : status < 303 && request.method === "POST";
  const { body, ...rest } = request;
  return {
    ...rest,
    url: next,
    method: becomesGet ? "GET" : request.method,
    headers: isSameOrigin ? request.headers : {},
    ...(becomesGet || !isSameOrigin || body === undefined ? {} : { body }),
  };
}

function joined({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")]));
}

function inWords(error: unknown, { host, protocol, port, hostname }: URL): unknown {
  if (error instanceof ReachError) return new ConnectionError(error.message, { cause: error });
  if (error instanceof ConnectionError || !(error instanceof Error)) return error;
  const address = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  const reason = networkReason(error, address, words) ?? `the request to ${host} failed: ${error.message}`;
  return new ConnectionError(reason, { cause: error });
}
