import { z } from "zod";
import { numberOf } from "../../../points/number-of.ts";
import { checkSettings, defineCheck } from "../check.ts";

export const range = defineCheck({
  settings: checkSettings("range", "Range", {
    min: z.number().optional().meta({ title: "From", description: "Included." }),
    max: z.number().optional().meta({ title: "To", description: "Included." }),
  })
    .refine(({ min, max }) => min !== undefined || max !== undefined, {
      path: ["min"],
      error: "set at least one end of the range",
    })
    .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
      path: ["max"],
      error: "must not be less than the other end of the range",
    }),
  words({ min, max }) {
    if (max === undefined) return `≥ ${min}`;
    return min === undefined ? `≤ ${max}` : `${min} … ${max}`;
  },
  create: ({ min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }) => ({
    reason(point) {
      const value = numberOf(point);
      if (value < min) return `${value} is below ${min}`;
      return value > max ? `${value} is above ${max}` : undefined;
    },
  }),
});
