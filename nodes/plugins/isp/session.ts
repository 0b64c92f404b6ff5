/** One TCP connection to a sidecar: frames out, frames in, and each RESPONSE to the one who asked. */
import { connect, type Socket } from "node:net";
import type { Clock } from "../../contract/clock.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import {
  decodeFrame,
  encodeFrame,
  type Frame,
  FrameError,
  firstMaxLineBytes,
  type Outcome,
  outcomeOf,
} from "./frame.ts";
import { LineSplitter } from "./line-splitter.ts";

/** Longer lines are nobody's data any more. */
const readMaxLineBytes = 1_048_576;

export interface SessionOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: Clock;
  /** Aborted: the session ends. */
  readonly signal: AbortSignal;
  readonly connectTimeoutMs: number;
  /** Every frame that is no answer to a request, in the order they came. */
  onFrame(frame: Frame): void;
  /** Every line as it came, before anything else. */
  onLine?(line: string): void;
  /** A line that is no frame, or an answer nobody waits for. */
  onBadLine(reason: string, line: string): void;
  /** Called once when the connection ends by other means than `close`. */
  onLost(error: ConnectionError): void;
}

interface Waiting {
  answered(outcome: Outcome): void;
  lost(error: Error): void;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #socket: Socket;
  readonly #waiting = new Map<string, Waiting>();
  #lastId = 0;
  #isOver = false;
  /** The longest line the sidecar reads. */
  maxLineBytes = firstMaxLineBytes;
  /** Monotonic: when something came, and went, last. */
  receivedMs: number;
  sentMs: number;

  private constructor(options: SessionOptions, socket: Socket) {
    this.#options = options;
    this.#socket = socket;
    this.receivedMs = options.clock.monotonic();
    this.sentMs = this.receivedMs;
    const lines = new LineSplitter(
      readMaxLineBytes,
      (line) => this.#receive(line),
      () => options.onBadLine(`a line of more than ${readMaxLineBytes} bytes`, ""),
    );
    let reason: Error | undefined;
    socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => lines.push(chunk));
    socket.on("error", (error) => {
      reason = error;
    });
    socket.on("close", () => {
      const detail =
        reason === undefined ? "the sidecar closed the connection" : `the connection broke: ${reason.message}`;
      this.#end(new ConnectionError(detail, { cause: reason }), true);
    });
    options.signal.addEventListener("abort", () => this.close(), { once: true });
  }

  /** Rejects with `ConnectionError` when nobody answers at the address in time. */
  static connect(options: SessionOptions): Promise<Session> {
    const { host, port, clock, signal, connectTimeoutMs } = options;
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port });
      const fail = (message: string, cause?: Error) => {
        timer.cancel();
        signal.removeEventListener("abort", stop);
        socket.destroy();
        reject(new ConnectionError(message, { cause }));
      };
      const stop = () => fail("the node stops");
      const timer = clock.after(connectTimeoutMs, () => fail(`no answer from ${host}:${port}`));
      if (signal.aborted) return stop();
      signal.addEventListener("abort", stop, { once: true });
      const onError = (error: Error) => fail(connectWords(error, `${host}:${port}`), error);
      socket.once("error", onError);
      socket.once("connect", () => {
        timer.cancel();
        signal.removeEventListener("abort", stop);
        socket.off("error", onError);
        resolve(new Session(options, socket));
      });
    });
  }

  /** Sends a line, whatever it is. */
  sendLine(line: string): void {
    this.#write(`${line}\n`);
  }

  /** Sends a frame nobody answers. */
  send(type: string, id?: string, payload?: object): void {
    this.#write(
      encodeFrame(
        { type, ...(id === undefined ? {} : { id }), ...(payload === undefined ? {} : { payload }) },
        this.#nowMs(),
      ),
    );
  }

  /**
   * Sends a request and resolves with what its RESPONSE says. Rejects with `MessageError` (`timeout`) when there is none
   * in time, (`payload_too_large`) when the sidecar could not read it, and with `ConnectionError` when the session ends.
   */
  request(type: string, payload: object | undefined, timeoutMs: number): Promise<Outcome> {
    const id = `sluice-${++this.#lastId}`;
    const line = encodeFrame({ type, id, ...(payload === undefined ? {} : { payload }) }, this.#nowMs());
    const bytes = Buffer.byteLength(line);
    if (bytes > this.maxLineBytes)
      return Promise.reject(
        new MessageError("payload_too_large", `${bytes} bytes as a line; the sidecar reads ${this.maxLineBytes}`),
      );
    if (this.#isOver) return Promise.reject(new ConnectionError("the connection to the sidecar has ended"));
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.after(timeoutMs, () => {
        this.#waiting.delete(id);
        reject(new MessageError("timeout", `the sidecar has not answered ${type} within ${timeoutMs / 1_000} s`));
      });
      this.#waiting.set(id, {
        answered: (outcome) => {
          timer.cancel();
          resolve(outcome);
        },
        lost: (error) => {
          timer.cancel();
          reject(error);
        },
      });
      this.#write(line);
    });
  }

  /** Ends it from this side; requests under way reject. */
  close(): void {
    this.#end(new ConnectionError("the connection to the sidecar was closed"), false);
    this.#socket.end();
    this.#socket.destroySoon();
  }

  #write(line: string): void {
    if (this.#isOver) return;
    this.sentMs = this.#options.clock.monotonic();
    this.#socket.write(line);
  }

  #receive(line: string): void {
    if (this.#isOver) return;
    this.receivedMs = this.#options.clock.monotonic();
    this.#options.onLine?.(line);
    let frame: Frame;
    try {
      frame = decodeFrame(line);
    } catch (error) {
      if (!(error instanceof FrameError)) throw error;
      this.#options.onBadLine(error.message, line);
      return;
    }
    const { type, id = "" } = frame;
    const waiting = this.#waiting.get(id);
    if (type !== "RESPONSE") this.#options.onFrame(frame);
    else if (waiting === undefined) this.#options.onBadLine(`a RESPONSE nobody waits for, with the id "${id}"`, line);
    else {
      this.#waiting.delete(id);
      waiting.answered(outcomeOf(frame));
    }
  }

  #end(error: ConnectionError, isLost: boolean): void {
    if (this.#isOver) return;
    this.#isOver = true;
    for (const { lost } of this.#waiting.values()) lost(error);
    this.#waiting.clear();
    if (isLost) this.#options.onLost(error);
  }

  #nowMs(): number {
    return this.#options.clock.now();
  }
}

function connectWords(error: Error, address: string): string {
  const code = "code" in error ? error.code : undefined;
  if (code === "ECONNREFUSED") return `nothing listens at ${address}: is the sidecar running, and is the port right?`;
  if (code === "ENOTFOUND") return `the name in ${address} is not known`;
  return `${address} cannot be reached: ${error.message}`;
}
