/** Who a request comes from: a browser with a session's cookie, a program with a token, or anyone. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { parseCookie, stringifySetCookie } from "cookie";
import type { Accounts, Identity } from "../accounts/accounts.ts";
import type { Role } from "../accounts/roles.ts";

export interface Caller {
  readonly name: string;
  readonly role: Role;
  /** Where the request came from; a proxy's own address when there is one. */
  readonly address: string;
  /** `undefined` for anyone, and where nobody has to sign in. */
  readonly identity: Identity | undefined;
}

export class Callers {
  readonly #accounts: Accounts | undefined;
  readonly #cookie: string;
  readonly #isSecure: boolean;

  /** Without accounts whoever reaches the port is the admin. `isSecure`: browsers come over TLS. */
  constructor(accounts: Accounts | undefined, isSecure: boolean) {
    this.#accounts = accounts;
    this.#isSecure = isSecure;
    // The prefix binds a cookie to this host, and browsers take it over TLS alone (RFC 6265bis, 4.1.3.2).
    this.#cookie = isSecure ? "__Host-sluice" : "sluice";
  }

  callerOf(request: IncomingMessage): Caller {
    const address = request.socket.remoteAddress ?? "";
    if (this.#accounts === undefined) return { name: "local", role: "admin", address, identity: undefined };
    const secret = bearerOf(request) ?? this.sessionOf(request);
    const identity = secret === undefined ? undefined : this.#accounts.identify(secret);
    if (identity === undefined) return { name: "-", role: "anyone", address, identity };
    return { name: identity.name, role: identity.role, address, identity };
  }

  sessionOf({ headers }: IncomingMessage): string | undefined {
    return headers.cookie === undefined ? undefined : parseCookie(headers.cookie)[this.#cookie];
  }

  /** Ends with the browser; how long it is good for the gateway decides. */
  keep(response: ServerResponse, secret: string): void {
    this.#set(response, secret, undefined);
  }

  forget(response: ServerResponse): void {
    this.#set(response, "", 0);
  }

  #set(response: ServerResponse, value: string, maxAge: number | undefined): void {
    const attributes = { httpOnly: true, sameSite: "strict", path: "/", secure: this.#isSecure } as const;
    const cookie = { name: this.#cookie, value, ...attributes, ...(maxAge === undefined ? {} : { maxAge }) };
    response.setHeader("Set-Cookie", stringifySetCookie(cookie));
  }
}

function bearerOf({ headers }: IncomingMessage): string | undefined {
  return /^Bearer ([\w-]{1,200})$/.exec(headers.authorization ?? "")?.[1];
}
