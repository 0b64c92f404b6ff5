import { compileExpression } from "../../../expression/expression.ts";
import { Series } from "../../../points/series.ts";
import { type Filter, rejected } from "../decision.ts";

export const consecutive: Filter = {
  line: ({ count, expression = "" }) => `${expression}, ${count} times in a row`,
  create({ count, expression = "true", maxSeries }) {
    const condition = compileExpression(expression);
    const no = rejected(`not ${expression}`);
    const tooFew = rejected(`${expression}, but not yet ${count} times in a row`);
    const series = new Series(maxSeries, () => ({ inARow: 0 }));
    return (point) => {
      const state = series.of(point);
      if (!condition.test(point)) {
        state.inARow = 0;
        return no;
      }
      if (state.inARow < count) state.inARow++;
      return state.inARow < count ? tooFew : undefined;
    };
  },
};
