import { z } from "zod";
import { at, parsePath, pathField } from "../../convert/path.ts";
import { checkSettings, defineCheck } from "../check.ts";

export const required = defineCheck({
  settings: checkSettings("required", "Required", {
    fields: z
      .array(pathField({ placeholder: "tags.line" }).min(1, "write the name of a field"))
      .min(1, "name a field")
      .max(100)
      .default(["value"])
      .meta({ title: "Fields", description: "Fields of a point, tags or members of a value that must not be null." }),
  }),
  words: ({ fields }) => `has ${fields.join(", ")}`,
  create({ fields }) {
    const wanted = fields.map((text) => ({ text, path: parsePath(text) ?? [] }));
    return {
      reason(point) {
        const missing = wanted.filter(({ path }) => at(point, path) === undefined || at(point, path) === null);
        return missing.length === 0 ? undefined : `it has no ${missing.map(({ text }) => text).join(", ")}`;
      },
    };
  },
});
