/** Who may speak to this port at all: by the name they call it, and by the page they come from. */
import type { IncomingMessage } from "node:http";
import { isLoopback } from "../settings/load.ts";

export interface GuardOptions {
  readonly host: string;
  /** Further names under which the gateway is called. */
  readonly allowedHosts: readonly string[];
  /** Origins that may open `/ws/`, besides the gateway's own. */
  readonly allowedOrigins: readonly string[];
}

export class Guard {
  readonly #options: GuardOptions;
  readonly #hosts: ReadonlySet<string>;

  constructor(options: GuardOptions) {
    this.#options = options;
    this.#hosts = new Set([options.host, ...options.allowedHosts].map((name) => name.toLowerCase()));
  }

  /**
   * Against pages whose own name was made to point here (DNS rebinding). An address listened on by number answers to
   * every number, since those cannot be rebound.
   */
  isKnownHost({ headers, headersDistinct }: IncomingMessage): boolean {
    // Two names may mean one to a proxy and the other here (RFC 9112, 3.2).
    const name = headersDistinct["host"]?.length === 1 ? hostName(headers.host) : undefined;
    if (name === undefined) return false;
    return isLoopback(name) || this.#hosts.has(name) || (!isLoopback(this.#options.host) && isAddress(name));
  }

  /** Programs send no origin; a browser's page has to be the gateway's own. */
  isSameOrigin({ headers }: IncomingMessage): boolean {
    const { origin } = headers;
    // `same-site` is another port of this machine, or a neighbour under the same domain.
    if (origin === undefined) return ["same-origin", "none", undefined].includes(headers["sec-fetch-site"]);
    return originHost(origin) === headers.host?.toLowerCase();
  }

  isAllowedOrigin(request: IncomingMessage): boolean {
    const { origin = "" } = request.headers;
    return (
      this.isSameOrigin(request) || this.#options.allowedOrigins.some((allowed) => new URL(allowed).origin === origin)
    );
  }
}

function hostName(host: string | undefined): string | undefined {
  const name = /^(\[[0-9a-f:.]+\]|[^:/\s]+)(?::\d{1,5})?$/i.exec(host ?? "")?.[1];
  return name?.toLowerCase().replace(/\.$/, "");
}

function isAddress(name: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(name) || name.startsWith("[");
}

function originHost(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined;
  }
}
