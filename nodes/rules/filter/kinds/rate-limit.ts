import { z } from "zod";
import { remember, saving } from "../../series-memory.ts";
import { type Deciding, type Filter, type FilterContext, rejected } from "../decision.ts";
import type { Settings } from "../settings.ts";
import { namedBy } from "../together.ts";

const savedWindow = z.strictObject({ startMs: z.number().optional(), passed: z.int() });
const savedBucket = z.strictObject({ tokens: z.number(), filledMs: z.number() });

/** Goes by the gateway's clock, since it protects what comes after. */
export const rateLimit: Filter = {
  line({ count, per, burst, limitBy }) {
    const each = { series: "", device: ", each device", all: ", all together" }[limitBy];
    const atOnce = burst === undefined ? "" : `, ${burst} at once`;
    return `${count} per ${per / 1000} s${atOnce}${each}`;
  },
  saved: z.union([savedWindow, savedBucket]),
  basis: ({ limitBy, spread }) => ({ limitBy, spread }),
  create: (settings, context) => (settings.spread ? bucket(settings, context) : windows(settings, context)),
};

/** The first of each time pass. */
function windows(settings: Settings, context: FilterContext): Deciding {
  const { count, per } = settings;
  const { clock } = context;
  const tooMany = rejected(`more than ${count} in ${per / 1000} s`);
  const times = saving(clock);
  const nameOf = namedBy(settings);
  const { series, snapshot } = remember<{ startMs: number; passed: number }, z.infer<typeof savedWindow>>(
    settings.maxSeries,
    context,
    {
      fresh: () => ({ startMs: Number.NEGATIVE_INFINITY, passed: 0 }),
      save: ({ startMs, passed }) => ({ startMs: times.wall(startMs), passed }),
      restore: ({ startMs, passed }) => ({
        startMs: startMs === undefined ? Number.NEGATIVE_INFINITY : times.monotonic(startMs),
        passed,
      }),
    },
  );
  return {
    snapshot,
    decide(point) {
      const state = nameOf(series, point);
      const nowMs = clock.monotonic();
      if (nowMs - state.startMs >= per) {
        state.startMs = nowMs;
        state.passed = 0;
      }
      if (state.passed >= count) return tooMany;
      state.passed++;
      return undefined;
    },
  };
}

/** A token bucket: so many pass at once after a pause, and then one each time that a token has been added. */
function bucket(settings: Settings, context: FilterContext): Deciding {
  const { count, per, burst = count } = settings;
  const { clock } = context;
  const tooFast = rejected(`faster than ${count} per ${per / 1000} s`);
  const times = saving(clock);
  const nameOf = namedBy(settings);
  const { series, snapshot } = remember<z.infer<typeof savedBucket>, z.infer<typeof savedBucket>>(
    settings.maxSeries,
    context,
    {
      fresh: () => ({ tokens: burst, filledMs: clock.monotonic() }),
      save: ({ tokens, filledMs }) => ({ tokens, filledMs: times.wall(filledMs) }),
      restore: ({ tokens, filledMs }) => ({ tokens, filledMs: times.monotonic(filledMs) }),
    },
  );
  return {
    snapshot,
    decide(point) {
      const state = nameOf(series, point);
      const nowMs = clock.monotonic();
      state.tokens = Math.min(burst, state.tokens + ((nowMs - state.filledMs) * count) / per);
      state.filledMs = nowMs;
      // A sum of fractions can miss the whole by a rounding error.
      if (state.tokens < 1 - 1e-9) return tooFast;
      state.tokens = Math.max(0, state.tokens - 1);
      return undefined;
    },
  };
}
