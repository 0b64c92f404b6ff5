import { compileExpression } from "../../../expression/expression.ts";
import { type Filter, rejected } from "../decision.ts";

export const expression: Filter = {
  line: ({ expression: source = "" }) => source,
  create({ expression: source = "true" }) {
    const condition = compileExpression(source);
    const no = rejected(`not ${source}`);
    return (point) => (condition.test(point) ? undefined : no);
  },
};
