import { z } from "zod";
import { remember } from "../../series-memory.ts";
import { type Filter, held, rejected } from "../decision.ts";
import { Keeping, type Kept, savedKept } from "../keeping.ts";

interface State {
  kept: Kept | undefined;
}

const saved = z.strictObject({ kept: savedKept.optional() });

/** A time begins with its first point, and the last of it passes at its end. Goes by the gateway's clock. */
export const latest: Filter = {
  line: ({ per }) => `the latest of each ${per / 1000} s`,
  saved,
  create(settings, context) {
    const { per } = settings;
    const { emit } = context;
    const replaced = rejected(`followed by a later one within ${per / 1000} s`);
    const keeping = new Keeping<State>(context, per, (state) => {
      if (state.kept === undefined) return;
      series.of(state.kept.point);
      release(state);
    });

    function release(state: State): void {
      const { kept } = state;
      keeping.stop(state);
      state.kept = undefined;
      if (kept !== undefined) emit(kept.point, { trace: kept.trace });
    }

    const { series, snapshot } = remember<State, z.infer<typeof saved>>(settings.maxSeries, context, {
      fresh: () => ({ kept: undefined }),
      save: (state) => keeping.save(state, state.kept),
      restore: ({ kept }) => keeping.restore({ kept }, kept),
      forget: release,
    });
    keeping.begin();
    return {
      snapshot,
      close: () => keeping.close(),
      decide(point, trace) {
        const state = series.of(point);
        if (state.kept === undefined) keeping.start(state);
        else emit(state.kept.point, { ...replaced, trace: state.kept.trace });
        state.kept = { point, trace };
        return held;
      },
    };
  },
};
