/** The compiled form of a part of an expression, and what all parts share while they are compiled. */
import type { Point } from "../contract/point.ts";
import type { Budget } from "./budget.ts";
import { ExpressionError } from "./expression-error.ts";
import { type Kind, kindWords } from "./kinds.ts";
import type { Tree } from "./parse.ts";
import { truth } from "./values.ts";

export type Variables = Readonly<Record<string, unknown>> | undefined;
export type Run = (point: Point, variables: Variables) => unknown;

/** A compiled part. `run` gives `undefined` for what cannot be known, since the point lacks a field it needs. */
export interface Code {
  readonly kind: Kind;
  /** The same for every point. */
  readonly constant: boolean;
  readonly run: Run;
}

/** The value of a constant part. Throws `MessageError` when it has none, such as `-"a"`. */
export function constantOf(code: Code): unknown {
  return code.run(nowhere, undefined);
}
const nowhere: Point = { device_id: "", key: "", value: null, type: "string", quality: 0, timestamp: "", tags: {} };

export interface Scope {
  readonly variables: ReadonlySet<string>;
  /** Variables of macros, such as `x` in `value.exists(x, x > 3)`: set while the macro runs. */
  readonly locals: ReadonlyMap<string, { value: unknown }>;
  readonly budget: Budget;
  /** Which of the variables are read. */
  readonly used: Set<string>;
  /** What is read from the point, to name what was missing. */
  readonly reads: { readonly text: string; readonly run: Run }[];
  /** Compiles a part of the part. Throws `ExpressionError`. */
  compile(tree: Tree, scope: Scope): Code;
}

export function textOf(tree: Tree): string {
  return tree.input.slice(tree.start, tree.end);
}

/** Refuses a part that is known to be of another kind. */
export function expectKind(tree: Tree, { kind }: Code, ...wanted: readonly Kind[]): void {
  if (kind === "any" || wanted.includes(kind) || wanted.includes("any")) return;
  const words = wanted.map((one) => kindWords[one]).join(" or ");
  const advice = kind === "text" && wanted.includes("number") ? "; double(x) makes a number of text" : "";
  throw new ExpressionError(`${textOf(tree)} is ${kindWords[kind]}, but ${words} is needed here${advice}`, tree.start);
}

export interface Condition {
  readonly constant: boolean;
  readonly run: (point: Point, variables: Variables) => boolean | undefined;
}

/** Compiles a part that has to be true or false. */
export function condition(tree: Tree, scope: Scope): Condition {
  const code = scope.compile(tree, scope);
  expectKind(tree, code, "bool");
  if (code.kind === "bool") return code as Condition;
  const source = textOf(tree);
  return { constant: code.constant, run: (point, variables) => truth(code.run(point, variables), source) };
}
