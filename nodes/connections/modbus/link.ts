/** One connection to devices, over which requests go and replies come. What the bus sees of a transport. */
import type { Reply, Request } from "./pdu.ts";

/** What became of a request. Never a value that was not checked against it. */
export type Outcome =
  | Reply
  /** No proper reply within the time. */
  | { readonly kind: "timeout" }
  /** The connection was gone before the reply came. */
  | { readonly kind: "closed" };

export interface Link {
  /** How many requests may be under way at once. */
  readonly maxInFlight: number;
  /** Monotonic milliseconds: when anything last came, whatever it was. */
  heardMs(): number;
  /** Replies that came too late or that nobody had asked for; none of them was used. */
  strays(): number;
  /** Never rejects. */
  request(unitId: number, request: Request): Promise<Outcome>;
  /** Requests under way end as `closed`. */
  close(): void;
}
