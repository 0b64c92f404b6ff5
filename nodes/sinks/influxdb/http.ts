/** Requests to the HTTP interface of InfluxDB, over connections that are kept. */
import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import { promisify } from "node:util";
import { constants, gzip } from "node:zlib";
import { networkReason } from "../../connections/network-reason.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { HttpAnswer } from "./answer.ts";

export interface HttpOptions {
  /** Address of the server; a path in it comes before those of the requests. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** What `node:tls` takes. */
  readonly tls: object;
}

export interface Http {
  /** Rejects with `ConnectionError` when there is no answer. */
  get(path: string, signal: AbortSignal): Promise<HttpAnswer>;
  post(path: string, body: string, compress: boolean, signal: AbortSignal): Promise<HttpAnswer>;
  close(): void;
}

const compressed = promisify(gzip);
/** More than any answer of InfluxDB that names refused lines. */
const maxAnswerBytes = 1_048_576;
const words = { program: "InfluxDB server", language: "HTTP", plain: "http", secure: "https" };

export function openHttp({ url, headers, timeoutMs, tls }: HttpOptions): Http {
  const isSecure = url.protocol === "https:";
  const agent = isSecure ? new HttpsAgent({ keepAlive: true, ...tls }) : new HttpAgent({ keepAlive: true });
  const send = isSecure ? httpsRequest : httpRequest;
  const prefix = url.pathname.replace(/\/+$/, "");
  const host = `${url.hostname}:${url.port || (isSecure ? 443 : 80)}`;

  const ask = async (
    method: "GET" | "POST",
    path: string,
    signal: AbortSignal,
    body?: Uint8Array | string,
    more: Readonly<Record<string, string>> = {},
  ): Promise<HttpAnswer> => {
    const late = AbortSignal.timeout(timeoutMs);
    try {
      return await new Promise<HttpAnswer>((resolve, reject) => {
        const request = send(new URL(prefix + path, url), {
          method,
          agent,
          headers: {
            ...headers,
            ...more,
            ...(body === undefined ? {} : { "Content-Length": Buffer.byteLength(body) }),
          },
          signal: AbortSignal.any([signal, late]),
        });
        request.once("error", reject);
        request.once("response", (response) => readAnswer(response).then(resolve, reject));
        request.end(body);
      });
    } catch (error) {
      if (late.aborted)
        throw new ConnectionError(`no answer from ${host} within ${timeoutMs / 1000} s`, { cause: error });
      const reason = networkReason(error as Error, host, words) ?? (error as Error).message;
      throw new ConnectionError(reason, { cause: error });
    }
  };

  return {
    get: (path, signal) => ask("GET", path, signal),
    async post(path, body, compress, signal) {
      const type = { "Content-Type": "text/plain; charset=utf-8" };
      if (!compress) return ask("POST", path, signal, body, type);
      const bytes = await compressed(body, { level: constants.Z_BEST_SPEED });
      return ask("POST", path, signal, bytes, { ...type, "Content-Encoding": "gzip" });
    },
    close: () => agent.destroy(),
  };
}

async function readAnswer(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= maxAnswerBytes) chunks.push(chunk);
  }
  return {
    status: response.statusCode ?? 0,
    body: Buffer.concat(chunks).toString("utf8"),
    retryAfter: response.headers["retry-after"],
    version: response.headers["x-influxdb-version"]?.toString(),
  };
}
