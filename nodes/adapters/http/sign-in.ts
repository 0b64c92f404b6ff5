/** The `Authorization` header: fixed, or with a token from a token server (OAuth 2 client credentials, RFC 6749 section 4.4). */
import { z } from "zod";
import type { Clock } from "../../contract/clock.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { HttpClient, HttpRequest } from "../../outbound/http-client.ts";
import type { HttpConfig } from "./config.ts";

export interface SignIn {
  /** Rejects with `ConnectionError` when the token server gives no token. */
  authorization(signal: AbortSignal): Promise<string | undefined>;
  /** The server has refused it. True when another one may help. */
  refused(): boolean;
}

/** A token is renewed so long before it ends. */
const aheadMs = 30_000;
/** RFC 6749 only recommends saying how long a token lasts. */
const assumedSeconds = 300;

const tokenAnswer = z.object({
  access_token: z.string().min(1),
  token_type: z.string().default("Bearer"),
  expires_in: z.coerce.number().nonnegative().default(assumedSeconds),
});

export function createSignIn(auth: HttpConfig["auth"], client: HttpClient, clock: Clock): SignIn {
  if (auth.kind === "oauth2") return withToken(auth, client, clock);
  const fixed = fixedHeader(auth);
  return { authorization: async () => fixed, refused: () => false };
}

function fixedHeader({ kind, username, password = "", token = "" }: HttpConfig["auth"]): string | undefined {
  if (kind === "basic") return `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  return kind === "bearer" ? `Bearer ${token}` : undefined;
}

function withToken(auth: HttpConfig["auth"], client: HttpClient, clock: Clock): SignIn {
  let token: { readonly header: string; readonly untilMs: number } | undefined;
  /** A token that was fresh when it was refused: another would be, too. */
  let isFresh = false;
  const request = tokenRequest(auth);
  const host = request.url.host;
  return {
    async authorization(signal) {
      if (token !== undefined && clock.monotonic() < token.untilMs) {
        isFresh = false;
        return token.header;
      }
      const { status, body } = await client.send(request, signal);
      const text = body.toString("utf8");
      if (status !== 200) throw new ConnectionError(`the token server ${host} answers ${status}${errorIn(text)}`);
      const answer = tokenAnswer.safeParse(parsed(text));
      if (!answer.success) throw new ConnectionError(`the token server ${host} gives no access_token`);
      const { access_token, token_type, expires_in } = answer.data;
      const lastsMs = expires_in * 1_000;
      const scheme = token_type.toLowerCase() === "bearer" ? "Bearer" : token_type;
      const header = `${scheme} ${access_token}`;
      // Of a short life at least half is used.
      token = { header, untilMs: clock.monotonic() + Math.max(lastsMs / 2, lastsMs - aheadMs) };
      isFresh = true;
      return header;
    },
    refused() {
      token = undefined;
      return !isFresh;
    },
  };
}

function tokenRequest(auth: HttpConfig["auth"]): HttpRequest {
  const { tokenUrl, clientId, clientSecret = "", scope, audience, clientAuthentication } = auth;
  const form = new URLSearchParams({ grant_type: "client_credentials" });
  if (scope !== "") form.set("scope", scope);
  if (audience !== "") form.set("audience", audience);
  const headers: Record<string, string> = {
    "Content-Type": "application/x-www-form-urlencoded",
    Accept: "application/json",
  };
  if (clientAuthentication === "body") {
    form.set("client_id", clientId);
    form.set("client_secret", clientSecret);
  } else {
    // RFC 6749 section 2.3.1: both are form-encoded before they are put together.
    const pair = [clientId, clientSecret].map((part) => new URLSearchParams({ "": part }).toString().slice(1));
    headers["Authorization"] = `Basic ${Buffer.from(pair.join(":")).toString("base64")}`;
  }
  return { method: "POST", url: new URL(tokenUrl), headers, body: form.toString() };
}

/** What the server says is wrong (RFC 6749 section 5.2); never the whole answer, which might hold a secret. */
function errorIn(text: string): string {
  const { error, error_description } = (parsed(text) ?? {}) as Record<string, unknown>;
  const words = [error, error_description].filter((part) => typeof part === "string").join(": ");
  return words === "" ? "" : ` (${words.slice(0, 200)})`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
