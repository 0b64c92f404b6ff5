import { tlsOptions } from "../../connections/tls.ts";
import { defineConnector } from "../../contract/connector.ts";
import { createHttpClient } from "../../outbound/http-client.ts";
import { httpConfig } from "./config.ts";
import { examples } from "./examples.ts";
import { help } from "./help.ts";
import { createPoll } from "./poll.ts";
import { startSchedule } from "./schedule.ts";

export default defineConnector({
  type: "adapter.http",
  title: "HTTP poll",
  summary: "Asks a web address again and again",
  icon: "world",
  keywords: ["http", "https", "rest", "api", "poll", "get", "web", "json", "oauth", "pull"],
  protocol: "http",
  help,
  config: httpConfig,
  examples,
  line: ({ method, url, interval }) => `${method} ${withoutQuery(url)} every ${inWords(interval)}`,
  scope: ({ deviceId, url }) => {
    const constant = deviceId === "" ? hostOf(url) : deviceId;
    return constant === undefined || constant.includes("${") ? {} : { devices: [constant] };
  },
  async open(config, { clock, reach, signal, status, emit, report }) {
    const { privateNetworks, maxRedirects, maxBodyBytes } = config;
    const client = createHttpClient({
      clock,
      reach: {
        loopback: reach.loopback && privateNetworks,
        privateNetworks: reach.privateNetworks && privateNetworks,
      },
      timeoutMs: config.timeout,
      maxBodyBytes,
      maxRedirects,
      tls: tlsOptions(config.tls),
    });
    const poll = createPoll(config, { clock, client, emit });
    const stop = new AbortController();
    const subject = `polls ${withoutQuery(config.url)} every ${inWords(config.interval)}`;
    status("connecting", subject);
    const schedule = startSchedule({
      clock,
      status,
      subject,
      intervalMs: config.interval,
      offsetMs: config.offset,
      jitterMs: config.jitter,
      random: Math.random,
      poll: () => poll(AbortSignal.any([signal, stop.signal])),
      onFailure: ({ message }) => report({ type: "poll_failed", message }),
    });
    return {
      async close() {
        stop.abort();
        await schedule.close();
        client.close();
      },
    };
  },
});

/** A query may hold keys. */
function withoutQuery(url: string): string {
  return url.split("?", 1)[0] ?? url;
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) && !url.includes("${") ? new URL(url).hostname : undefined;
}

function inWords(ms: number): string {
  return ms >= 1_000 ? `${ms / 1_000} s` : `${ms} ms`;
}
