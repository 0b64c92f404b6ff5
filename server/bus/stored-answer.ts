/** What JetStream answers to a message published with a reply subject. Pure. */
import type { Msg } from "@nats-io/transport-node";
import type { StoredAck } from "./bus.ts";

export type StoredAnswer =
  | { readonly stored: true; readonly ack: StoredAck }
  /**
   * `again`: whether the same message may be taken a little later. `soon` where a server that has just started may not
   * have its streams yet, and nothing else would tell that from a subject that no stream has.
   */
  | { readonly stored: false; readonly problem: string; readonly again: "no" | "soon" | "late" };

/** Never throws: an answer that is none of those known is a reason to ask again. */
export function parseStoredAnswer(message: Pick<Msg, "data" | "headers">): StoredAnswer {
  if (message.data.length === 0)
    return message.headers?.code === 503
      ? refused("no stream takes it; either JetStream is off, or no stream has this subject", "soon")
      : refused("the answer is empty", "late");
  let answer: unknown;
  try {
    answer = JSON.parse(textOf(message.data));
  } catch {
    return refused("the answer is not JSON", "late");
  }
  return isAnswer(answer) ? storedAnswer(answer) : refused("the answer is not that of a stream", "late");
}

/** Checked by hand, since this is done for every message that is stored. */
interface Answer {
  readonly stream?: unknown;
  readonly seq?: unknown;
  readonly duplicate?: unknown;
  readonly error?: { readonly code?: unknown; readonly err_code?: unknown; readonly description?: unknown };
}

function isAnswer(value: unknown): value is Answer {
  return typeof value === "object" && value !== null;
}

function storedAnswer({ stream, seq, duplicate, error }: Answer): StoredAnswer {
  if (error !== undefined) {
    // 429: more comes than the stream can take in; 503: JetStream is not ready yet, or without a leader.
    const again = error.code === 429 || error.code === 503 ? "late" : "no";
    return refused(`${error.description} (JetStream error ${error.err_code ?? error.code})`, again);
  }
  if (typeof stream !== "string" || typeof seq !== "number")
    return refused("the answer is not that of a stream", "late");
  return { stored: true, ack: { stream, sequence: seq, duplicate: duplicate === true } };
}

function refused(problem: string, again: "no" | "soon" | "late"): StoredAnswer {
  return { stored: false, problem, again };
}

/** The client hands out Buffers, whose decoder is several times as fast as TextDecoder on texts as short as these. */
function textOf(data: Uint8Array): string {
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString("utf8");
}
