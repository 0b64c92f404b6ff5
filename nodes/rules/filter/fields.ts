/** What can be set on a filter. Which fields count depends on `mode`. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { condition, expression } from "../../expression/fields.ts";
import { timeZoneField } from "../../plugins/convert/time.ts";
import { historyVariables } from "../history.ts";
import { modeLabels, modes, when } from "./modes.ts";
import { weekdays } from "./weekdays.ts";

const timeOfDay = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, "write hours and minutes, such as 06:30, up to 24:00");

export const fields = z.strictObject({
  mode: z.enum(modes).default("expression").meta({
    title: "Let through",
    labels: modeLabels,
  }),
  expression: condition(
    {
      title: "Condition",
      placeholder: 'value > 40 && tags.line == "a"',
      ...when("expression", "consecutive"),
    },
    historyVariables,
  ).optional(),
  missing: z
    .enum(["reject", "pass", "fail"])
    .default("reject")
    .meta({
      title: "When a point lacks what it is about",
      labels: { reject: "Reject it", pass: "Let it through", fail: "Send it to Failed" },
      advanced: true,
      ...when("expression"),
    }),
  min: z
    .number()
    .optional()
    .meta({ title: "From", ...when("range") }),
  max: z
    .number()
    .optional()
    .meta({ title: "To", ...when("range") }),
  minIncluded: z
    .boolean()
    .default(true)
    .meta({ title: "The lower end itself is inside", advanced: true, ...when("range") }),
  maxIncluded: z
    .boolean()
    .default(true)
    .meta({ title: "The upper end itself is inside", advanced: true, ...when("range") }),
  pass: z
    .enum(["inside", "outside"])
    .default("inside")
    .meta({
      title: "Pass",
      labels: { inside: "What is inside", outside: "What is outside" },
      ...when("range", "timeWindow"),
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
    .enum(["absolute", "percent", "percentOfSpan"])
    .default("absolute")
    .meta({
      title: "Measured",
      labels: {
        absolute: "In the unit of the value",
        percent: "In percent of the last value",
        percentOfSpan: "In percent of the measuring span",
      },
      ...when("deadband"),
    }),
  span: z
    .number()
    .positive()
    .optional()
    .meta({
      title: "Span",
      description: "Upper less lower end of what the instrument measures.",
      showWhen: { mode: ["deadband"], deadbandType: ["percentOfSpan"] },
    }),
  deviation: z
    .number()
    .min(0)
    .optional()
    .meta({
      title: "Deviation",
      description: "How far what is left out may lie from the line between what passes.",
      ...when("swingingDoor"),
    }),
  heartbeat: duration({
    title: "At least every",
    description: "After this time a point passes even if nothing changed. Empty: never.",
    placeholder: "1m",
    min: "1ms",
    ...when("deadband", "swingingDoor"),
  }).optional(),
  flushAfter: duration({
    title: "Do not keep longer than",
    description: "The last point of a device that is silent passes after this time.",
    default: "15m",
    min: "1ms",
    max: "1d",
    ...when("swingingDoor"),
  }),
  late: z
    .enum(["pass", "reject"])
    .default("pass")
    .meta({
      title: "Points that come late",
      description: "With a time before that of the last one.",
      labels: { pass: "Let them through", reject: "Reject them" },
      advanced: true,
      ...when("deadband", "swingingDoor"),
    }),
  sameBy: z
    .enum(["value", "sample", "identity"])
    .default("value")
    .meta({
      title: "The same is",
      labels: {
        value: "The value of the last point",
        sample: "Value and time of any recent point",
        identity: "What an expression names",
      },
      ...when("duplicate"),
    }),
  identity: expression({
    title: "Named by",
    placeholder: "point.message_id",
    showWhen: { mode: ["duplicate"], sameBy: ["identity"] },
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
  per: duration({ title: "Per", default: "1s", min: "1ms", max: "1d", ...when("rateLimit", "latest") }),
  spread: z
    .boolean()
    .default(false)
    .meta({
      title: "Spread evenly",
      description:
        "Off: the first of each time pass. On: one passes again as soon as its share of the time is over (token bucket).",
      ...when("rateLimit"),
    }),
  burst: z
    .number()
    .min(1)
    .max(1_000_000)
    .optional()
    .meta({
      title: "At once",
      description: "How many pass at once after a pause. Left out: the count.",
      showWhen: { mode: ["rateLimit"], spread: [true] },
    }),
  limitBy: z
    .enum(["series", "device", "all"])
    .default("series")
    .meta({
      title: "Counted for",
      labels: { series: "Each key of each device", device: "Each device", all: "All together" },
      advanced: true,
      ...when("rateLimit"),
    }),
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
    .enum(["key", "device_id", "value", "tag"])
    .default("key")
    .meta({
      title: "Look at",
      labels: { key: "The key", device_id: "The device id", value: "The value, a text", tag: "A tag" },
      ...when("pattern"),
    }),
  tag: z
    .string()
    .min(1)
    .optional()
    .meta({ title: "Tag", placeholder: "line", showWhen: { mode: ["pattern"], field: ["tag"] } }),
  patternType: z
    .enum(["wildcard", "regex"])
    .default("wildcard")
    .meta({
      title: "Written",
      labels: { wildcard: "With * for any characters", regex: "As a regular expression (RE2)" },
      ...when("pattern"),
    }),
  pattern: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .meta({
      title: "Pattern",
      description:
        "Capital and small letters differ. A regular expression may be found anywhere; anchor it with ^ and $.",
      placeholder: "boiler-*",
      ...when("pattern"),
    }),
  olderThan: duration({
    title: "Reject when older than",
    default: "1m",
    min: "1ms",
    ...when("stale"),
  }),
  days: z
    .array(z.enum(weekdays))
    .default([])
    .meta({ title: "Days", description: "mon … sun. Left empty: every day.", ...when("timeWindow") }),
  from: timeOfDay.default("00:00").meta({ title: "From", placeholder: "06:00", ...when("timeWindow") }),
  to: timeOfDay
    .default("24:00")
    .meta({ title: "To", description: "Before From: over midnight.", placeholder: "22:00", ...when("timeWindow") }),
  timeZone: timeZoneField.meta({ title: "Time zone", placeholder: "Europe/Paris", ...when("timeWindow") }),
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
      description: "A distance from the mean that is always fine: the step of the sensor, for values that stand still.",
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
      description: "Keys of devices; for a new one, one is forgotten that was not seen for long.",
      advanced: true,
      ...when("deadband", "swingingDoor", "duplicate", "rateLimit", "latest", "rateOfChange", "outlier", "consecutive"),
    }),
});
