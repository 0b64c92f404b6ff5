import { type Filter, rejected } from "../decision.ts";

export const quality: Filter = {
  line: ({ allowed }) => `quality ${allowed.join(", ")}`,
  create({ allowed }) {
    const other = rejected(`its quality is not ${allowed.join(", ")}`);
    return { decide: (point) => (allowed.includes(point.quality) ? undefined : other) };
  },
};
