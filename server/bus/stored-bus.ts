/** Publishing with acknowledgement: a bounded window of messages under way, one subscription for all their answers. */
import { randomBytes } from "node:crypto";
import type { Msg, NatsConnection } from "@nats-io/transport-node";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import { type HeaderBlock, NotStoredError, PayloadTooLargeError, type StoredAck, type StoredBus } from "./bus.ts";
import { headerSafeId, wireHeaders, withMessageId } from "./headers.ts";
import { parseStoredAnswer } from "./stored-answer.ts";
import { WaitingLine } from "./waiting-line.ts";

export interface AckedPublisherOptions {
  /** Messages under way at a time. */
  readonly window: number;
  /** After this long without an answer a message is sent again. */
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly maxPayloadBytes: () => number;
}

/** Times a message is sent at most, repetitions after a lost connection not counted. */
const attempts = 4;
/** Repetitions, and the time before each, where the server may only just have started. The official clients do the same. */
const soonAttempts = 2;
const soonMs = 250;

interface Publication {
  /** Last token of its reply subject while it is under way: tells whom an answer is for. */
  token: string;
  /** In the order in which they came. */
  readonly number: number;
  readonly subject: string;
  readonly payload: Uint8Array;
  /** With the message id, so that however often it is sent it is stored once. */
  readonly headers: Uint8Array;
  readonly resolve: (ack: StoredAck) => void;
  readonly reject: (error: Error) => void;
  retryMs: number;
  giveUpMs: number;
  sent: number;
  /** Why the last attempt has failed, so far. */
  problem: string;
}

export class AckedPublisher implements Pick<StoredBus, "publish" | "pending"> {
  readonly #options: AckedPublisherOptions;
  /** Starts all message ids. Short, since nats-server keeps every id for the whole duplicate window. */
  readonly #bootId = randomBytes(6).toString("base64url");
  readonly #inbox = `_INBOX.${this.#bootId}.`;
  /** In the order in which their next attempts fall due. */
  readonly #underWay = new Map<string, Publication>();
  readonly #waiting = new WaitingLine<Publication>();
  readonly #whenIdle: (() => void)[] = [];
  /** Reply tokens in use again and again: nats-server caches the routes of subjects it has seen before. */
  readonly #freeTokens: string[] = [];
  #tokens = 0;
  #publications = 0;
  #messages = 0;
  #connection: NatsConnection | undefined;
  #online = false;
  #timer: Timer | undefined;
  #closed: string | undefined;

  constructor(options: AckedPublisherOptions) {
    this.#options = options;
  }

