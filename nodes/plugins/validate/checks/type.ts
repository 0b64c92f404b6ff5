import { z } from "zod";
import { pointTypes } from "../../../contract/point.ts";
import { checkSettings, defineCheck } from "../check.ts";

export const type = defineCheck({
  settings: checkSettings("type", "Type", {
    types: z.array(z.enum(pointTypes)).min(1, "choose a type").meta({ title: "One of" }),
  }),
  words: ({ types }) => `type ${types.join(" or ")}`,
  create({ types }) {
    const allowed: ReadonlySet<unknown> = new Set(types);
    return {
      reason: (point) => (allowed.has(point.type) ? undefined : `its type is ${point.type}, not ${types.join(" or ")}`),
    };
  },
});
