/** Requests of the command line to a gateway that runs, with a token. */
import type { ApiError } from "../api/contract.ts";
import { type CommandLine, UsageError } from "./arguments.ts";

export interface CallTarget {
  readonly url: string;
  readonly token: string | undefined;
}

/** The gateway did not do it; the message says why, in words for people. */
export class CallError extends Error {
  override readonly name = "CallError";
  /** 0: there was no answer. */
  readonly status: number;
  readonly answer: unknown;
  constructor(status: number, message: string, answer?: unknown) {
    super(message);
    this.status = status;
    this.answer = answer;
  }
}

/** Throws `UsageError` when the address is none. */
export function callTarget(
  line: Pick<CommandLine, "url" | "token">,
  environment: Readonly<Record<string, string | undefined>>,
  otherwise = "http://127.0.0.1:8080",
): CallTarget {
  const url = line.url ?? environment["SLUICE_URL"] ?? otherwise;
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw new UsageError(`--url takes the address of a gateway, such as https://gateway.example, not "${url}"`);
  return { url, token: line.token ?? environment["SLUICE_TOKEN"] };
}

/** Answers what was done; rejects with `CallError` otherwise. */
export async function callGateway(
  { url, token }: CallTarget,
  method: string,
  path: string,
  { body, timeoutMs }: { readonly body?: unknown; readonly timeoutMs: number },
): Promise<Response> {
  const headers = {
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
  };
  // A token goes nowhere but to the address that was given.
  const request = { method, headers, signal: AbortSignal.timeout(timeoutMs), redirect: "error" } as const;
  let response: Response;
  try {
    const target = new URL(path, url);
    response = await fetch(target, body === undefined ? request : { ...request, body: JSON.stringify(body) });
  } catch (error) {
    const { cause, message } = error as Error;
    throw new CallError(0, `${url} does not answer: ${cause instanceof Error ? cause.message : message}`);
  }
  if (response.ok) return response;
  const answer: unknown = await response.json().catch(() => undefined);
  const told =
    (answer as Partial<ApiError> | undefined)?.error?.message ?? `HTTP ${response.status}, not from a gateway`;
  if (response.status !== 401) throw new CallError(response.status, told, answer);
  const remedy = token === undefined ? "set SLUICE_TOKEN to one made in the editor" : "the token has ended or is wrong";
  throw new CallError(401, `${url} does not know who this is: ${remedy}, under Access, API tokens`);
}
