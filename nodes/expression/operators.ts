/** Operators of expressions. */
import { type Code, condition, constantOf, expectKind, type Run, type Scope, textOf } from "./code.ts";
import { ExpressionError } from "./expression-error.ts";
import { type Kind, kindWords } from "./kinds.ts";
import type { Tree } from "./parse.ts";
import { add, equal, isIn, order, refuseNumbers } from "./values.ts";

/** `if ? then : else` */
export function choice([ifTree, thenTree, elseTree]: readonly [Tree, Tree, Tree], scope: Scope): Code {
  const test = condition(ifTree, scope);
  const yes = scope.compile(thenTree, scope);
  const no = scope.compile(elseTree, scope);
  const run: Run = (point, variables) => {
    const answer = test.run(point, variables);
    if (answer === undefined) return undefined;
    return answer ? yes.run(point, variables) : no.run(point, variables);
  };
  const kind = yes.kind === no.kind ? yes.kind : "any";
  return { kind, constant: test.constant && yes.constant && no.constant, run };
}

/** What is unknown on one side does not matter when the other side decides. */
export function logical(op: "||" | "&&", [leftTree, rightTree]: readonly [Tree, Tree], scope: Scope): Code {
  const left = condition(leftTree, scope);
  const right = condition(rightTree, scope);
  const deciding = op === "||";
  const run: Run = (point, variables) => {
    const a = left.run(point, variables);
    if (a === deciding) return deciding;
    const b = right.run(point, variables);
    if (b === deciding) return deciding;
    return a === undefined || b === undefined ? undefined : !deciding;
  };
  return { kind: "bool", constant: left.constant && right.constant, run };
}

export function not(tree: Tree, scope: Scope): Code {
  const inner = condition(tree, scope);
  const run: Run = (point, variables) => {
    const answer = inner.run(point, variables);
    return answer === undefined ? undefined : !answer;
  };
  return { kind: "bool", constant: inner.constant, run };
}

export function negative(innerTree: Tree, tree: Tree, scope: Scope): Code {
  const inner = scope.compile(innerTree, scope);
  expectKind(innerTree, inner, "number");
  const source = textOf(tree);
  const run: Run = (point, variables) => {
    const value = inner.run(point, variables);
    return typeof value === "number" ? -value : refuseNumbers(value, 0, source);
  };
  return { kind: "number", constant: inner.constant, run };
}

interface Operands {
  readonly left: Code;
  readonly right: Code;
  readonly leftTree: Tree;
  readonly rightTree: Tree;
  readonly source: string;
  readonly scope: Scope;
}

export function binary(op: string, [leftTree, rightTree]: readonly [Tree, Tree], tree: Tree, scope: Scope): Code {
  const left = scope.compile(leftTree, scope);
  const right = scope.compile(rightTree, scope);
  const operands: Operands = { left, right, leftTree, rightTree, source: textOf(tree), scope };
  const constant = left.constant && right.constant;
  if (op === "in") return { kind: "bool", constant, run: membership(operands) };
  if (op === "+") return { kind: sumKind(operands), constant, run: sum(operands) };
  const compute = arithmetic[op];
  if (compute !== undefined) return { kind: "number", constant, run: calculation(operands, compute) };
  refuseOtherKinds(operands);
  const compare = orderings[op];
  const run = compare === undefined ? equality(operands, op === "==") : comparison(operands, compare);
  return { kind: "bool", constant, run };
}

const arithmetic: Readonly<Record<string, (a: number, b: number) => number>> = {
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  "%": (a, b) => a % b,
};

type Ordered = number | string;
const orderings: Readonly<Record<string, (a: Ordered, b: Ordered) => boolean>> = {
  "<": (a, b) => a < b,
  "<=": (a, b) => a <= b,
  ">": (a, b) => a > b,
  ">=": (a, b) => a >= b,
};

function calculation(operands: Operands, compute: (a: number, b: number) => number): Run {
  const { left, right, leftTree, rightTree, source } = operands;
  expectKind(leftTree, left, "number");
  expectKind(rightTree, right, "number");
  return (point, variables) => {
    const a = left.run(point, variables);
    const b = right.run(point, variables);
    return typeof a === "number" && typeof b === "number" ? compute(a, b) : refuseNumbers(a, b, source);
  };
}

const addable: readonly Kind[] = ["number", "text", "list"];

function sumKind({ left, right, leftTree, rightTree }: Operands): Kind {
  expectKind(leftTree, left, ...addable);
  if (left.kind === "any") expectKind(rightTree, right, ...addable);
  else if (left.kind !== right.kind && right.kind !== "any")
    throw new ExpressionError(
      `${textOf(leftTree)} is ${kindWords[left.kind]} and ${textOf(rightTree)} is ${kindWords[right.kind]}: they cannot be added; string(x) makes text of a value`,
      rightTree.start,
    );
  return left.kind === "any" ? right.kind : left.kind;
}

function sum({ left, right, source, scope }: Operands): Run {
  return (point, variables) => {
    const a = left.run(point, variables);
    const b = right.run(point, variables);
    return typeof a === "number" && typeof b === "number" ? a + b : add(a, b, source, scope.budget);
  };
}

function membership({ left, right, rightTree, source, scope }: Operands): Run {
  expectKind(rightTree, right, "list", "object");
  return (point, variables) => isIn(left.run(point, variables), right.run(point, variables), source, scope.budget);
}

function comparison(operands: Operands, compare: (a: Ordered, b: Ordered) => boolean): Run {
  const { left, right, leftTree, rightTree } = operands;
  expectKind(leftTree, left, "number", "text");
  expectKind(rightTree, right, "number", "text");
  const limit = right.constant ? constantOf(right) : undefined;
  if (typeof limit === "number")
    return (point, variables) => {
      const a = left.run(point, variables);
      return typeof a === "number" ? compare(a, limit) : order(a, limit, compare);
    };
  return (point, variables) => {
    const a = left.run(point, variables);
    const b = right.run(point, variables);
    return typeof a === "number" && typeof b === "number" ? compare(a, b) : order(a, b, compare);
  };
}

function equality({ left, right, scope }: Operands, wanted: boolean): Run {
  const other = right.constant ? constantOf(right) : undefined;
  if (typeof other === "number" || typeof other === "string")
    return (point, variables) => {
      const a = left.run(point, variables);
      return a === undefined ? undefined : (a === other) === wanted;
    };
  return (point, variables) => {
    const a = left.run(point, variables);
    const b = right.run(point, variables);
    return a === undefined || b === undefined ? undefined : equal(a, b, scope.budget) === wanted;
  };
}

/** A comparison that could only ever have one answer is a mistake, mostly a number in quotes. */
function refuseOtherKinds({ left, right, leftTree, rightTree }: Operands): void {
  if (left.kind === right.kind || left.kind === "any" || right.kind === "any") return;
  const kinds = [left.kind, right.kind];
  const advice = kinds.includes("text") && kinds.includes("number") ? "; double(x) makes a number of text" : "";
  throw new ExpressionError(
    `${textOf(leftTree)} is ${kindWords[left.kind]} and ${textOf(rightTree)} is ${kindWords[right.kind]}: they are never the same${advice}`,
    leftTree.start,
  );
}
