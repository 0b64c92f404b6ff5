import { compileExpression } from "../../../expression/expression.ts";
import { type HistoryValues, history, historyVariables, savedHistory } from "../../history.ts";
import { type Deciding, type Filter, rejected } from "../decision.ts";

export const expression: Filter = {
  line: ({ expression: source = "" }) => source,
  saved: savedHistory,
  create({ expression: source = "true", missing, maxSeries }, context) {
    const condition = compileExpression(source, historyVariables);
    const no = rejected(`not ${source}`);
    const unknown = { reason: "passed, since it lacks what the condition is about" };
    const ask = missing === "pass" ? condition.ask : missing === "fail" ? condition.demand : condition.test;
    const decide = (point: Parameters<Deciding["decide"]>[0], extra?: HistoryValues) => {
      const answer = ask(point, extra);
      return answer === undefined ? unknown : answer ? undefined : no;
    };
    if (condition.uses.size === 0) return { decide: (point) => decide(point) };
    const { next, snapshot } = history(maxSeries, context);
    return { snapshot, decide: (point) => decide(point, next(point)) };
  },
};
