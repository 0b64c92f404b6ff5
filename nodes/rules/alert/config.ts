/** What can be set on an alert. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { alertLevels } from "../../contract/point.ts";
import { condition, template } from "../../expression/fields.ts";

/** What a message can say besides what the point has. */
export const messageVariables = ["level", "rule_id", "rule_name"] as const;

const levels: ReadonlySet<string> = new Set(alertLevels);

const patterns = (title: string, placeholder: string) =>
  z
    .array(z.string().min(1))
    .default([])
    .meta({ title, description: "Only these; * stands for any characters. Left empty: all.", placeholder });

export const alertConfig = z.strictObject({
  condition: condition({ title: "Condition", description: "Raises the alert while true.", placeholder: "value > 40" }),
  keys: patterns("Keys", "temperature"),
  devices: patterns("Devices", "boiler-*"),
  level: z.enum(alertLevels).default("warning").meta({ title: "Level" }),
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
  message: template({ title: "Message", placeholder: `\${device_id} \${key} is \${value}` }, messageVariables).default(
    `\${device_id} \${key} is \${value}`,
  ),
  onDelay: duration({
    default: "0s",
    title: "On delay",
    description: "The condition has to be true this long without a break. Keeps short peaks from raising it.",
  }),
  clearCondition: condition({
    title: "Clear condition",
    description: "An active alert clears only when this is true (and the condition is not). Keeps it from flickering.",
    placeholder: "value < 38",
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
    description: "Sends an active alert again this often. Left out: once when it begins, once when it ends.",
    placeholder: "30m",
    min: "1s",
    advanced: true,
  }).optional(),
  maxActive: z.int().min(1).max(1_000_000).default(10_000).meta({
    title: "Alerts at a time",
    description: "How many series may be in alert or in delay at once. More are errors.",
    advanced: true,
  }),
});
export type AlertConfig = z.output<typeof alertConfig>;
