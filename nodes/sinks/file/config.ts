/** What can be set on a file sink. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { template } from "../../expression/fields.ts";
import { byteSize } from "../byte-size.ts";
import { contentField } from "../content.ts";
import { csvColumns } from "./lines.ts";
import { pathTemplateProblem, pathVariables } from "./path-template.ts";

/** A template that does not compile is told by its own field. */
function pathProblemOf(text: string): string | undefined {
  try {
    return pathTemplateProblem(text);
  } catch {
    return undefined;
  }
}

export const fileConfig = z.strictObject({
  path: template({}, pathVariables)
    .superRefine((text, context) => {
      const message = pathProblemOf(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({
      title: "Path",
      description: `Below the gateway's folder of files. Can hold expressions in \${…}. Missing folders are made.`,
      widget: "path",
      placeholder: "data/points.jsonl",
    }),
  format: z
    .enum(["jsonl", "csv", "line-protocol"])
    .default("jsonl")
    .meta({
      title: "Format",
      labels: {
        jsonl: "JSON, one object per line",
        csv: "CSV, for spreadsheets",
        "line-protocol": "Line protocol, for InfluxDB",
      },
    }),
  content: contentField.meta({ ...contentField.meta(), showWhen: { format: ["jsonl"] } }),
  columns: z
    .array(z.string().regex(/^[^\r\n]+$/, "name the column"))
    .min(1, "name a column")
    .max(200)
    .default([...csvColumns])
    .meta({
      title: "Columns",
      description: "Fields of the data; tags.line for the tag line.",
      showWhen: { format: ["csv"] },
      advanced: true,
    }),
  maxBytes: byteSize("100MB", {
    title: "New file after",
    description: "Such as 500KB, 10MB or 1GB. 0: never.",
    placeholder: "100MB",
  }),
  interval: duration({
    default: "0s",
    title: "New file every",
    description: "1h: at each full hour, 1d: at midnight, UTC. 0s: never.",
  }),
  maxLines: z.int().min(0).default(0).meta({
    title: "New file after so many messages",
    description: "0: never.",
    advanced: true,
  }),
  maxFiles: z
    .int()
    .min(1)
    .max(1_000)
    .default(10)
    .meta({ title: "Files kept", description: "The present one included; the oldest goes." }),
  gzip: z.boolean().default(false).meta({ title: "Compress files put aside" }),
  fsync: z
    .enum(["batch", "interval", "never"])
    .default("batch")
    .meta({
      title: "Wait for the disk",
      description: "Without waiting it is faster, and a power cut costs the last seconds.",
      labels: { batch: "After each batch", interval: "Once a second", never: "Never" },
      advanced: true,
    }),
  batchSize: z.int().min(1).max(10_000).default(1_000).meta({ title: "Messages per batch", advanced: true }),
  linger: duration({
    default: "100ms",
    max: "1m",
    title: "Longest wait for a full batch",
    advanced: true,
  }),
});
export type FileConfig = z.output<typeof fileConfig>;
