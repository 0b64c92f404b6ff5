import { type Filter, rejected } from "../decision.ts";

export const missing: Filter = {
  line: () => "values that are there",
  create() {
    const empty = rejected("it has no value");
    return {
      decide: ({ value }) => (value === null || value === undefined || Number.isNaN(value) ? empty : undefined),
    };
  },
};
