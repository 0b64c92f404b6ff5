/** One Modbus bus, shared by all nodes that name the same connection. What nodes see of it. */
import type { Outcome } from "./link.ts";
import type { Request } from "./pdu.ts";

export interface ReadLimits {
  readonly maxRegistersPerRead: number;
  readonly maxBitsPerRead: number;
  /** So many registers or bits that nobody asked for may be read along to save a request. */
  readonly maxGap: number;
}

export type BusOutcome =
  | Outcome
  /** Not asked at all: the unit has not answered for some cycles and rests until it is tried again. */
  | { readonly kind: "resting" };

export interface ModbusClient {
  readonly limits: ReadLimits;
  /** How many requests it has under way at once at most. */
  readonly maxInFlight: number;
  /** False once the connection is gone. */
  isOpen(): boolean;
  /**
   * Sends one request and resolves with what became of it; never rejects. Requests of the same `line` keep their order;
   * lines take turns, and writes go before all reads. A read without a proper reply is tried again as the connection says; a write never is, since nobody
   * knows whether it was carried out.
   */
  request(unitId: number, request: Request, line: object): Promise<BusOutcome>;
  /** Tells the end of a cycle of reads of one unit: after some in which it did not answer, it rests. */
  cycleEnded(unitId: number, hasAnswered: boolean): void;
  /** Requests that wait for their turn. */
  waiting(): number;
  /** Replies so far that came too late or that nobody had asked for; none of them was used. */
  strays(): number;
}
