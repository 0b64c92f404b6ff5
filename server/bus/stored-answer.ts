/** What JetStream answers to a message published with a reply subject. Pure. */
import type { Msg } from "@nats-io/transport-node";
import type { StoredAck } from "./bus.ts";

export type StoredAnswer =
  | { readonly stored: true; readonly ack: StoredAck }
  /** `tryAgain`: the same message may well be taken a little later. */
  | { readonly stored: false; readonly problem: string; readonly tryAgain: boolean };

/** Never throws: an answer that is none of those known is a reason to ask again. */
export function parseStoredAnswer(message: Pick<Msg, "data" | "headers">): StoredAnswer {
  if (message.data.length === 0)
    return message.headers?.code === 503
      ? refused("no stream takes it; either JetStream is off, or no stream has this subject")
      : refused("the answer is empty", true);
  let answer: unknown;
  try {
    answer = JSON.parse(textOf(message.data));
  } catch {
    return refused("the answer is not JSON", true);
  }
  return isAnswer(answer) ? storedAnswer(answer) : refused("the answer is not that of a stream", true);
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
    const tryAgain = error.code === 429 || error.code === 503;
    return refused(`${error.description} (JetStream error ${error.err_code ?? error.code})`, tryAgain);
  }
  if (typeof stream !== "string" || typeof seq !== "number") return refused("the answer is not that of a stream", true);
  return { stored: true, ack: { stream, sequence: seq, duplicate: duplicate === true } };
}

function refused(problem: string, tryAgain = false): StoredAnswer {
  return { stored: false, problem, tryAgain };
}

/** The client hands out Buffers, whose decoder is several times as fast as TextDecoder on texts as short as these. */
function textOf(data: Uint8Array): string {
  return (Buffer.isBuffer(data) ? data : Buffer.from(data)).toString("utf8");
}
