import { z } from "zod";
import { plain } from "../../../expression/kinds.ts";
import { shown } from "../../convert/excerpt.ts";
import { checkSettings, defineCheck } from "../check.ts";

export const allowed = defineCheck({
  settings: checkSettings("allowed", "Allowed values", {
    values: z
      .array(z.union([z.number(), z.string(), z.boolean()]))
      .min(1, "write a value")
      .max(10_000)
      .meta({ title: "Values", description: 'The number 1 and the text "1" are different values.' }),
  }),
  words: ({ values }) => `${values.slice(0, 3).join(", ")}${values.length > 3 ? ` and ${values.length - 3} more` : ""}`,
  create({ values }) {
    const known: ReadonlySet<unknown> = new Set(values);
    return {
      reason: ({ value }) => (known.has(plain(value)) ? undefined : `${shown(value)} is none of the allowed values`),
    };
  },
});