  publish(subject: string, payload: Uint8Array, options?: { id?: string; headers?: HeaderBlock }): Promise<StoredAck> {
    if (this.#closed !== undefined) return Promise.reject(notStored(subject, this.#closed));
    const given = options?.id;
    const id = given === undefined ? this.#bootId + (this.#messages++).toString(36) : headerSafeId(given);
    const headers = withMessageId(id, options?.headers);
    const bytes = payload.length + headers.length;
    if (bytes > this.#options.maxPayloadBytes())
      return Promise.reject(payloadTooLarge(subject, bytes, this.#options.maxPayloadBytes()));
    return new Promise((resolve, reject) => {
      const publication = {
        token: "",
        number: this.#publications++,
        subject,
        payload,
        headers,
        resolve,
        reject,
        retryMs: 0,
        giveUpMs: 0,
        sent: 0,
        problem: "",
      };
      if (this.#underWay.size < this.#options.window) this.#begin(publication);
      else this.#waiting.add(publication);
    });
  }

  pending(): number {
    return this.#underWay.size + this.#waiting.length;
  }

  /** Resolves when nothing is pending, one way or the other. */
  idle(): Promise<void> {
    if (this.pending() === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** At the first connection and after every break: what has no answer is sent again, it may have been lost. */
  connected(connection: NatsConnection): void {
    if (this.#connection === undefined)
      connection.subscribe(`${this.#inbox}*`, {
        callback: (error, message) => {
          if (error === null) this.#answered(message);
        },
      });
    this.#connection = connection;
    this.#online = true;
    const nowMs = this.#options.clock.monotonic();
    // Not in that of their attempts: what was late has been put behind what came after it.
    const inOrder = [...this.#underWay.values()].sort((a, b) => a.number - b.number);
    this.#underWay.clear();
    for (const publication of inOrder) {
      this.#underWay.set(publication.token, publication);
      this.#send(publication, nowMs);
    }
  }

  /** Meanwhile nothing is sent: the client would only throw it away when it is back. */
  disconnected(): void {
    this.#online = false;
  }

  /** Gives up what has no answer. */
  close(reason: string): void {
    this.#closed = reason;
    this.#timer?.cancel();
    for (const { subject, reject } of [...this.#underWay.values(), ...this.#waiting.takeAll()])
      reject(notStored(subject, reason));
    this.#underWay.clear();
    this.#goOn();
  }

  #begin(publication: Publication): void {
    const nowMs = this.#options.clock.monotonic();
    publication.token = this.#freeTokens.pop() ?? (this.#tokens++).toString(36);
    publication.giveUpMs = nowMs + attempts * this.#options.timeoutMs;
    this.#underWay.set(publication.token, publication);
    this.#send(publication, nowMs);
    this.#timer ??= this.#options.clock.after(this.#options.timeoutMs / 10, this.#lookForLate);
  }

  #send(publication: Publication, nowMs: number): void {
    publication.retryMs = nowMs + this.#options.timeoutMs;
    if (!this.#online || this.#connection === undefined || this.#connection.isClosed()) {
      publication.problem = "there is no connection to NATS";
      return;
    }
    publication.sent++;
    publication.problem = "no acknowledgement came";
    this.#connection.publish(publication.subject, publication.payload, {
      reply: this.#inbox + publication.token,
      headers: wireHeaders(publication.headers),
    });
  }

  #answered(message: Msg): void {
    const publication = this.#underWay.get(message.subject.slice(this.#inbox.length));
    if (publication === undefined) return;
    const answer = parseStoredAnswer(message);
    if (!answer.stored && answer.again !== "no") {
      publication.problem = answer.problem;
      if (answer.again === "late") return;
      if (publication.sent <= soonAttempts) {
        this.#options.clock.after(soonMs, () => this.#repeat(publication));
        return;
      }
    }
    this.#underWay.delete(publication.token);
    // After a repetition a second answer may come, which must not be taken for that to another message.
    if (publication.sent === 1) this.#freeTokens.push(publication.token);
    if (answer.stored) publication.resolve(answer.ack);
    else publication.reject(notStored(publication.subject, answer.problem));
    this.#goOn();
  }

  #repeat(publication: Publication): void {
    if (this.#underWay.get(publication.token) !== publication) return;
    this.#underWay.delete(publication.token);
    this.#underWay.set(publication.token, publication);
    this.#send(publication, this.#options.clock.monotonic());
  }

  readonly #lookForLate = (): void => {
    this.#timer = undefined;
    const nowMs = this.#options.clock.monotonic();
    for (const publication of this.#underWay.values()) {
      if (publication.retryMs > nowMs) break;
      this.#underWay.delete(publication.token);
      if (publication.giveUpMs <= nowMs) {
        const seconds = (attempts * this.#options.timeoutMs) / 1000;
        publication.reject(notStored(publication.subject, `given up after ${seconds} s: ${publication.problem}`));
      } else {
        this.#underWay.set(publication.token, publication);
        this.#send(publication, nowMs);
      }
    }
    this.#goOn();
    if (this.#underWay.size > 0)
      this.#timer ??= this.#options.clock.after(this.#options.timeoutMs / 10, this.#lookForLate);
  };

  /** Fills the window from those who wait. */
  #goOn(): void {
    while (this.#underWay.size < this.#options.window) {
      const next = this.#waiting.take();
      if (next === undefined) break;
      this.#begin(next);
    }
    if (this.#whenIdle.length > 0 && this.pending() === 0) for (const call of this.#whenIdle.splice(0)) call();
  }
}

function notStored(subject: string, reason: string): NotStoredError {
  return new NotStoredError(`A message on ${subject} was not stored: ${reason}.`);
}

export function payloadTooLarge(subject: string, bytes: number, maxBytes: number): PayloadTooLargeError {
  return new PayloadTooLargeError(
    `A message on ${subject} has ${bytes} bytes with its headers; the NATS server takes ${maxBytes}. ` +
      "Publish less at once, or raise max_payload of the server.",
  );
}
