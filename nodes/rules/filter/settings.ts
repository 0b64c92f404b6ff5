/** What can be set on a filter. Which fields count depends on `mode`. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { condition } from "../../expression/fields.ts";

export const modes = [
  "expression",
  "range",
  "deadband",
  "duplicate",
  "rateLimit",
  "rateOfChange",
  "quality",
  "pattern",
  "null",
  "stale",
  "outlier",
  "consecutive",
] as const;
export type Mode = (typeof modes)[number];

const when = (...shown: Mode[]) => ({ showWhen: { mode: shown } });

export const settings = z
  .strictObject({
    mode: z
      .enum(modes)
      .default("expression")
      .meta({
        title: "Let through",
        labels: {
          expression: "Where an expression is true",
          range: "Values in a range",
          deadband: "Values that changed enough",
          duplicate: "Values that are new",
          rateLimit: "Only so many in a time",
          rateOfChange: "Values that do not jump",
          quality: "Certain qualities",
          pattern: "Names or texts like a pattern",
          null: "Values that are there",
          stale: "Points that are recent",
          outlier: "Values near the recent ones",
          consecutive: "A condition that lasts",
        },
      }),
    expression: condition({
      title: "Condition",
      placeholder: 'value > 40 && tags.line == "a"',
      ...when("expression", "consecutive"),
    }).optional(),
    min: z
      .number()
      .optional()
      .meta({ title: "From", ...when("range") }),
    max: z
      .number()
      .optional()
      .meta({ title: "To", ...when("range") }),
    pass: z
      .enum(["inside", "outside"])
      .default("inside")
      .meta({
        title: "Pass",
        labels: { inside: "From … to, bounds included", outside: "Below and above" },
        ...when("range"),
      }),
    deadband: z
      .number()
      .min(0)
      .default(0)
      .meta({
        title: "Deadband",
        description: "Only a change of more than this since the last point that passed. 0: any change.",
        ...when("deadband"),
      }),
    deadbandType: z
      .enum(["absolute", "percent"])
      .default("absolute")
      .meta({
        title: "Measured",
        labels: { absolute: "In the unit of the value", percent: "In percent of the last value" },
        ...when("deadband"),
      }),
    heartbeat: duration({
      title: "At least every",
      description: "After this time a point passes even if nothing changed. Empty: never.",
      placeholder: "1m",
      min: "1ms",
      ...when("deadband"),
    }).optional(),
    window: duration({
      title: "Within",
      description: "The same value again within this time is rejected.",
      default: "10s",
      min: "1ms",
      ...when("duplicate"),
    }),
    count: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(1)
      .meta({
        title: "Count",
        description: "Rate limit: points per time. Lasting condition: points in a row.",
        ...when("rateLimit", "consecutive"),
      }),
    per: duration({ title: "Per", default: "1s", min: "1ms", ...when("rateLimit") }),
    maxPerSecond: z
      .number()
      .positive()
      .optional()
      .meta({ title: "Change at most", description: "Per second, up or down.", unit: "/s", ...when("rateOfChange") }),
    allowed: z
      .array(z.int())
      .min(1)
      .default([0])
      .meta({ title: "Qualities", description: "0 is good.", ...when("quality") }),
    field: z
      .enum(["key", "device_id", "value"])
      .default("key")
      .meta({
        title: "Look at",
        labels: { key: "The key", device_id: "The device id", value: "The value, a text" },
        ...when("pattern"),
      }),
    pattern: z
      .string()
      .min(1)
      .max(1_000)
      .optional()
      .meta({
        title: "Pattern",
        description: "* stands for any characters; capital and small letters differ.",
        placeholder: "boiler-*",
        ...when("pattern"),
      }),
    olderThan: duration({
      title: "Reject when older than",
      default: "1m",
      min: "1ms",
      ...when("stale"),
    }),
    windowSize: z
      .int()
      .min(2)
      .max(1_000)
      .default(20)
      .meta({ title: "Compare with the last", unit: "values", ...when("outlier") }),
    threshold: z
      .number()
      .positive()
      .default(2)
      .meta({
        title: "Reject beyond",
        description: "Distance from their mean.",
        unit: "standard deviations",
        ...when("outlier"),
      }),
    minSamples: z
      .int()
      .min(2)
      .default(5)
      .meta({ title: "Start after", unit: "values", ...when("outlier") }),
    minDeviation: z
      .number()
      .min(0)
      .default(0)
      .meta({
        title: "Never reject within",
        description:
          "A distance from the mean that is always fine: the step of the sensor, for values that stand still.",
        advanced: true,
        ...when("outlier"),
      }),
    maxSeries: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(10_000)
      .meta({
        title: "Remember series",
        description: "Keys of devices; the oldest is forgotten for a new one.",
        advanced: true,
        ...when("deadband", "duplicate", "rateLimit", "rateOfChange", "outlier", "consecutive"),
      }),
  })
  .superRefine(({ mode, expression, pattern, maxPerSecond, min, max, minSamples, windowSize }, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    if ((mode === "expression" || mode === "consecutive") && expression === undefined)
      report("expression", 'write a condition, for example "value > 40"');
    if (mode === "pattern" && pattern === undefined) report("pattern", 'write a pattern, for example "boiler-*"');
    if (mode === "rateOfChange" && maxPerSecond === undefined)
      report("maxPerSecond", "write how much the value may change in a second");
    if (mode === "range" && min === undefined && max === undefined) report("min", "set at least one end of the range");
    if (mode === "range" && min !== undefined && max !== undefined && min > max)
      report("max", `must not be less than ${min}, the other end of the range`);
    if (mode === "outlier" && minSamples > windowSize)
      report("minSamples", `must not be more than ${windowSize}, the values it compares with`);
  });
export type Settings = z.output<typeof settings>;
