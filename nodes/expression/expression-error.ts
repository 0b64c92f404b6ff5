/** A source that does not compile: plain words, and where in the source. */
export class ExpressionError extends Error {
  override readonly name = "ExpressionError";
  /** Offset in the source, from 0. */
  readonly position: number;
  constructor(message: string, position: number) {
    super(message);
    this.position = position;
  }
}
