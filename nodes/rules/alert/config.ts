/** What can be set on an alert. Which fields count depends on `kind`. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { type AlarmPriority, type AlertLevel, alarmPriorities, alertLevels } from "../../contract/point.ts";
import { condition, expression, template } from "../../expression/fields.ts";

export const kinds = ["expression", "limits", "deviation", "rate", "discrete", "noData", "badQuality"] as const;
export type Kind = (typeof kinds)[number];

/** What a message can say besides what the point has. */
export const messageVariables = ["level", "priority", "limit", "threshold", "rule_id", "rule_name"] as const;

/** What is said when nothing else is written. */
export const defaultMessages: Readonly<Record<Kind, string>> = {
  expression: `\${device_id} \${key} is \${value}`,
  limits: `\${device_id} \${key} is \${value}, beyond \${limit} \${threshold}`,
  deviation: `\${device_id} \${key} is \${value}, more than \${threshold} off its setpoint`,
  rate: `\${device_id} \${key} changes too fast: \${value}`,
  discrete: `\${device_id} \${key} is \${value}`,
  noData: `no data of \${device_id} \${key} since \${timestamp}`,
  badQuality: `\${device_id} \${key} has bad quality: \${quality}`,
};

/** The priority of an alarm by its level, unless it is set. */
export const priorities: Readonly<Record<AlertLevel, AlarmPriority>> = {
  debug: "low",
  info: "low",
  warning: "medium",
  error: "high",
  critical: "critical",
};

const levels: ReadonlySet<string> = new Set(alertLevels);
const when = (...shown: Kind[]) => ({ showWhen: { kind: shown } });

const patterns = (title: string, placeholder: string) =>
  z
    .array(z.string().min(1))
    .default([])
    .meta({ title, description: "Only these; * stands for any characters. Left empty: all.", placeholder });

const limit = (title: string) =>
  z
    .number()
    .optional()
    .meta({ title, ...when("limits") });

