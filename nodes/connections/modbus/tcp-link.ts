/** Modbus TCP: the MBAP header tells replies apart by transaction, so a late one never answers another request. */
import type { Duplex } from "node:stream";
import type { Clock, Timer } from "../../contract/clock.ts";
import type { Link, Outcome } from "./link.ts";
import { isReplyTo, type Request, readReply } from "./pdu.ts";

interface Waiting {
  readonly unitId: number;
  readonly request: Request;
  readonly timer: Timer;
  end(outcome: Outcome): void;
}

export interface TcpLinkOptions {
  readonly stream: Duplex;
  readonly clock: Clock;
  readonly requestTimeoutMs: number;
  readonly maxInFlight: number;
  /** What comes is no Modbus TCP, and where the next frame begins is unknown: only a new connection helps. */
  onBroken(reason: string): void;
}

const headerLength = 7;
/** Unit and PDU: at least function and one byte, at most a PDU of 253. */
const lengths = { least: 3, most: 254 };

export class TcpLink implements Link {
  readonly maxInFlight: number;
  #options: TcpLinkOptions;
  #received: Buffer = Buffer.alloc(0);
  #waiting = new Map<number, Waiting>();
  #lastTransaction = 0;
  #heardMs: number;
  #strays = 0;
  #isClosed = false;

  constructor(options: TcpLinkOptions) {
    this.#options = options;
    this.maxInFlight = options.maxInFlight;
    this.#heardMs = options.clock.monotonic();
    options.stream.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  heardMs(): number {
    return this.#heardMs;
  }

  strays(): number {
    return this.#strays;
  }

  request(unitId: number, request: Request): Promise<Outcome> {
    if (this.#isClosed) return Promise.resolve({ kind: "closed" });
    const { stream, clock, requestTimeoutMs } = this.#options;
    const transaction = this.#nextTransaction();
    const frame = Buffer.alloc(headerLength + request.pdu.length);
    frame.writeUInt16BE(transaction, 0);
    frame.writeUInt16BE(1 + request.pdu.length, 4);
    frame.writeUInt8(unitId, 6);
    request.pdu.copy(frame, headerLength);
    return new Promise((resolve) => {
      const timer = clock.after(requestTimeoutMs, () => this.#end(transaction, { kind: "timeout" }));
      this.#waiting.set(transaction, { unitId, request, timer, end: resolve });
      stream.write(frame);
    });
  }

  close(): void {
    this.#isClosed = true;
    for (const transaction of [...this.#waiting.keys()]) this.#end(transaction, { kind: "closed" });
  }

  #nextTransaction(): number {
    do this.#lastTransaction = (this.#lastTransaction + 1) & 0xffff;
    while (this.#waiting.has(this.#lastTransaction));
    return this.#lastTransaction;
  }

  #receive(chunk: Buffer): void {
    if (this.#isClosed) return;
    this.#heardMs = this.#options.clock.monotonic();
    this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
    while (this.#received.length >= headerLength) {
      const protocol = this.#received.readUInt16BE(2);
      const length = this.#received.readUInt16BE(4);
      if (protocol !== 0 || length < lengths.least || length > lengths.most) {
        this.#break(
          protocol === 0
            ? `a frame length of ${length}, which Modbus TCP does not have`
            : `protocol id ${protocol} where Modbus TCP has 0`,
        );
        return;
      }
      const end = headerLength - 1 + length;
      if (this.#received.length < end) return;
      const frame = this.#received.subarray(0, end);
      this.#received = this.#received.subarray(end);
      this.#take(frame);
    }
  }

  #take(frame: Buffer): void {
    const transaction = frame.readUInt16BE(0);
    const waiting = this.#waiting.get(transaction);
    const pdu = frame.subarray(headerLength);
    // Whoever asked goes on waiting: the proper reply may still come.
    if (waiting === undefined || waiting.unitId !== frame[headerLength - 1] || !isReplyTo(waiting.request, pdu)) {
      this.#strays++;
      return;
    }
    this.#end(transaction, readReply(waiting.request, pdu));
  }

  #end(transaction: number, outcome: Outcome): void {
    const waiting = this.#waiting.get(transaction);
    if (waiting === undefined) return;
    this.#waiting.delete(transaction);
    waiting.timer.cancel();
    waiting.end(outcome);
  }

  #break(reason: string): void {
    this.close();
    this.#options.onBroken(reason);
  }
}
