/** Errors that a node throws on purpose. Anything else that escapes a node is our own defect and is reported as such. */

/** The peer cannot be reached or has gone: nothing is wrong with the message. The runtime closes, waits, opens and tries again. */
export class ConnectionError extends Error {
  override readonly name = "ConnectionError";
}

/**
 * This message, and no other, cannot be handled, and trying again would not help.
 * The runtime publishes it with the original on the node's error subjects and goes on with the next.
 */
export class MessageError extends Error {
  override readonly name = "MessageError";
  /** One token: `parse_error`, `validation`, `type_mismatch` … It becomes `{error_type}` in `iot.errors.{module}.{error_type}`. */
  readonly type: string;
  constructor(type: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.type = type;
  }
}

/**
 * The target took some records of a batch, refused others for good (`rejected`), and others not yet (`kept`). Records
 * named in neither were delivered. The runtime dead-letters the refused ones, and sends those kept again, in order, a
 * little later and as often as it takes.
 */
export class PartialWriteError extends Error {
  override readonly name = "PartialWriteError";
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
  /** Indices into the batch. */
  readonly kept: readonly number[];
  constructor(rejected: PartialWriteError["rejected"], kept: readonly number[] = []) {
    super(`${rejected.length} record(s) refused: ${rejected[0]?.reason ?? ""}`);
    this.rejected = rejected;
    this.kept = kept;
  }
}