export const alertConfig = z
  .strictObject({
    kind: z
      .enum(kinds)
      .default("expression")
      .meta({
        title: "Raised by",
        labels: {
          expression: "A condition",
          limits: "Limits: HiHi, Hi, Lo, LoLo",
          deviation: "Distance from a setpoint",
          rate: "Rate of change",
          discrete: "Certain states",
          noData: "Silence: no data",
          badQuality: "Bad quality",
        },
      }),
    condition: condition({
      title: "Condition",
      description: "Raises the alert while true.",
      placeholder: "value > 40",
      ...when("expression"),
    }).optional(),
    hihi: limit("HiHi"),
    hi: limit("Hi"),
    lo: limit("Lo"),
    lolo: limit("LoLo"),
    setpoint: expression({
      title: "Setpoint",
      description: "A number, or where the point says it.",
      placeholder: "50",
      ...when("deviation"),
    }).optional(),
    maxDeviation: z
      .number()
      .min(0)
      .optional()
      .meta({ title: "Distance at most", description: "Up or down.", ...when("deviation") }),
    maxRate: z
      .number()
      .min(0)
      .optional()
      .meta({ title: "Change at most", ...when("rate") }),
    ratePer: duration({ default: "1m", title: "Per", min: "1ms", ...when("rate") }),
    direction: z
      .enum(["any", "rising", "falling"])
      .default("any")
      .meta({ title: "Direction", labels: { any: "Up or down", rising: "Up", falling: "Down" }, ...when("rate") }),
    discrete: z
      .enum(["is", "isNot"])
      .default("is")
      .meta({
        title: "Raised when the value",
        labels: { is: "is one of the states", isNot: "is none of the states" },
        ...when("discrete"),
      }),
    states: z
      .array(z.union([z.string(), z.number(), z.boolean()]))
      .default([])
      .meta({
        title: "States",
        description: "Texts, numbers, true or false. A number never equals a text.",
        ...when("discrete"),
      }),
    timeout: duration({
      default: "1m",
      title: "Without data for",
      description: "Counted from the latest point of a series, or the start of the gateway.",
      min: "100ms",
      ...when("noData"),
    }),
    value: expression({
      title: "Value",
      description: "What to compare, when it is not the value itself: a part of a location, a calculation.",
      placeholder: "value.magnitude",
      advanced: true,
      ...when("limits", "deviation", "rate"),
    }).optional(),
    deadband: z
      .number()
      .min(0)
      .default(0)
      .meta({
        title: "Deadband",
        description: "How far behind the limit it has to return to clear. It has no effect on raising.",
        ...when("limits", "deviation", "rate"),
      }),
    keys: patterns("Keys", "temperature"),
    devices: patterns("Devices", "boiler-*"),
    level: z.enum(alertLevels).default("warning").meta({ title: "Level", description: "With limits: of Hi and Lo." }),
    severeLevel: z
      .enum(alertLevels)
      .default("critical")
      .meta({ title: "Level of HiHi and LoLo", ...when("limits") }),
    priority: z
      .enum(alarmPriorities)
      .optional()
      .meta({ title: "Priority", description: "For those who respond. Left out: by the level.", advanced: true }),
    category: z
      .string()
      .regex(/^[A-Za-z0-9_-]{1,64}$/, "a category is one word of letters, digits, - and _, such as thermal")
      .refine((text) => !levels.has(text), {
        error: ({ input }) => `"${input}" is a level; choose it under Level, and another word as the category`,
      })
      .optional()
      .meta({
        title: "Category",
        description: "Sends the alert on iot.alerts.{category}.{device_id} as well.",
        placeholder: "thermal",
      }),
    message: template(
      { title: "Message", description: "Left out: by what raises it.", placeholder: defaultMessages.expression },
      messageVariables,
    ).optional(),
    onDelay: duration({
      default: "0s",
      title: "On delay",
      description: "What raises it has to last this long without a break. Keeps short peaks from raising it.",
    }),
    clearCondition: condition({
      title: "Clear condition",
      description:
        "An active alert clears only when this is true (and the condition is not). Keeps it from flickering.",
      placeholder: "value < 38",
      ...when("expression"),
    }).optional(),
    offDelay: duration({
      default: "0s",
      title: "Off delay",
      description: "The alert has to be clearable this long without a break.",
    }),
    clearedMessage: template({ title: "Message when cleared", advanced: true }, messageVariables).default(
      `\${device_id} \${key} is back to normal: \${value}`,
    ),
    repeat: duration({
      title: "Repeat",
      description:
        "Sends an active alert again this often, to be acknowledged again. Left out: once when it begins, once when it ends.",
      placeholder: "30m",
      min: "1s",
      advanced: true,
    }).optional(),
    throttle: duration({
      default: "0s",
      title: "Throttle",
      description: "After an alert the same one is not sent again for this long, unless it lasts till then.",
      advanced: true,
    }),
    latch: z.boolean().default(false).meta({
      title: "Latch",
      description: "Stays active until somebody acknowledges it, even if it is over before.",
      advanced: true,
    }),
    acknowledge: z.boolean().default(true).meta({
      title: "To be acknowledged",
      description: "One that is over counts as unacknowledged until somebody has seen it.",
      advanced: true,
    }),
    maxShelve: duration({
      default: "8h",
      title: "Shelved at most",
      description: "For how long people may put it aside.",
      min: "1s",
      advanced: true,
    }),
    suppress: condition({
      title: "Suppressed while",
      description: "Nothing is sent while this is true of the point.",
      placeholder: 'tags.mode == "maintenance"',
      advanced: true,
    }).optional(),
    outOfService: z.boolean().default(false).meta({
      title: "Out of service",
      description: "Goes on watching, but raises nothing.",
      advanced: true,
    }),
    onBadQuality: z
      .enum(["hold", "use"])
      .optional()
      .meta({
        title: "Points of bad quality",
        description: "Left out: used by a condition, left alone by the others.",
        labels: { hold: "Leave all as it is", use: "Use their value" },
        advanced: true,
        ...when("expression", "limits", "deviation", "rate", "discrete"),
      }),
    maxActive: z.int().min(1).max(1_000_000).default(10_000).meta({
      title: "Alerts at a time",
      description:
        "How many series may be in alert or in delay at once; for rates and silence, how many there may be. More are errors.",
      advanced: true,
    }),
  })
  .superRefine((config, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    const need = (kind: Kind, field: keyof typeof config, message: string) => {
      if (config.kind === kind && config[field] === undefined) report(field, message);
    };
    need("expression", "condition", 'write a condition, for example "value > 40"');
    need("deviation", "setpoint", "write the setpoint: a number, or where the point says it");
    need("deviation", "maxDeviation", "write how far the value may be from the setpoint");
    need("rate", "maxRate", "write how much the value may change");
    if (config.kind === "discrete" && config.states.length === 0) report("states", "name at least one state");
    if (config.kind === "limits") checkLimits(config, report);
  });
export type AlertConfig = z.output<typeof alertConfig>;

interface Limits {
  readonly hihi?: number | undefined;
  readonly hi?: number | undefined;
  readonly lo?: number | undefined;
  readonly lolo?: number | undefined;
}

function checkLimits(config: Limits, report: (field: string, message: string) => void): void {
  const names = ["lolo", "lo", "hi", "hihi"] as const;
  let below: (typeof names)[number] | undefined;
  for (const name of names) {
    const limit = config[name];
    if (limit === undefined) continue;
    const lower = below === undefined ? undefined : config[below];
    if (lower !== undefined && limit <= lower) report(name, `must be more than ${lower}, the limit ${below}`);
    below = name;
  }
  if (below === undefined) report("hi", "set at least one limit");
}
