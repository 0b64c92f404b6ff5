/** `/hooks/{path}`: requests for nodes, on the gateway's own port. What is over a limit ends here and costs no flow anything. */
import type { IncomingMessage } from "node:http";
import type { Request, RequestHandler, Response } from "express";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { HookAnswer, HookLimits, HookRequest, Opened } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { ApiFailure } from "./failure.ts";
import type { Guard } from "./guard.ts";
import { RateLimit } from "./rate-limit.ts";

interface Served {
  readonly limits: HookLimits;
  readonly rate: RateLimit;
  pending: number;
  onRequest(request: HookRequest): Promise<HookAnswer>;
}

/** A client told to wait because too much is under way comes again after this. */
const busySeconds = 1;
/** A client whose body is too large may send this much longer, so that it gets to read why. */
const refusedLingerMs = 1_000;

export class HookEndpoints {
  readonly #clock: Clock;
  readonly #paths = new Map<string, Served>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async http(path: string, limits: HookLimits, onRequest: Served["onRequest"]): Promise<Opened> {
    if (this.#paths.has(path))
      throw new ConnectionError(`another node serves /hooks/${path}; give one of them another path`);
    const served = { limits, rate: new RateLimit(this.#clock, limits.maxPerSecond), pending: 0, onRequest };
    this.#paths.set(path, served);
    return {
      close: async () => {
        if (this.#paths.get(path) === served) this.#paths.delete(path);
      },
    };
  }

  /** To be mounted at `/hooks`. */
  handler(guard: Guard): RequestHandler {
    return async (request, response) => {
      response.setHeader("Cache-Control", "no-store");
      const served = this.#paths.get(pathOf(request));
      if (served === undefined) throw new ApiFailure(404, "not-found", "not found");
      if (!guard.isAllowedOrigin(request))
        throw new ApiFailure(
          403,
          "foreign-origin",
          "pages from elsewhere may call this only if the settings name them",
        );
      await answer(served, request, response);
    };
  }
}

async function answer(served: Served, request: Request, response: Response): Promise<void> {
  const { methods, maxPending, maxBodyBytes } = served.limits;
  if (!methods.includes(request.method)) {
    response.setHeader("Allow", methods.join(", "));
    throw new ApiFailure(405, "method", `use ${methods.join(" or ")}`);
  }
  const waitSeconds = served.rate.take(request.socket.remoteAddress ?? "");
  if (waitSeconds !== undefined) {
    response.setHeader("Retry-After", waitSeconds);
    throw new ApiFailure(429, "too-many-requests", `too many requests; come again in ${waitSeconds} s`);
  }
  if (served.pending >= maxPending) {
    response.setHeader("Retry-After", busySeconds);
    throw new ApiFailure(503, "busy", "too many requests are under way; come again later");
  }
  served.pending++;
  try {
    const body = await readBody(request, response, maxBodyBytes);
    if (body === undefined) return;
    const {
      status,
      headers = {},
      json,
    } = await served.onRequest({
      method: request.method,
      query: Object.fromEntries(new URL(request.originalUrl, "http://gateway").searchParams),
      headers: headersOf(request),
      remoteAddress: request.socket.remoteAddress ?? "",
      body,
    });
    response.status(status).set(headers);
    if (json === undefined) response.end();
    else response.json(json);
  } catch (error) {
    if (!(error instanceof ConnectionError)) throw error;
    response.setHeader("Retry-After", busySeconds);
    throw new ApiFailure(503, "unavailable", error.message);
  } finally {
    served.pending--;
  }
}

/** `undefined` when the client has gone away. */
async function readBody(request: Request, response: Response, maxBytes: number): Promise<Uint8Array | undefined> {
  const chunks: Buffer[] = [];
  let bytes = Number(request.headers["content-length"] ?? 0);
  if (bytes <= maxBytes) {
    bytes = 0;
    try {
      for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length;
        if (bytes > maxBytes) break;
        chunks.push(chunk);
      }
    } catch {
      return undefined;
    }
  }
  if (bytes <= maxBytes) return Buffer.concat(chunks);
  response.setHeader("Connection", "close");
  request.resume();
  setTimeout(() => request.socket.destroy(), refusedLingerMs).unref();
  throw new ApiFailure(413, "too-large", `the body has more than ${maxBytes} bytes: send less at once`);
}

function pathOf({ path }: Request): string {
  try {
    return decodeURIComponent(path).replace(/^\/|\/$/g, "");
  } catch {
    return "";
  }
}

function headersOf({ headers }: IncomingMessage): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value ?? []].flat().join(", ")]));
}
