/**
 * Turns a parsed expression into nested functions, checking names and kinds on the way. The parser's own evaluator is
 * not used: it keeps integers apart from other numbers, fails on a missing field, and matches by backtracking.
 */
import { MessageError } from "../contract/errors.ts";
import { call } from "./calls.ts";
import { type Code, constantOf, type Run, type Scope } from "./code.ts";
import { ExpressionError } from "./expression-error.ts";
import { kindOf, plain } from "./kinds.ts";
import { binary, choice, logical, negative, not } from "./operators.ts";
import type { Tree } from "./parse.ts";
import { entry, member, name } from "./reading.ts";

/** Throws `ExpressionError`. */
export function compile(tree: Tree, scope: Scope): Code {
  const code = compilePart(tree, scope);
  return code.constant ? fold(code, tree) : code;
}

/** What is the same for every point is computed once, and what can never be computed is refused. */
function fold(code: Code, tree: Tree): Code {
  try {
    const value = constantOf(code);
    return { kind: kindOf(value), constant: true, run: () => value };
  } catch (error) {
    throw error instanceof MessageError ? new ExpressionError(error.message, tree.start) : error;
  }
}

function compilePart(tree: Tree, scope: Scope): Code {
  switch (tree.op) {
    case "value":
      return literal(tree.args, tree);
    case "id":
      return name(tree.args, tree, scope);
    case ".":
    case ".?":
      return member(tree.args[0], tree.args[1], tree, scope);
    case "[]":
    case "[?]":
      return entry(tree.args[0], tree.args[1], tree, scope);
    case "call":
      return call(tree.args[0], tree.args[1], tree, scope);
    case "rcall":
      return call(tree.args[0], [tree.args[1], ...tree.args[2]], tree, scope);
    case "list":
      return list(tree.args, scope);
    case "map":
      return object(tree.args, scope);
    case "?:":
      return choice(tree.args, scope);
    case "||":
    case "&&":
      return logical(tree.op, tree.args, scope);
    case "!_":
      return not(tree.args, scope);
    case "-_":
      return negative(tree.args, tree, scope);
    default:
      return binary(tree.op, tree.args, tree, scope);
  }
}

function literal(value: unknown, tree: Tree): Code {
  if (typeof value === "object" && value !== null)
    throw new ExpressionError('write numbers without "u" and text without "b"', tree.start);
  const known = plain(value);
  return { kind: kindOf(known), constant: true, run: () => known };
}

function list(items: readonly Tree[], scope: Scope): Code {
  const codes = items.map((tree) => scope.compile(tree, scope));
  const run: Run = (point, variables) => {
    scope.budget.spend(codes.length);
    const values = codes.map((code) => code.run(point, variables));
    return values.includes(undefined) ? undefined : values;
  };
  return { kind: "list", constant: codes.every(({ constant }) => constant), run };
}

function object(entries: readonly (readonly [Tree, Tree])[], scope: Scope): Code {
  const codes = entries.map(([field, value]) => {
    if (field.op !== "value" || typeof field.args !== "string")
      throw new ExpressionError('names of fields stand in quotes, as in {"limit": 40}', field.start);
    return [field.args, scope.compile(value, scope)] as const;
  });
  const run: Run = (point, variables) => {
    scope.budget.spend(codes.length);
    const values = codes.map(([field, code]) => [field, code.run(point, variables)] as const);
    return values.some(([, value]) => value === undefined) ? undefined : Object.fromEntries(values);
  };
  return { kind: "object", constant: codes.every(([, { constant }]) => constant), run };
}
