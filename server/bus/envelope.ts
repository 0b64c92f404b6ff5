/** The message form of the bus: an envelope around every payload, and everything that is accepted in its place. Pure. */
import { randomUUID } from "node:crypto";
import { MessageError } from "../../nodes/contract/errors.ts";

export const envelopeVersion = "1.0.0";

/** More circles on the bus than any real flow makes: beyond it a message is given up, since something feeds itself. */
export const maxHops = 8;

/** Carries the hop count of a message without an envelope. */
export const hopsHeader = "Iot-Hops";

export interface Incoming {
  readonly data: unknown;
  readonly traceId: string;
  /** RFC 3339: when it was emitted; when it arrived, for a bare payload. */
  readonly timestamp: string;
  /** Times it has passed a rule by way of the bus. */
  readonly hops: number;
  /** Who emitted it; `undefined` for foreign publishers. */
  readonly flow: string | undefined;
  readonly node: string | undefined;
  readonly port: string;
  readonly text: string;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads an envelope or a bare payload. An object is an envelope when it has `data`, one of `source`, `version` and
 * `trace_id`, and no `device_id`; anything else is a bare payload, and gets a trace of its own.
 * Throws `MessageError` (`parse_error`) that says where the text stops being JSON.
 */
export function decodeMessage(bytes: Uint8Array): Incoming {
  const text = decodeText(bytes);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new MessageError("parse_error", `not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isEnvelope(value)) {
    const timestamp = isoTime(Date.now());
    return {
      data: value,
      traceId: randomUUID(),
      timestamp,
      hops: 0,
      flow: undefined,
      node: undefined,
      port: "out",
      text,
    };
  }
  return {
    data: value["data"],
    traceId: textOr(value["trace_id"]) ?? randomUUID(),
    timestamp: textOr(value["timestamp"]) ?? isoTime(Date.now()),
    hops: typeof value["hops"] === "number" ? value["hops"] : 0,
    flow: textOr(value["flow"]),
    node: textOr(value["node"]),
    port: textOr(value["port"]) ?? "out",
    text,
  };
}

function decodeText(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch (error) {
    throw new MessageError("parse_error", "not JSON: the bytes are not UTF-8", { cause: error });
  }
}

function isEnvelope(value: unknown): value is Record<string, unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "data" in value &&
    ("trace_id" in value || "source" in value || "version" in value) &&
    !("device_id" in value)
  );
}

function textOr(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Encodes envelopes of one sender. `dataJson` is the payload as JSON text already, made once for all its subjects. */
export function envelopeEncoder(sender: { source: string; flow?: string; node?: string; port?: string }) {
  const fields = [
    ["source", sender.source],
    ["version", envelopeVersion],
    ["flow", sender.flow],
    ["node", sender.node],
    ["port", sender.port],
  ].filter(([, value]) => value !== undefined);
  const fixed = fields.map(([name, value]) => `,"${name}":${JSON.stringify(value)}`).join("");
  return (dataJson: string, trace: { readonly id: string; readonly hops: number }, nowMs: number): Buffer => {
    const hops = trace.hops === 0 ? "" : `,"hops":${trace.hops}`;
    return Buffer.from(
      `{"timestamp":"${isoTime(nowMs)}"${fixed},"trace_id":${JSON.stringify(trace.id)}${hops},"data":${dataJson}}`,
    );
  };
}

let lastMs = Number.NaN;
let lastIso = "";

/** RFC 3339 in UTC with milliseconds. Remembers the last answer, since thousands of messages share a millisecond. */
export function isoTime(ms: number): string {
  if (ms !== lastMs) {
    lastIso = new Date(ms).toISOString();
    lastMs = ms;
  }
  return lastIso;
}
