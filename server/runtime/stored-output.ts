/**
 * Publishing with acknowledgement for durable flows: what a stored message leads to is stored before that message is
 * acknowledged, in the order in which it was made, and once, however often the message comes.
 */
import { randomUUID } from "node:crypto";
import type { Timer } from "../../nodes/contract/clock.ts";
import { type Bus, type HeaderBlock, PayloadTooLargeError, type StoredMessage } from "../bus/bus.ts";
import { covers } from "../bus/subjects.ts";
import { dataStream } from "../compiler/streams.ts";
import type { Services } from "./services.ts";

const retryMs = 1_000;
/** Of what no message caused, a timer's results: so many wait at most while nothing can be stored. */
const mostUncaused = 10_000;
const knownSubjects = 10_000;

interface Result {
  readonly number: number;
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers: HeaderBlock;
  /** Of the stream's repetitions one is kept. */
  readonly id: string;
  readonly cause: Cause | undefined;
  readonly onRefused: (error: PayloadTooLargeError) => void;
}

export type StoredResult = Pick<Result, "subject" | "payload" | "headers" | "onRefused"> & { readonly node: string };

export class StoredOutput {
  readonly #services: Pick<Services, "bus" | "clock" | "errors">;
  #current: Cause | undefined;
  #open = 0;
  #whenIdle: (() => void)[] = [];
  #numbers = 0;
  /** Whether the stream takes a subject: the same few come with every message. */
  readonly #taken = new Map<string, boolean>();
  /** Could not be stored, or came after such: in order. */
  #waiting: Result[] = [];
  #retry: Timer | undefined;

  constructor(services: Pick<Services, "bus" | "clock" | "errors">) {
    this.#services = services;
  }

  /** Whatever is published while `work` runs follows from the message, which is done when all of it is stored. */
  follow(message: StoredMessage, work: () => void): void {
    this.#open++;
    const cause = new Cause(message, () => {
      this.#open--;
      if (this.#open === 0) for (const call of this.#whenIdle.splice(0)) call();
    });
    this.#current = cause;
    try {
      work();
    } finally {
      this.#current = undefined;
      cause.settle();
    }
  }

  /** True when a stream takes what is published on the subject, so that it can be waited for. */
  isStored(subject: string): boolean {
    if (this.#services.bus.stored === undefined) return false;
    let isTaken = this.#taken.get(subject);
    if (isTaken === undefined) {
      if (this.#taken.size >= knownSubjects) this.#taken.clear();
      isTaken = dataStream.subjects.some((stored) => covers(stored, subject));
      this.#taken.set(subject, isTaken);
    }
    return isTaken;
  }

  /** `node` tells results of one message apart, together with their order. */
  publish({ node, subject, payload, headers, onRefused }: StoredResult): boolean {
    const cause = this.#current;
    if (cause === undefined && this.#waiting.length >= mostUncaused) return false;
    const id = cause === undefined ? randomUUID() : cause.nextId(node);
    cause?.wait();
    const numbered = { number: this.#numbers++, subject, payload, headers, id, cause, onRefused };
    if (this.#waiting.length > 0) this.#waiting.push(numbered);
    else this.#store(this.#services.bus.stored, numbered);
    return true;
  }

  /** Resolves when every message that was followed is done, or after `timeoutMs`. */
  idle(timeoutMs: number): Promise<void> {
    if (this.#open === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#services.clock.after(timeoutMs, resolve);
      this.#whenIdle.push(() => {
        timer.cancel();
        resolve();
      });
    });
  }

  #store(stored: Bus["stored"], result: Result): void {
    const { subject, payload, headers, id, cause, onRefused } = result;
    const storing =
      stored?.publish(subject, payload, { headers, id }) ?? Promise.reject(new Error("there is no JetStream"));
    storing.then(
      () => cause?.settle(),
      (error: Error) => {
        if (error instanceof PayloadTooLargeError) {
          onRefused(error);
          cause?.settle();
        } else this.#later(result, error);
      },
    );
  }

  #later(result: Result, { message }: Error): void {
    if (this.#waiting.length === 0)
      this.#services.errors.report({
        module: "runtime",
        flow: "",
        node: "",
        type: "not_stored",
        message: `results cannot be stored, trying again: ${message}`,
        subject: result.subject,
      });
    const at = this.#waiting.findIndex(({ number }) => number > result.number);
    if (at < 0) this.#waiting.push(result);
    else this.#waiting.splice(at, 0, result);
    this.#retry ??= this.#services.clock.after(retryMs, () => {
      this.#retry = undefined;
      for (const waiting of this.#waiting.splice(0)) this.#store(this.#services.bus.stored, waiting);
    });
  }
}

/** One stored message on its way through the operators of its stage. */
class Cause {
  readonly #message: StoredMessage;
  readonly #onDone: () => void;
  /** Results not yet stored, and one for the work itself. */
  #open = 1;
  #results = 0;

  constructor(message: StoredMessage, onDone: () => void) {
    this.#message = message;
    this.#onDone = onDone;
  }
  nextId(node: string): string {
    return `d:${this.#message.stream}:${this.#message.sequence}:${node}:${this.#results++}`;
  }
  wait(): void {
    this.#open++;
  }
  settle(): void {
    if (--this.#open > 0) return;
    this.#message.done();
    this.#onDone();
  }
}
