/** A message comes once for each subscription it is for. It is read once, and all that get it share what it says. */
import type { BusMessage } from "../bus/bus.ts";
import { decodeMessage, type Incoming } from "../bus/envelope.ts";
import { type PointsRead, readPoints } from "../bus/points.ts";

/** The copies of a message come right after each other; what comes later and is the same was sent again. */
const togetherMs = 50;

interface Last {
  readonly subject: string;
  readonly bytes: Uint8Array;
  readonly atMs: number;
  readonly incoming: Incoming;
  readonly takenBy: Set<object>;
  points?: PointsRead;
}

export class SharedMessages {
  #last: Last | undefined;

  /** `by` is the subscription: what comes to it a second time is another message, however equal. */
  decode({ subject, data }: BusMessage, by: object, monotonicMs: number): Incoming {
    const last = this.#last;
    if (
      last !== undefined &&
      last.subject === subject &&
      monotonicMs - last.atMs < togetherMs &&
      !last.takenBy.has(by) &&
      last.bytes.length === data.length &&
      Buffer.compare(last.bytes, data) === 0
    ) {
      last.takenBy.add(by);
      return last.incoming;
    }
    const incoming = decodeMessage(data);
    this.#last = { subject, bytes: data, atMs: monotonicMs, incoming, takenBy: new Set([by]) };
    return incoming;
  }

  /** The points of a message that `decode` answered. */
  points(incoming: Incoming, subject: string, nowMs: number): PointsRead {
    const last = this.#last;
    if (last?.incoming !== incoming) return readPoints(incoming.data, subject, nowMs);
    last.points ??= readPoints(incoming.data, subject, nowMs);
    return last.points;
  }
}
