/** The HTTP half of the gateway's API, typed by its route table. */
import type { ApiError, RouteName, Routes } from "../../server/api/contract.ts";

type ParametersOf<Path extends string> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | ParametersOf<Rest>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never;

type Options<Name extends RouteName> = ([ParametersOf<Name>] extends [never]
  ? { readonly params?: undefined }
  : { readonly params: Readonly<Record<ParametersOf<Name>, string | number>> }) &
  (Routes[Name] extends { body: infer Body } ? { readonly body: Body } : { readonly body?: undefined }) & {
    readonly signal?: AbortSignal;
    /** What stands behind the `?`; empty values are left out. */
    readonly query?: Readonly<Record<string, string | number>>;
    /** The revision a change is based on, sent as `If-Match`. */
    readonly baseRevision?: number;
  };

type Arguments<Name extends RouteName> = object extends Options<Name> ? [options?: Options<Name>] : [Options<Name>];

/** The gateway did not do it. `status` 0 means that it could not be reached at all; `body` is what it answered. */
export class RequestError extends Error {
  override readonly name = "RequestError";
  readonly status: number;
  readonly code: string;
  readonly body: unknown;
  constructor(status: number, code: string, message: string, body?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
    this.body = body;
  }
}

/**
 * Calls a route: `request("GET /api/flows/:id", { params: { id } })`. Rejects with `RequestError` when the gateway
 * refuses or cannot be reached, and with the signal's reason when it was aborted.
 */
export async function request<Name extends RouteName>(
  name: Name,
  ...[options]: Arguments<Name>
): Promise<Routes[Name]["answer"]> {
  const [method = "GET", path = ""] = name.split(" ");
  const { params, body, signal, baseRevision, query = {} } = (options ?? {}) as Options<RouteName>;
  const parameters: Readonly<Record<string, string | number>> = params ?? {};
  const given = Object.entries(query).flatMap(([key, value]) => (value === "" ? [] : [[key, String(value)]]));
  const behind = given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
  const url = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(String(parameters[key] ?? "")));
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (baseRevision !== undefined) headers["if-match"] = `"${baseRevision}"`;
  let response: Response;
  try {
    response = await fetch(url + behind, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal === undefined ? {} : { signal }),
    });
  } catch (cause) {
    signal?.throwIfAborted();
    throw new RequestError(0, "unreachable", "The gateway cannot be reached.", undefined, { cause });
  }
  const answer = await readJson(response);
  if (response.ok) return answer as Routes[Name]["answer"];
  const error = isApiError(answer) ? answer.error : { code: "http", message: `HTTP ${response.status}` };
  throw new RequestError(response.status, error.code, error.message, answer);
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new RequestError(response.status, "not-json", `HTTP ${response.status}: not JSON`, text, { cause });
  }
}

function isApiError(value: unknown): value is ApiError {
  const error = typeof value === "object" && value !== null && "error" in value ? value.error : undefined;
  return typeof error === "object" && error !== null && "message" in error && typeof error.message === "string";
}
