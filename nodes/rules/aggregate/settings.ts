/** What can be set on an aggregate. Which fields count depends on `window`. */
import { DateTime } from "luxon";
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { condition, expression, template } from "../../expression/fields.ts";
import { functionNames, needsOf, windowFunctions } from "./functions.ts";
import { calendarUnits, greatestCommonDivisor } from "./windows/grid.ts";

const windowKinds = ["tumbling", "hopping", "sliding", "count", "calendar", "session", "state", "cumulative"] as const;
type Window = (typeof windowKinds)[number];

const when = (...shown: Window[]) => ({ showWhen: { window: shown } });
/** Panes of a hopping window, all of which are merged when it closes. */
const mostPanes = 1_000;

export const settings = z
  .strictObject({
    functions: z
      .array(z.enum(functionNames))
      .min(1, "choose at least one function")
      .default(["avg", "min", "max"])
      .meta({
        title: "Functions",
        description: "The first gives the value of the point that is sent; all of them go with it.",
        labels: Object.fromEntries(Object.entries(windowFunctions).map(([name, { title }]) => [name, title])),
      }),
    window: z
      .enum(windowKinds)
      .default("tumbling")
      .meta({
        title: "Window",
        labels: {
          tumbling: "One after the other, by time",
          hopping: "Overlapping, by time",
          sliding: "The last so much time, with every point",
          count: "So many points",
          calendar: "Hour, day, week, month or year",
          session: "Until nothing comes for a while",
          state: "While a condition holds",
          cumulative: "Since the beginning, with every point",
        },
      }),
    size: duration({
      title: "Length",
      default: "1m",
      min: "1ms",
      max: "366d",
      ...when("tumbling", "hopping", "sliding"),
    }),
    every: duration({
      title: "A new one every",
      description: "Less than the length: the windows overlap.",
      placeholder: "10s",
      min: "1ms",
      ...when("hopping"),
    }).optional(),
    count: z
      .int()
      .min(1)
      .max(100_000)
      .default(10)
      .meta({ title: "Points", ...when("count") }),
    step: z
      .int()
      .min(1)
      .max(100_000)
      .optional()
      .meta({
        title: "A new result every",
        description: "1: with every point, over the last so many. Empty: one window after the other.",
        unit: "points",
        ...when("count"),
      }),
    calendar: z
      .enum(calendarUnits)
      .default("day")
      .meta({
        title: "Period",
        labels: { hour: "Hour", day: "Day", week: "Week, from Monday", month: "Month", year: "Year" },
        ...when("calendar"),
      }),
    timeZone: z
      .string()
      .default("UTC")
      .meta({
        title: "Time zone",
        description: "As in the IANA list. Days with a change to or from summer time have 23 or 25 hours.",
        placeholder: "Europe/Paris",
        ...when("calendar"),
      }),
    gap: duration({
      title: "Ends after",
      description: "So much time without a point.",
      default: "30s",
      min: "1ms",
      ...when("session"),
    }),
    begin: condition({
      title: "Begins when",
      description: "Lasts as long as this is true, or until the next condition.",
      placeholder: 'value == "running"',
      ...when("state"),
    }).optional(),
    end: condition({ title: "Ends when", placeholder: 'value == "done"', ...when("state") }).optional(),
    groupBy: z
      .array(z.enum(["device", "key", "type"]))
      .default(["device", "key"])
      .meta({
        title: "Separately for each",
        description: "None: everything together.",
        labels: { device: "Device", key: "Key", type: "Type of value" },
      }),
    groupTags: z
      .array(z.string().min(1))
      .max(10)
      .default([])
      .meta({ title: "And for each tag", description: "Names of tags every point has.", placeholder: "line" }),
    value: expression({
      title: "Value",
      description: "What to aggregate, when it is not the value itself: a part of a location, a calculation.",
      placeholder: "value.latitude",
      advanced: true,
    }).optional(),
    time: z
      .enum(["event", "processing"])
      .default("event")
      .meta({
        title: "Time",
        labels: { event: "In the points", processing: "The gateway's clock when they come" },
        advanced: true,
        ...when("tumbling", "hopping", "calendar", "session", "sliding"),
      }),
    lateness: duration({
      title: "Wait for late points",
      description: "A window stays open so much longer, by the time in the points.",
      default: "0s",
      max: "1d",
      advanced: true,
      ...when("tumbling", "hopping", "calendar", "session"),
    }),
    idleTimeout: duration({
      title: "Do not wait for a device silent for",
      description: "Its windows then end by the gateway's clock.",
      default: "10s",
      min: "100ms",
      max: "1d",
      advanced: true,
      ...when("tumbling", "hopping", "calendar", "session"),
    }),
    maxFuture: duration({
      title: "Refuse points ahead by",
      description:
        "More than this ahead of the gateway's clock, the device's clock is wrong: the point leaves by Late.",
      default: "5m",
      advanced: true,
    }),
    offset: duration({
      title: "Shifted by",
      description: "6h: days begin at six.",
      default: "0s",
      max: "31d",
      advanced: true,
      ...when("tumbling", "hopping", "calendar"),
    }),
    empty: z
      .enum(["none", "null", "previous"])
      .default("none")
      .meta({
        title: "A window without points",
        labels: { none: "Is not told", null: "Is told with null", previous: "Repeats the one before" },
        advanced: true,
        ...when("tumbling", "hopping", "calendar"),
      }),
    maxLength: duration({
      title: "At the latest after",
      description: "A window that lasts so long ends, and the next begins.",
      min: "1s",
      advanced: true,
      ...when("session", "state"),
    }).optional(),
    quality: z
      .enum(["all", "good"])
      .default("all")
      .meta({
        title: "Which points",
        labels: { all: "All", good: "Only of good quality; others just count in good_percent" },
        advanced: true,
      }),
    percentiles: z
      .array(z.number().min(0).max(100))
      .max(20)
      .default([])
      .meta({ title: "Other percentiles", description: "99.9 becomes p99.9.", advanced: true }),
    keptValues: z.int().min(0).max(100_000).default(10_000).meta({
      title: "Exact percentiles up to",
      description: "With more values in a window percentiles are estimated (t-digest). 0: always.",
      unit: "values",
      advanced: true,
    }),
    upper: z
      .number()
      .optional()
      .meta({ title: "Upper limit", description: "For the counts above and within.", advanced: true }),
    lower: z
      .number()
      .optional()
      .meta({ title: "Lower limit", description: "For the counts below and within.", advanced: true }),
    outlierThreshold: z
      .number()
      .positive()
      .default(2)
      .meta({ title: "Outliers are beyond", unit: "standard deviations", advanced: true }),
    state: condition({
      title: "State",
      description: "Whose time duration_in_state adds up.",
      placeholder: 'value == "running"',
      advanced: true,
    }).optional(),
    between: z
      .enum(["hold", "line"])
      .default("hold")
      .meta({
        title: "Between two points",
        labels: { hold: "The first value holds", line: "The value is on the line between" },
        description: "For averages and integrals over time.",
        advanced: true,
      }),
    integralPer: z
      .enum(["second", "minute", "hour"])
      .default("second")
      .meta({
        title: "The integral is over",
        labels: { second: "Seconds", minute: "Minutes", hour: "Hours: kW become kWh" },
        advanced: true,
      }),
    groupExpression: expression({
      title: "And for each value of",
      placeholder: 'value > 0 ? "in" : "out"',
      advanced: true,
    }).optional(),
    outputKey: template({
      title: "Key of the result",
      description: "Left out: the key of the points.",
      placeholder: `\${key}_avg`,
      advanced: true,
    }).optional(),
    stamp: z
      .enum(["end", "start"])
      .default("end")
      .meta({ title: "Time of the result", labels: { end: "End of the window", start: "Its start" }, advanced: true }),
    maxGroups: z.int().min(1).max(1_000_000).default(10_000).meta({
      title: "Groups at most",
      description: "For one more, the windows of one that was not seen for long end early.",
      advanced: true,
    }),
    maxPoints: z
      .int()
      .min(2)
      .max(1_000_000)
      .default(10_000)
      .meta({ title: "Points in a window at most", advanced: true, ...when("sliding") }),
  })
  .superRefine((given, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    const needs = needsOf(given.functions, given.percentiles);
    if (needs.has("upper") && given.upper === undefined) report("upper", "set the limit that these functions count by");
    if (needs.has("lower") && given.lower === undefined) report("lower", "set the limit that these functions count by");
    if (given.upper !== undefined && given.lower !== undefined && given.lower > given.upper)
      report("lower", `must not be more than ${given.upper}, the upper limit`);
    if (needs.has("state") && given.state === undefined)
      report("state", 'write the condition whose time duration_in_state adds up, for example value == "running"');
    if (given.window === "state" && given.begin === undefined)
      report("begin", 'write a condition, for example value == "running"');
    if (given.window === "hopping") checkHopping(given.size, given.every, report);
    if (given.step !== undefined && given.step > given.count)
      report("step", `must not be more than ${given.count}, the points of a window`);
    if (!DateTime.local({ zone: given.timeZone }).isValid)
      report("timeZone", `"${given.timeZone}" is not a time zone; write for example Europe/Paris, or UTC`);
  });
export type Settings = z.output<typeof settings>;

function checkHopping(size: number, every: number | undefined, report: (field: string, message: string) => void): void {
  const panes = every === undefined ? 0 : size / greatestCommonDivisor(size, every);
  if (every === undefined) report("every", "write how often a new window begins, for example 10s");
  else if (every > size) report("every", "must not be more than the length, or points between windows would be lost");
  else if (panes > mostPanes)
    report(
      "every",
      `together with this length it needs ${panes} parts; at most ${mostPanes} are possible, so choose a larger one`,
    );
}
