/**
 * A serial line, or one reached through a TCP gateway. Its frames name no transaction, so nothing but silence tells a
 * late reply from the one that is due: after anything unexpected the line must be quiet for a while before it is used again.
 */
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "../../contract/clock.ts";
import type { LineCodec } from "./line-codec.ts";
import type { Link, Outcome } from "./link.ts";
import { isReplyTo, type Request, readReply } from "./pdu.ts";

export interface LineLinkOptions {
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly codec: LineCodec;
  readonly requestTimeoutMs: number;
  /** Silence that ends a frame: 3.5 characters. A reply counts only after it. */
  readonly frameGapMs: number;
  /** How long a byte is on the line; 0 when that is not known. */
  readonly byteMs: number;
}

/** A line that does not fall silent within so many request timeouts is given up for this request. */
const patience = 5;

const anotherReply: Outcome = { kind: "garbled", reason: "a reply to another request" };

interface Waiting {
  readonly unitId: number;
  readonly request: Request;
  readonly timeout: Timer;
  heard: Buffer;
  /** The reply has come; it counts when silence follows. */
  good: { readonly outcome: Outcome; readonly frame: Buffer; readonly settled: Timer } | undefined;
  end(outcome: Outcome): void;
}

export class LineLink implements Link {
  readonly maxInFlight = 1;
  #options: LineLinkOptions;
  #waiting: Waiting | undefined;
  #heardMs: number;
  /** Something came, or may still come, that belongs to no request: a late reply, a repetition, noise. */
  #suspectSinceMs: number | undefined;
  #strays = 0;
  #isClosed = false;
  #wake: (() => void) | undefined;

  constructor(options: LineLinkOptions) {
    this.#options = options;
    this.#heardMs = options.clock.monotonic();
    options.stream.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  heardMs(): number {
    return this.#heardMs;
  }

  strays(): number {
    return this.#strays;
  }

  async request(unitId: number, request: Request): Promise<Outcome> {
    if (!(await this.#quiet())) return { kind: "garbled", reason: "the line does not fall silent" };
    if (this.#isClosed) return { kind: "closed" };
    const { stream, clock, codec, requestTimeoutMs, byteMs } = this.#options;
    const frame = codec.frame(unitId, request.pdu);
    const replyBytes = (1 + request.replyLength) * codec.bytesPerByte + codec.overhead;
    const timeoutMs = requestTimeoutMs + (frame.length + replyBytes) * byteMs;
    return new Promise((resolve) => {
      const timeout = clock.after(timeoutMs, () => this.#fail({ kind: "timeout" }));
      this.#waiting = { unitId, request, timeout, heard: Buffer.alloc(0), good: undefined, end: resolve };
      stream.write(frame);
    });
  }

  close(): void {
    this.#isClosed = true;
    this.#wake?.();
    this.#end({ kind: "closed" });
  }

  /** Waits for silence; false when there is none to be had. */
  async #quiet(): Promise<boolean> {
    const { clock, requestTimeoutMs, frameGapMs } = this.#options;
    const givenUpMs = clock.monotonic() + patience * requestTimeoutMs;
    while (!this.#isClosed) {
      const nowMs = clock.monotonic();
      const since = Math.max(this.#heardMs, this.#suspectSinceMs ?? 0);
      const silenceMs = this.#suspectSinceMs === undefined ? frameGapMs : requestTimeoutMs;
      const waitMs = since + silenceMs - nowMs;
      if (waitMs <= 0) break;
      if (nowMs >= givenUpMs) return false;
      await this.#pause(waitMs);
    }
    this.#suspectSinceMs = undefined;
    return true;
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#options.clock.after(ms, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#heardMs = this.#options.clock.monotonic();
    const waiting = this.#waiting;
    if (waiting === undefined) {
      if (this.#suspectSinceMs === undefined) this.#strays++;
      this.#suspectSinceMs = this.#heardMs;
      return;
    }
    waiting.heard = Buffer.concat([waiting.heard, chunk]);
    if (waiting.good === undefined) this.#read(waiting);
    else this.#more(waiting, waiting.good.frame);
  }

  #read(waiting: Waiting): void {
    const { codec, clock, frameGapMs } = this.#options;
    const reading = codec.read(waiting.heard, waiting.request);
    if (reading.kind === "incomplete") return;
    if (reading.kind === "bad") {
      this.#fail({ kind: "garbled", reason: reading.reason });
      return;
    }
    const { unitId, pdu, size } = reading;
    const isDue = unitId === waiting.unitId && isReplyTo(waiting.request, pdu);
    if (!isDue) this.#strays++;
    const outcome = isDue ? readReply(waiting.request, pdu) : anotherReply;
    if (outcome.kind === "garbled") {
      this.#fail(outcome);
      return;
    }
    const frame = waiting.heard.subarray(0, size);
    waiting.timeout.cancel();
    const settled = clock.after(frameGapMs, () => this.#end(outcome));
    waiting.good = { outcome, frame, settled };
    if (waiting.heard.length > size) this.#more(waiting, frame);
  }

  /** Bytes right behind a good frame: the same frame once more is harmless, anything else makes it doubtful which one is due. */
  #more(waiting: Waiting, frame: Buffer): void {
    const { heard } = waiting;
    const isRepetition = heard.subarray(frame.length).every((byte, index) => byte === frame[index % frame.length]);
    if (isRepetition) this.#suspectSinceMs = this.#heardMs;
    else this.#fail({ kind: "garbled", reason: "more bytes than one reply" });
  }

  #fail(outcome: Outcome): void {
    this.#suspectSinceMs = this.#options.clock.monotonic();
    this.#end(outcome);
  }

  #end(outcome: Outcome): void {
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    waiting.timeout.cancel();
    waiting.good?.settled.cancel();
    waiting.end(outcome);
  }
}
