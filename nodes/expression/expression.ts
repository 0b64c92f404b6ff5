/** Conditions and calculations on points, written in CEL (the Common Expression Language) with numbers as people expect them. */
import { MessageError } from "../contract/errors.ts";
import type { Point } from "../contract/point.ts";
import { Budget } from "./budget.ts";
import type { Scope } from "./code.ts";
import { compile } from "./compile.ts";
import { type Kind, show } from "./kinds.ts";
import { parse } from "./parse.ts";

export interface CompiledExpression {
  readonly source: string;
  /** The kind of its value; `any` when that depends on the point. */
  readonly kind: Kind;
  /** Which of the declared variables it reads. */
  readonly uses: ReadonlySet<string>;
  /**
   * The value for this point; numbers are plain numbers. `extra` holds the variables declared at compile time.
   * Throws `MessageError`: `missing_field` when it needs a field, tag or variable that this point does not have,
   * `type_mismatch` when an operator or function does not fit the kinds of its values, `expression_limit` when it
   * would take too long.
   */
  evaluate(point: Point, extra?: Readonly<Record<string, unknown>>): unknown;
  /**
   * The answer of a condition. What a point does not have makes a comparison unknown, `&&`, `||` and `!` pass that on
   * unless the other side decides, and unknown is false in the end: `tags.line != "b"` and `!(tags.line == "b")` are
   * both false for a point without that tag. `has(tags.line)` asks for it. Comparing different kinds is false.
   * Throws `MessageError` as `evaluate` does, and `type_mismatch` when the result is neither true nor false.
   */
  test(point: Point, extra?: Readonly<Record<string, unknown>>): boolean;
  /** As `test`, but `undefined` for an answer that is unknown in the end. */
  ask(point: Point, extra?: Readonly<Record<string, unknown>>): boolean | undefined;
  /** As `test`, but throws `missing_field` for an answer that is unknown in the end. */
  demand(point: Point, extra?: Readonly<Record<string, unknown>>): boolean;
}

/**
 * Compiles once, to be evaluated for many points. `variables` names what callers will hand in as `extra`.
 * Throws `ExpressionError` when the source does not parse, names a variable or function that does not exist, uses a
 * value as what it can never be, or is too large.
 */
export function compileExpression(source: string, variables: readonly string[] = []): CompiledExpression {
  const budget = new Budget();
  const scope: Scope = {
    variables: new Set(variables),
    locals: new Map(),
    budget,
    used: new Set(),
    reads: [],
    compile,
  };
  const { kind, run } = compile(parse(source), scope);
  const missing = (point: Point, extra?: Readonly<Record<string, unknown>>) => {
    const name = scope.reads.find((read) => read.run(point, extra) === undefined)?.text ?? source;
    return new MessageError("missing_field", `this point has no ${name}`);
  };
  const ask: CompiledExpression["ask"] = (point, extra) => {
    budget.reset();
    const value = run(point, extra);
    if (typeof value === "boolean" || value === undefined) return value;
    throw new MessageError("type_mismatch", `"${source}" has to be true or false, but is ${show(value)}`);
  };
  return {
    source,
    kind,
    uses: scope.used,
    evaluate(point, extra) {
      budget.reset();
      const value = run(point, extra);
      if (typeof value === "object") budget.walk(value);
      if (value === undefined) throw missing(point, extra);
      return value;
    },
    test: (point, extra) => ask(point, extra) ?? false,
    ask,
    demand(point, extra) {
      const answer = ask(point, extra);
      if (answer === undefined) throw missing(point, extra);
      return answer;
    },
  };
}
