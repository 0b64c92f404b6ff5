/** Forwarding by HTTP requests. */
import type { Clock } from "../../contract/clock.ts";
import type { Reach } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import { compileTemplate } from "../../expression/template.ts";
import { createHttpClient } from "../../outbound/http-client.ts";
import { bodyOf, headersOf } from "./body.ts";
import type { TargetConfig } from "./config.ts";
import type { Target } from "./target.ts";

const maxAnswerBytes = 1_048_576;
/** The server is busy or away for the moment; every other refusal is for good. */
const mayWorkLater = new Set([408, 425, 429, 500, 502, 503, 504, 507]);

export function httpTarget(
  config: TargetConfig,
  context: { clock: Clock; reach: Reach; signal: AbortSignal },
  timeoutMs: number,
): Target {
  const { clock, reach, signal } = context;
  const client = createHttpClient({ clock, reach, timeoutMs, maxBodyBytes: maxAnswerBytes, maxRedirects: 0, tls: {} });
  const url = compileTemplate(config.url, [], { encode: encodeURIComponent });
  const body = bodyOf(config);
  const headers = headersOf(config.headers);
  const { method, authorization } = config;
  const hasBody = method !== "GET";
  return {
    name: `HTTP ${method} ${config.url}`,
    async send(point, trace) {
      const target = new URL(url.render(point));
      const answer = await client.send(
        {
          method,
          url: target,
          headers: {
            ...(hasBody ? { "Content-Type": body.contentType } : {}),
            "Iot-Trace-Id": encodeURIComponent(trace.id),
            ...headers(point),
            ...(authorization === undefined ? {} : { Authorization: authorization }),
          },
          ...(hasBody ? { body: body.of(point) } : {}),
        },
        signal,
      );
      const text = answer.body.toString("utf8");
      if (answer.status >= 200 && answer.status < 300) return text;
      const words = `${target.host} answered ${answer.status}${text === "" ? "" : `: ${text.slice(0, 200)}`}`;
      if (mayWorkLater.has(answer.status)) throw new Error(words);
      throw new MessageError("refused", words);
    },
    close: async () => client.close(),
  };
}
