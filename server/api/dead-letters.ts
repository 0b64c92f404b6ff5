/** Dead letters: looked at, mended, sent again, discarded. The stream IOT_DLQ is where they are kept until then. */
import { z } from "zod";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Bus, KeptMessage, StoredBus } from "../bus/bus.ts";
import { decodeMessage } from "../bus/envelope.ts";
import { deadLetterStream } from "../compiler/streams.ts";
import type { Log } from "../log.ts";
import type { RetryOutcome, Runtime } from "../runtime/port.ts";
import type { DeadLetterAction, DeadLetterActions } from "../store/dead-letter-actions.ts";
import type { DeadLetterDetail, DeadLetterList, DeadLetterSummary, ReplayAnswer } from "./contract.ts";
import { ApiFailure } from "./failure.ts";

const { name: stream } = deadLetterStream;
/** With a filter, no more are looked through for one answer. */
const mostLookedAt = 2_000;
const excerptLength = 200;
/** So long a replay is waited for before it is answered that it goes on. */
const answerWithinMs = 5_000;

export interface DeadLettersOptions {
  readonly bus: Pick<Bus, "stored" | "status">;
  readonly runtime: Pick<Runtime, "retry">;
  readonly actions: Pick<DeadLetterActions, "add" | "latest">;
  readonly clock: Clock;
  readonly log: Log;
}

export interface DeadLetterQuery {
  readonly after: number;
  readonly limit: number;
  readonly flow?: string | undefined;
  readonly node?: string | undefined;
}

const letterSchema = z.object({
  subject: z.string(),
  payload_base64: z.string(),
  error: z.string(),
  attempts: z.number(),
  flow: z.string(),
  node: z.string(),
  timestamp: z.string(),
});

export class DeadLetters {
  readonly #options: DeadLettersOptions;
  readonly #replaying = new Set<number>();

  constructor(options: DeadLettersOptions) {
    this.#options = options;
  }

  async list({ after, limit, flow, node }: DeadLetterQuery): Promise<DeadLetterList> {
    const stored = this.#stored();
    const letters: DeadLetterSummary[] = [];
    let at = after;
    for (let looked = 0; looked < mostLookedAt && letters.length < limit; looked++) {
      const message = await stored.messageFrom(stream, at + 1);
      if (message === undefined) return { letters, total: await stored.messageCount(stream), next: null };
      at = message.sequence;
      const { payload: _, ...summary } = this.#read(message);
      if ((flow === undefined || summary.flow === flow) && (node === undefined || summary.node === node))
        letters.push(summary);
    }
    return { letters, total: await stored.messageCount(stream), next: at };
  }

  async get(sequence: number): Promise<DeadLetterDetail> {
    const message = await this.#stored().messageFrom(stream, sequence);
    if (message?.sequence === sequence) return this.#read(message);
    throw new ApiFailure(
      404,
      "no-dead-letter",
      `there is no dead letter ${sequence}; it was replayed, discarded, or is too old`,
    );
  }

  async replay(sequence: number, payload: string | undefined, who: string): Promise<ReplayAnswer> {
    const letter = await this.get(sequence);
    if (this.#replaying.has(sequence))
      throw new ApiFailure(409, "replaying", "it is being replayed already, and waits for its target");
    this.#replaying.add(sequence);
    const { flow, node, subject } = letter;
    const action = payload === undefined || payload === letter.payload ? "replayed" : "edited";
    const settled = this.#options.runtime
      .retry({ flow, node, subject, text: payload ?? letter.payload })
      .catch((error: Error): RetryOutcome => ({ ok: false, reason: error.message }))
      .then(async (outcome) => {
        if (outcome.ok) await this.#remove(letter, action, who);
        return outcome;
      })
      .finally(() => this.#replaying.delete(sequence));
    const outcome = await this.#soon(settled);
    if (outcome === undefined) return { state: "waiting" };
    if (outcome.ok) return { state: "delivered" };
    throw new ApiFailure(409, "refused", `not delivered: ${outcome.reason}; it is kept`);
  }

  async discard(sequence: number, who: string): Promise<void> {
    const letter = await this.get(sequence);
    if (this.#replaying.has(sequence))
      throw new ApiFailure(
        409,
        "replaying",
        "it is being replayed, and waits for its target; it cannot be discarded now",
      );
    await this.#remove(letter, "discarded", who);
  }

  actions(limit: number): readonly DeadLetterAction[] {
    return this.#options.actions.latest(limit);
  }

  /** `undefined` when it takes longer; it goes on all the same. */
  async #soon(settled: Promise<RetryOutcome>): Promise<RetryOutcome | undefined> {
    settled.catch((err: Error) =>
      this.#options.log.error({ err }, "a replayed dead letter was delivered, but not removed"),
    );
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.after(answerWithinMs, () => resolve(undefined));
      settled.then(resolve, reject).finally(() => timer.cancel());
    });
  }

  /** Told first: what was done must not be lost, while a letter that is still there can be seen. */
  async #remove(letter: DeadLetterDetail, action: DeadLetterAction["action"], who: string): Promise<void> {
    const { sequence, flow, node, subject, error } = letter;
    const at = new Date(this.#options.clock.now()).toISOString();
    this.#options.actions.add({ at, who, action, flow, node, sequence, subject, error });
    await this.#stored().removeMessage(stream, sequence);
    this.#options.log.info({ sequence, flow, node, who }, `a dead letter was ${action}`);
  }

  #stored(): StoredBus {
    const { bus } = this.#options;
    if (bus.stored === undefined)
      throw new ApiFailure(
        503,
        "no-jetstream",
        "nothing is stored: gateway.jetstream.enabled is false, or NATS has no JetStream",
      );
    if (bus.status().state !== "connected") throw new ApiFailure(503, "bus-away", "the bus is away; try again");
    return bus.stored;
  }

  #read({ sequence, subject, data }: KeptMessage): DeadLetterDetail {
    const { traceId, timestamp, data: content } = decoded(data);
    const parsed = letterSchema.safeParse(content);
    // Somebody else's message on that subject is shown as it is.
    const letter = parsed.data ?? {
      ...unknown,
      subject,
      payload_base64: Buffer.from(data).toString("base64"),
      timestamp,
    };
    const payload = Buffer.from(letter.payload_base64, "base64").toString();
    return {
      sequence,
      at: letter.timestamp,
      flow: letter.flow,
      node: letter.node,
      subject: letter.subject,
      error: letter.error,
      attempts: letter.attempts,
      traceId,
      excerpt: payload.slice(0, excerptLength),
      isReplaying: this.#replaying.has(sequence),
      payload,
    };
  }
}

const unknown = { flow: "", node: "", error: "not a dead letter of this gateway", attempts: 0 };

function decoded(data: Uint8Array) {
  try {
    return decodeMessage(data);
  } catch {
    return { traceId: "", timestamp: "", data: undefined };
  }
}
