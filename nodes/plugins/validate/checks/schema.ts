import { z } from "zod";
import { checkSettings, defineCheck } from "../check.ts";
import { compileSchema, type Schema, schemaFaults } from "../json-schema.ts";

export const schema = defineCheck({
  settings: checkSettings("schema", "JSON Schema", {
    of: z
      .enum(["value", "point"])
      .default("value")
      .meta({ title: "Applies to", labels: { value: "The value", point: "The whole point" } }),
    schema: z
      .record(z.string(), z.unknown())
      .superRefine((given, context) => {
        for (const message of schemaFaults(given as Schema)) context.addIssue({ code: "custom", message });
      })
      .meta({ title: "Schema", description: "JSON Schema 2020-12; formats are checked.", widget: "json" }),
  }),
  words({ of, schema: given }) {
    const name = typeof given["title"] === "string" ? given["title"] : "its JSON Schema";
    return `${of} fits ${name}`;
  },
  create({ of, schema: given }) {
    const faultsOf = compileSchema(given as Schema);
    return {
      reason(point) {
        const faults = faultsOf(of === "value" ? point.value : point);
        return faults.length === 0 ? undefined : faults.join("; ");
      },
    };
  },
});
