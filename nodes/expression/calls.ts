/** Calls in expressions: functions and `has`. */
import { MessageError } from "../contract/errors.ts";
import { type Code, constantOf, expectKind, type Run, type Scope, textOf } from "./code.ts";
import { ExpressionError } from "./expression-error.ts";
import type { ExpressionFunction } from "./functions/define.ts";
import { functions } from "./functions.ts";
import { kindOf, kindWords, show } from "./kinds.ts";
import { macroCall, macros } from "./macros.ts";
import type { Tree } from "./parse.ts";

export function call(name: string, args: readonly Tree[], tree: Tree, scope: Scope): Code {
  const [first, ...rest] = args;
  if (name === "has" && first !== undefined && rest.length === 0) return has(first, scope);
  const macro = Object.hasOwn(macros, name) ? macros[name] : undefined;
  if (macro !== undefined) return macroCall(macro, args, tree, scope);
  const definition = Object.hasOwn(functions, name) ? functions[name] : undefined;
  if (definition !== undefined) return functionCall(name, definition, args, tree, scope);
  const known = [...Object.keys(functions), "has", ...Object.keys(macros)].join(", ");
  throw new ExpressionError(`unknown function "${name}"; functions are ${known}`, tree.start);
}

function functionCall(
  name: string,
  definition: ExpressionFunction,
  args: readonly Tree[],
  tree: Tree,
  scope: Scope,
): Code {
  const { parameters, required, variadic } = definition;
  if (args.length < required || (args.length > parameters.length && !variadic))
    throw new ExpressionError(`${name} is written ${definition.usage}`, tree.start);
  const codes = args.map((arg, index) => {
    const code = scope.compile(arg, scope);
    expectKind(arg, code, parameters[index] ?? "any");
    return code;
  });
  checkConstants(definition, codes, tree);
  const source = textOf(tree);
  const argument = (index: number, value: unknown) => {
    const wanted = parameters[index] ?? "any";
    if (wanted === "any" || wanted === "text") scope.budget.walk(value);
    if (wanted !== "any" && value !== undefined && kindOf(value) !== wanted)
      throw new MessageError("type_mismatch", `${source} needs ${kindWords[wanted]}, not ${show(value)}`);
    return value;
  };
  const run: Run = (point, variables) => {
    const values: unknown[] = [];
    for (let index = 0; index < codes.length; index++) {
      const value = argument(index, codes[index]?.run(point, variables));
      if (value === undefined) return undefined;
      values.push(value);
    }
    return definition.call(...values);
  };
  return { kind: definition.returns, constant: codes.every((code) => code.constant), run };
}

/** What stands in the source, such as a pattern or a time zone, is looked at before anything runs. */
function checkConstants({ check }: ExpressionFunction, codes: readonly Code[], tree: Tree): void {
  try {
    check?.(...codes.map((code) => (code.constant ? constantOf(code) : undefined)));
  } catch (error) {
    throw error instanceof MessageError ? new ExpressionError(error.message, tree.start) : error;
  }
}

function has(field: Tree, scope: Scope): Code {
  if (field.op !== "." && field.op !== "[]" && field.op !== "id")
    throw new ExpressionError("has asks for a field, as in has(tags.line)", field.start);
  const { run } = scope.compile(field, scope);
  return { kind: "bool", constant: false, run: (point, variables) => run(point, variables) !== undefined };
}
