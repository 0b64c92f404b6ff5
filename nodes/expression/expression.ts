/** Conditions and calculations on points, written in CEL (the Common Expression Language) with numbers as people expect them. */
import type { Point } from "../contract/point.ts";

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

export interface CompiledExpression {
  readonly source: string;
  /**
   * The value for this point; numbers are plain numbers. `extra` holds the variables declared at compile time.
   * Throws `MessageError`: `missing_field` when it needs a field, tag or variable that this point does not have,
   * `type_mismatch` when an operator or function does not fit the kinds of its values.
   */
  evaluate(point: Point, extra?: Readonly<Record<string, unknown>>): unknown;
  /**
   * The answer of a condition. A comparison on a field or tag that the point does not have is false, never an error.
   * Throws `MessageError` `type_mismatch` when the result is neither true nor false.
   */
  test(point: Point, extra?: Readonly<Record<string, unknown>>): boolean;
}

/**
 * Compiles once, to be evaluated for many points. `variables` names what callers will hand in as `extra`.
 * Throws `ExpressionError` when the source does not parse, names a variable or function that can never exist, or is too large.
 */
export function compileExpression(source: string, variables: readonly string[] = []): CompiledExpression {
  throw new ExpressionError(`cannot compile ${source} with ${variables.join()} yet`, 0);
}
