/** What can be set on a conversion. */
import { z } from "zod";
import { type FormatName, formatNames, formats } from "./formats/formats.ts";
import { pathField } from "./path.ts";
import { writings } from "./payload.ts";
import { scalarTypes } from "./scalar.ts";
import { isTimePattern, timeFormats, timeZoneField } from "./time.ts";
import { compressions } from "./unpack.ts";

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

/** The settings of each format that has any, shown while it is chosen. */
const formatFields = Object.fromEntries(
  formatNames.flatMap((name) => {
    const { settings, label } = formats[name];
    return settings === undefined
      ? []
      : [[name, settings.optional().meta({ title: label, showWhen: { format: [name] } })]];
  }),
);

const fields = {
  format: z
    .enum(formatNames)
    .default("auto")
    .meta({
      title: "Format",
      description: "What the payload is.",
      labels: Object.fromEntries(formatNames.map((name) => [name, formats[name].label])),
    }),
  ...(formatFields as Record<never, never>),
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
  bytesAs: z
    .enum(writings)
    .default("asSent")
    .meta({
      title: "Bytes are written as",
      labels: { asSent: "Themselves", hex: "Hex digits", base64: "Base64" },
      advanced: true,
    }),
  compression: z
    .enum(compressions)
    .default("none")
    .meta({
      title: "Compression",
      labels: { none: "None", gzip: "gzip", zlib: "zlib (deflate)", zstd: "Zstandard" },
      advanced: true,
    }),
  maxBytes: z
    .int()
    .min(1)
    .max(67_108_864)
    .default(4_194_304)
    .meta({
      title: "Size at most",
      description: "After decompression; more is an error.",
      unit: "bytes",
      showWhen: { compression: compressions.filter((name) => name !== "none") },
      advanced: true,
    }),
  payloadField: pathField({
    title: "Payload from",
    description: "Where the payload stands, when it is a text inside a JSON message.",
    placeholder: "uplink_message.frm_payload",
    advanced: true,
  }).optional(),
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
  timeFormat: z
    .enum(timeFormats)
    .default("auto")
    .meta({
      title: "Times are",
      labels: {
        auto: "RFC 3339, or a number since 1970 by its size",
        s: "Seconds since 1970",
        ms: "Milliseconds since 1970",
        us: "Microseconds since 1970",
        ns: "Nanoseconds since 1970",
        pattern: "Written by a pattern",
      },
      advanced: true,
    }),
  timePattern: z
    .string()
    .max(200)
    .refine(isTimePattern, "is no pattern of a time; write for example dd.MM.yyyy HH:mm:ss")
    .optional()
    .meta({
      title: "Pattern",
      description: "yyyy year, MM month, dd day, HH hour, mm minute, ss second, SSS millisecond, ZZ offset (Luxon).",
      placeholder: "dd.MM.yyyy HH:mm:ss",
      showWhen: { timeFormat: ["pattern"] },
      advanced: true,
    }),
  timeZone: timeZoneField.meta({
    title: "Time zone",
    description: "Of times without an offset.",
    placeholder: "Europe/Zurich",
    showWhen: { timeFormat: ["auto", "pattern"] },
    advanced: true,
  }),
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
};

export const convertConfig = z.strictObject(fields).superRefine((config, context) => {
  if (config.timeFormat === "pattern" && config.timePattern === undefined)
    context.addIssue({ code: "custom", path: ["timePattern"], message: "write how times are written" });
  const { format } = config;
  if (givenSettings(config) !== undefined) return;
  for (const issue of formats[format].settings?.safeParse({}).error?.issues ?? [])
    context.addIssue({ code: "custom", path: [format, ...issue.path], message: issue.message });
});
export type ConvertConfig = z.output<typeof convertConfig>;

/** What stands under the name of the chosen format. The type of the whole does not know it: formats keep their own. */
function givenSettings(config: { readonly format: FormatName }): Readonly<Record<string, unknown>> | undefined {
  return (config as Readonly<Record<string, unknown>>)[config.format] as Readonly<Record<string, unknown>> | undefined;
}

/** The checked settings of the chosen format. */
export function formatSettings(config: ConvertConfig): Readonly<Record<string, unknown>> {
  return givenSettings(config) ?? formats[config.format].settings?.parse({}) ?? {};
}
