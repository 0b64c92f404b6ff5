import { compileExpression } from "../../../expression/expression.ts";
import { type Filter, rejected } from "../decision.ts";

export const expression: Filter = {
  line: ({ expression: source = "" }) => source,
  create({ expression: source = "true", missing }) {
    const condition = compileExpression(source);
    const no = rejected(`not ${source}`);
    if (missing === "reject") return { decide: (point) => (condition.test(point) ? undefined : no) };
    const unknown = { reason: "passed, since it lacks what the condition is about" };
    return {
      decide(point) {
        const answer = missing === "pass" ? condition.ask(point) : condition.demand(point);
        if (answer === undefined) return unknown;
        return answer ? undefined : no;
      },
    };
  },
};
