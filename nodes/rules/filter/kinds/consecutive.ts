import { z } from "zod";
import { compileExpression } from "../../../expression/expression.ts";
import { asItIs, remember } from "../../series-memory.ts";
import { type Filter, rejected } from "../decision.ts";

const saved = z.strictObject({ inARow: z.int() });

export const consecutive: Filter = {
  line: ({ count, expression = "" }) => `${expression}, ${count} times in a row`,
  saved,
  basis: ({ expression }) => expression,
  create(settings, context) {
    const { count, expression = "true" } = settings;
    const condition = compileExpression(expression);
    const no = rejected(`not ${expression}`);
    const tooFew = rejected(`${expression}, but not yet ${count} times in a row`);
    const fresh = (): z.infer<typeof saved> => ({ inARow: 0 });
    const { series, snapshot } = remember(settings.maxSeries, context, asItIs(fresh));
    return {
      snapshot,
      decide(point) {
        const state = series.of(point);
        if (!condition.test(point)) {
          state.inARow = 0;
          return no;
        }
        if (state.inARow < count) state.inARow++;
        return state.inARow < count ? tooFew : undefined;
      },
    };
  },
};
