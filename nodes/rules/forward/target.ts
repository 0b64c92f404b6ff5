/** A target of forwarding, whatever it is. */
import type { Trace } from "../../contract/operator.ts";
import type { Point } from "../../contract/point.ts";

export interface Target {
  /** For people: `NATS forwarded.d1.t`, without secrets. */
  readonly name: string;
  /**
   * Resolves when the target has taken it, with what it answered, if that is wanted. Rejects with `MessageError` when it
   * never takes this message, with any other error when it may later.
   */
  send(point: Point, trace: Trace): Promise<string | undefined>;
  close(): Promise<void>;
}
