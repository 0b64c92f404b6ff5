/** What can be set on an InfluxDB sink. */
import { z } from "zod";
import { tlsField } from "../../connections/tls.ts";
import { duration, secret } from "../../contract/fields.ts";
import { template } from "../../expression/fields.ts";
import { precisions } from "../line-protocol/epoch.ts";
import { lineDefaults } from "../line-protocol/line.ts";

const versions = ["1", "2", "3"] as const;
const only = (...shown: (typeof versions)[number][]) => ({ showWhen: { version: shown } });

const url = z
  .string()
  .superRefine((text, context) => {
    const report = (message: string) => context.addIssue({ code: "custom", message });
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (parsed === undefined || !/^https?:$/.test(parsed.protocol))
      return report(`"${text}" is not the address of a server; write for example http://10.0.0.5:8086`);
    if (parsed.username !== "" || parsed.password !== "")
      return report("leave user name and password out of the address: they have fields of their own");
    if (parsed.search !== "" || parsed.hash !== "")
      return report("leave everything from ? on out of the address: it has fields of its own");
  })
  .meta({ title: "Address", placeholder: "http://10.0.0.5:8086" });

const tag = z.strictObject({
  name: z.string().min(1, "give the tag a name").meta({ title: "Tag" }),
  value: template({ title: "Value", placeholder: `\${tags.line}` }),
});

export const influxConfig = z
  .strictObject({
    version: z
      .enum(versions)
      .default("2")
      .meta({
        title: "Version",
        description: "VictoriaMetrics takes 1 and 2.",
        labels: { 1: "InfluxDB 1", 2: "InfluxDB 2, Cloud", 3: "InfluxDB 3" },
      }),
    url,
    database: z
      .string()
      .default("")
      .meta({ title: "Database", placeholder: "plant", ...only("1", "3") }),
    retentionPolicy: z
      .string()
      .default("")
      .meta({ title: "Retention policy", description: "Empty: the database's own.", ...only("1") }),
    username: z
      .string()
      .default("")
      .meta({ title: "User name", ...only("1") }),
    password: secret({ title: "Password", ...only("1") }).optional(),
    org: z
      .string()
      .default("")
      .meta({ title: "Organisation", ...only("2") }),
    bucket: z
      .string()
      .default("")
      .meta({ title: "Bucket", ...only("2") }),
    token: secret({ title: "Token", ...only("2", "3") }).optional(),
    measurement: template({ title: "Measurement", placeholder: lineDefaults.measurement })
      .default(lineDefaults.measurement)
      .meta({ title: "Measurement", description: `Text that can hold expressions in \${…}.`, widget: "template" }),
    tags: z
      .array(tag)
      .max(100)
      .default([...lineDefaults.tags])
      .meta({ title: "Tags", description: "What is empty for a point is left out.", widget: "table" }),
    pointTags: z
      .boolean()
      .default(lineDefaults.pointTags)
      .meta({ title: "The point's own tags", description: "Write them as tags as well." }),
    field: template({ title: "Field", placeholder: lineDefaults.field }).default(lineDefaults.field),
    quality: z
      .boolean()
      .default(lineDefaults.quality)
      .meta({ title: "Write the quality", description: "As the integer field quality; 0 is good." }),
    integerKeys: z.array(z.string().min(1)).default([]).meta({
      title: "Integers",
      description: "Keys whose numbers are written as integers; * stands for any text. All others become floats.",
      placeholder: "counter_*",
    }),
    precision: z
      .enum(precisions)
      .default(lineDefaults.precision)
      .meta({
        title: "Precision of time",
        description: "Two points of a series with the same time are one to InfluxDB: the later one stays.",
        labels: { ns: "Nanoseconds", us: "Microseconds", ms: "Milliseconds", s: "Seconds" },
        advanced: true,
      }),
    maxSeries: z.int().min(0).max(10_000_000).default(100_000).meta({
      title: "Series at most",
      description:
        "New series beyond this are refused: a tag that always changes would fill the database. 0: no limit.",
      advanced: true,
    }),
    gzip: z.boolean().default(true).meta({ title: "Compress", advanced: true }),
    batchSize: z.int().min(1).max(10_000).default(5_000).meta({ title: "Messages per batch", advanced: true }),
    linger: duration({ default: "1s", max: "1m", title: "Longest wait for a full batch", advanced: true }),
    timeout: duration({ default: "10s", min: "100ms", max: "5m", title: "Timeout", advanced: true }),
    tls: tlsField("server"),
  })
  .superRefine((value, context) => {
    const need = (field: "database" | "org" | "bucket", words: string) => {
      if (value[field] === "") context.addIssue({ code: "custom", path: [field], message: words });
    };
    if (value.version === "2") need("bucket", "name the bucket to write to");
    else need("database", "name the database to write to");
    const names = value.tags.map(({ name }) => name);
    const twice = names.findIndex((name, index) => names.indexOf(name) < index);
    if (twice >= 0)
      context.addIssue({ code: "custom", path: ["tags", twice, "name"], message: `"${names[twice]}" is there twice` });
  });
export type InfluxConfig = z.output<typeof influxConfig>;
