/** One request: is it allowed, what is in it, onto the bus, and what to answer. */
import type { Clock } from "../../contract/clock.ts";
import type { AdapterContext, HookAnswer, HookRequest } from "../../contract/connector.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { templateFrom } from "../../expression/variables.ts";
import { AnsweredKeys } from "./answered-keys.ts";
import { requestVariables, type WebhookConfig } from "./config.ts";
import { type Content, contentsOf } from "./content.ts";
import { signInCheck } from "./sign-in.ts";

type Reading = Parameters<AdapterContext<unknown>["emit"]>[0];

const statuses: Readonly<Record<string, number>> = { too_large: 413, payload_too_large: 413, unsupported: 415 };
/** Refused requests are told at most this often, so that whoever guesses tokens does not flood the bus. */
const tellRefusedEveryMs = 10_000;
const busySeconds = 1;

/** The function rejects only for a defect of ours. */
export function createHandler(
  config: WebhookConfig,
  { clock, emit, report }: Pick<AdapterContext<unknown>, "emit" | "report"> & { readonly clock: Clock },
): (request: HookRequest) => Promise<HookAnswer> {
  const signIn = signInCheck(config.auth);
  const keys = new AnsweredKeys(clock, config.idempotencyTime);
  const idempotencyHeader = config.idempotencyHeader.toLowerCase();
  const deviceId = deviceIdFrom(config);
  let refused = 0;
  let toldMs = Number.NEGATIVE_INFINITY;

  const refuse = (request: HookRequest, why: string): HookAnswer => {
    refused += 1;
    if (clock.monotonic() - toldMs >= tellRefusedEveryMs) {
      const others = refused === 1 ? "" : `, and ${refused - 1} more since the last such message`;
      report({ type: "unauthorized", message: `a request from ${request.remoteAddress} ${why} was refused${others}` });
      refused = 0;
      toldMs = clock.monotonic();
    }
    const challenge = config.auth.kind === "token" ? { "WWW-Authenticate": "Bearer" } : {};
    return { ...problem(401, "unauthorized", "unauthorized"), headers: challenge };
  };

  const take = async (request: HookRequest): Promise<HookAnswer> => {
    const readings = contentsOf(request, config).map((content) => readingOf(config, request, content, deviceId));
    const sent = Promise.all(readings.map((reading) => emit(reading)));
    if (config.acknowledge === "stored") {
      await sent;
      return { status: 200, json: { stored: readings.length } };
    }
    sent.catch((error: Error) =>
      report({ type: "lost", message: `a request was answered, but not all of it got on the bus: ${error.message}` }),
    );
    return { status: 202, json: { received: readings.length } };
  };

  return async (request) => {
    const why = signIn(request, clock.now());
    if (why !== undefined) return refuse(request, why);
    const key = idempotencyHeader === "" ? undefined : request.headers[idempotencyHeader];
    try {
      return await (key === undefined ? take(request) : keys.once(key, request.body, () => take(request)));
    } catch (error) {
      if (error instanceof ConnectionError)
        return { ...problem(503, "unavailable", error.message), headers: { "Retry-After": String(busySeconds) } };
      if (!(error instanceof MessageError)) throw error;
      return problem(statuses[error.type] ?? 400, error.type.replaceAll("_", "-"), error.message);
    }
  };
}

function problem(status: number, code: string, message: string): HookAnswer {
  return { status, json: { error: { code, message } } };
}

function readingOf(
  { path }: WebhookConfig,
  { method, query, headers, remoteAddress }: HookRequest,
  { payload, encoding, value }: Content,
  deviceId: ReturnType<typeof deviceIdFrom>,
): Reading {
  const contentType = headers["content-type"];
  return {
    device_id: deviceId({ body: value, headers, query }),
    payload,
    encoding,
    metadata: {
      path: `/hooks/${path}`,
      method,
      remoteAddress,
      ...(contentType === undefined ? {} : { contentType }),
      ...(Object.keys(query).length === 0 ? {} : { query }),
    },
  };
}

interface Known {
  readonly body: unknown;
  readonly headers: HookRequest["headers"];
  readonly query: HookRequest["query"];
}

function deviceIdFrom({ deviceId, path }: WebhookConfig): (known: Known) => string {
  if (deviceId === "") return ({ body, query }) => query["device_id"] || ownDeviceId(body) || path.replaceAll("/", "-");
  const template = templateFrom("the device id", deviceId, requestVariables);
  return ({ body, headers, query }) => template({ body, headers, query });
}

function ownDeviceId(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null || !Object.hasOwn(body, "device_id")) return undefined;
  const { device_id: id } = body as { readonly device_id: unknown };
  return typeof id === "string" || typeof id === "number" ? String(id) : undefined;
}
