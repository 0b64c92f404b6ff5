/** Configuration fields that hold an expression or a template; text that does not compile is refused with its position. */
import { z } from "zod";
import type { FieldMeta } from "../contract/fields.ts";
import { compileExpression, ExpressionError } from "./expression.ts";
import { compileTemplate } from "./template.ts";

/** The source of an expression; compile it in `create`. `variables` are those handed in as `extra`. */
export function expression(meta: FieldMeta = {}, variables: readonly string[] = []) {
  return z
    .string()
    .superRefine((source, context) => report(() => compileExpression(source, variables), context))
    .meta({ widget: "expression", ...meta });
}

/** The source of a template; compile it in `create`. `variables` are those handed in as `extra`. */
export function template(meta: FieldMeta = {}, variables: readonly string[] = []) {
  return z
    .string()
    .superRefine((source, context) => report(() => compileTemplate(source, variables), context))
    .meta({ widget: "template", ...meta });
}

function report(compile: () => unknown, context: z.core.$RefinementCtx): void {
  try {
    compile();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    const { message, position } = error;
    context.addIssue({ code: "custom", message: `${message} (at character ${position + 1})`, params: { position } });
  }
}
