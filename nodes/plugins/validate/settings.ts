/** What can be set on a validation. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { checkField } from "./checks.ts";

export const settings = z.strictObject({
  checks: z.array(checkField).min(1, "add a check").max(100).meta({ title: "Checks" }),
  match: z
    .enum(["all", "any"])
    .default("all")
    .meta({ title: "A point is valid when", labels: { all: "It passes every check", any: "It passes one of them" } }),
  onInvalid: z
    .enum(["reject", "count"])
    .default("reject")
    .meta({
      title: "Invalid points",
      labels: { reject: "Leave by Invalid", count: "Pass and are only counted (dry run)" },
    }),
  reportEvery: duration({
    title: "Tell the counts every",
    default: "10s",
    min: "1s",
    showWhen: { onInvalid: ["count"] },
  }),
});
