/** Frames of the sidecar protocol (ISP): one JSON object on each line. Pure. */

export interface Frame {
  /** CONFIG, DATA, STATUS, METRICS, HEARTBEAT or RESPONSE, or what a later version knows. */
  readonly type: string;
  /** Of requests, and of the response to each. */
  readonly id?: string;
  /** Nanoseconds since 1970, as it was sent. */
  readonly timestamp?: unknown;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The longest line of the first version of the protocol, its end included: readers of others stop at more. */
export const firstMaxLineBytes = 65_536;

/** A line that is no frame. The message says what it is instead. */
export class FrameError extends Error {
  override readonly name = "FrameError";
}

/** One line, its end included. `nowMs` becomes nanoseconds, written as the whole number that readers insist on. */
export function encodeFrame(frame: Pick<Frame, "type" | "id"> & { readonly payload?: object }, nowMs: number): string {
  const { type, id, payload } = frame;
  const parts = [
    `"type":${JSON.stringify(type)}`,
    ...(id === undefined ? [] : [`"id":${JSON.stringify(id)}`]),
    `"timestamp":${BigInt(Math.trunc(nowMs)) * 1_000_000n}`,
    ...(payload === undefined ? [] : [`"payload":${JSON.stringify(payload).replace(quotedTimestamp, "$1$2")}`]),
  ];
  return `{${parts.join(",")}}\n`;
}

/**
 * Nanoseconds of today are larger than a JavaScript number holds exactly; as text they stay what they are, and become
 * whole numbers on the wire. Within a string the quotes around `timestamp` are escaped, so this changes fields only.
 */
const quotedTimestamp = /([{,]"timestamp":)"(-?\d{16,})"(?=[,}])/g;
const longTimestamp = /([{,]\s*"timestamp"\s*:\s*)(-?\d{16,})(?=\s*[,}])/g;

/** Throws `FrameError`. Unknown fields are left out, unknown types are not. */
export function decodeFrame(line: string): Frame {
  let value: unknown;
  try {
    value = JSON.parse(line.replace(longTimestamp, '$1"$2"'));
  } catch (error) {
    throw new FrameError(`not JSON: ${(error as Error).message}`, { cause: error });
  }
  if (!isObject(value)) throw new FrameError("not a JSON object");
  const { type, id, timestamp, payload } = value;
  if (typeof type !== "string" || type === "") throw new FrameError('no "type"');
  if (id !== undefined && id !== null && typeof id !== "string" && typeof id !== "number")
    throw new FrameError('"id" is not a string');
  if (payload !== undefined && payload !== null && !isObject(payload))
    throw new FrameError('"payload" is not an object');
  return {
    type,
    ...(id === undefined || id === null || id === "" ? {} : { id: String(id) }),
    timestamp,
    payload: isObject(payload) ? payload : {},
  };
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What a RESPONSE says: the data of a success, or in words why not. */
export type Outcome = { readonly ok: true; readonly data: unknown } | { readonly ok: false; readonly error: string };

export function outcomeOf({ payload }: Frame): Outcome {
  const { success, data, error } = payload;
  if (success === true) return { ok: true, data };
  return { ok: false, error: typeof error === "string" && error !== "" ? error : "it gave no reason" };
}
