/** What can be set on a conversion. */
import { z } from "zod";
import { pathField } from "./path.ts";
import { formats } from "./payload.ts";
import { scalarTypes } from "./scalar.ts";

const scalarLabels = { int: "Whole number", float: "Number", bool: "True or false", string: "Text" };
const tags = z.record(z.string().min(1), z.string());

const field = z.strictObject({
  path: pathField({ title: "Path", description: "Where the value stands. Empty for the whole message." }),
  key: z.string().min(1).optional().meta({ title: "Key", description: "The path when left out." }),
  type: z.enum(scalarTypes).optional().meta({ title: "Type", labels: scalarLabels }),
  unit: z.string().min(1).optional().meta({ title: "Unit", description: "Added as the tag unit.", placeholder: "°C" }),
  tags: tags.optional().meta({ title: "Tags" }),
  required: z.boolean().default(false).meta({ title: "Required", description: "A message without it is an error." }),
});

export const convertConfig = z.strictObject({
  format: z
    .enum(formats)
    .default("auto")
    .meta({
      title: "Format",
      description: "What the payload is.",
      labels: { auto: "JSON, text or bytes, by what it is", json: "JSON, or an error", text: "Text as it came" },
    }),
  key: z.string().min(1).optional().meta({
    title: "Key",
    description:
      "For a message that is a single value. Left out: the key the adapter names, the last level of the topic, or value.",
    placeholder: "temperature",
  }),
  fields: z
    .array(field)
    .max(1_000)
    .default([])
    .meta({ title: "Fields", description: "Picks only these values. Left empty: all that the message holds." }),
  types: z
    .record(z.string().min(1), z.enum(scalarTypes).meta({ labels: scalarLabels }))
    .default({})
    .meta({ title: "Types", description: "Keys and the type their values are brought to." }),
  numbers: z
    .enum(["asWritten", "float"])
    .default("asWritten")
    .meta({
      title: "Numbers",
      description: "A sensor that sends 21.5, then 22, changes between float and int unless all are floats.",
      labels: { asWritten: "Whole numbers are int", float: "All are float" },
    }),
  tags: tags.default({}).meta({ title: "Tags", description: "Added to every point." }),
  readings: pathField({
    title: "Readings",
    description: "Where in the message the readings stand, when not at its top.",
    placeholder: "data.sensors",
    advanced: true,
  }).optional(),
  deviceIdField: pathField({
    title: "Device id from",
    description: "Where the device id stands. Left out: device_id in the message, or the adapter's.",
    placeholder: "meta.serial",
    advanced: true,
  }).optional(),
  timestampField: pathField({
    title: "Time from",
    description: "Where the time stands. Left out: timestamp in the message, or when it came.",
    placeholder: "meta.ts",
    advanced: true,
  }).optional(),
  maxPoints: z
    .int()
    .min(1)
    .max(100_000)
    .default(1_000)
    .meta({ title: "Values per message", description: "A message with more is an error.", advanced: true }),
  output: z
    .enum(["points", "batch"])
    .default("points")
    .meta({
      title: "Send",
      description: "Several points in one message cost less; each point alone can be subscribed to by its key.",
      labels: { points: "Each point alone", batch: "All points of a message together" },
      advanced: true,
    }),
});
export type ConvertConfig = z.output<typeof convertConfig>;
