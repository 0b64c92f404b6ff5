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
 * The target took some records of a batch and refused others for good. Records not named here were delivered.
 * The runtime dead-letters the refused ones and does not send the batch again.
 */
export class PartialWriteError extends Error {
  override readonly name = "PartialWriteError";
  readonly rejected: readonly { readonly index: number; readonly reason: string }[];
  constructor(rejected: readonly { readonly index: number; readonly reason: string }[]) {
    super(`${rejected.length} record(s) refused: ${rejected[0]?.reason ?? ""}`);
    this.rejected = rejected;
  }
}
