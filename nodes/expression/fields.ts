/** Configuration fields that hold an expression or a template; text that does not compile is refused with its position. */
import { z } from "zod";
import type { FieldMeta } from "../contract/fields.ts";
import { compileExpression } from "./expression.ts";
import { ExpressionError } from "./expression-error.ts";
import { kindWords } from "./kinds.ts";
import { compileTemplate } from "./template.ts";

/** The source of an expression; compile it in `create`. `variables` are those handed in as `extra`. */
export function expression(meta: FieldMeta = {}, variables: readonly string[] = []) {
  return checked((source) => compileExpression(source, variables), { widget: "expression", variables, ...meta });
}

/** The source of an expression that is true or false; for `test`. */
export function condition(meta: FieldMeta = {}, variables: readonly string[] = []) {
  const compile = (source: string) => {
    const { kind } = compileExpression(source, variables);
    if (kind === "bool" || kind === "any") return;
    throw new ExpressionError(`is ${kindWords[kind]}, not a condition; write for example "value > 40"`, 0);
  };
  return checked(compile, { widget: "expression", variables, ...meta });
}

/** The source of a template; compile it in `create`. `variables` are those handed in as `extra`. */
export function template(meta: FieldMeta = {}, variables: readonly string[] = []) {
  return checked((source) => compileTemplate(source, variables), { widget: "template", variables, ...meta });
}

function checked(compile: (source: string) => unknown, meta: FieldMeta) {
  const check = z.string().superRefine((source, context) => {
    try {
      compile(source);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      const { message, position } = error;
      context.addIssue({ code: "custom", message: `${message} (at character ${position + 1})`, params: { position } });
    }
  });
  return check.meta(meta);
}
