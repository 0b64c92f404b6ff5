import { compileExpression } from "../../../expression/expression.ts";
import { condition } from "../../../expression/fields.ts";
import { checkSettings, defineCheck } from "../check.ts";

export const expression = defineCheck({
  settings: checkSettings("expression", "Condition", {
    expression: condition({ title: "Condition", placeholder: "value >= 0 && has(tags.line)" }),
  }),
  words: ({ expression: source }) => source,
  create({ expression: source }) {
    const compiled = compileExpression(source);
    return { reason: (point) => (compiled.test(point) ? undefined : `not ${source}`) };
  },
});
