/** What can be set on a transformation. */
import { z } from "zod";
import { expression, template } from "../../expression/fields.ts";
import { scalarTypes } from "../../plugins/convert/scalar.ts";
import { conversionProblem, unitNames } from "./units.ts";

const scalar = z.union([z.number(), z.string(), z.boolean()]);
const tagName = z.string().min(1).max(200);

const scale = z
  .strictObject({ op: z.literal("scale"), factor: z.number().meta({ title: "Factor" }) })
  .meta({ title: "Multiply" });

const offset = z
  .strictObject({ op: z.literal("offset"), offset: z.number().meta({ title: "Offset" }) })
  .meta({ title: "Add" });

const scaleRange = z
  .strictObject({
    op: z.literal("scaleRange"),
    inMin: z.number().meta({ title: "From", placeholder: "4" }),
    inMax: z.number().meta({ title: "From, end", placeholder: "20" }),
    outMin: z.number().meta({ title: "To", placeholder: "0" }),
    outMax: z.number().meta({ title: "To, end", placeholder: "100" }),
    clamp: z.boolean().default(false).meta({ title: "Keep inside", description: "Cut off what lies beyond the ends." }),
  })
  .refine(({ inMin, inMax }) => inMin !== inMax, { path: ["inMax"], error: "must differ from the other end" })
  .meta({ title: "Scale a range", description: "Such as 4 … 20 mA to 0 … 100 %." });

const unit = (title: string) => z.enum(unitNames).meta({ title });
const convertUnit = z
  .strictObject({ op: z.literal("convertUnit"), from: unit("From"), to: unit("To") })
  .superRefine(({ from, to }, context) => {
    const message = conversionProblem(from, to);
    if (message !== undefined) context.addIssue({ code: "custom", path: ["to"], message });
  })
  .meta({ title: "Convert the unit", description: "A tag named unit that says the old unit says the new one then." });

const calculate = z
  .strictObject({
    op: z.literal("expression"),
    expression: expression({ title: "New value", placeholder: "value * 1.8 + 32" }),
  })
  .meta({ title: "Calculate" });

const round = z
  .strictObject({
    op: z.literal("round"),
    decimals: z.int().min(0).max(15).default(0).meta({ title: "Decimals", description: "Halves go away from zero." }),
  })
  .meta({ title: "Round" });

const clamp = z
  .strictObject({
    op: z.literal("clamp"),
    min: z.number().optional().meta({ title: "Not below" }),
    max: z.number().optional().meta({ title: "Not above" }),
  })
  .refine(({ min, max }) => min !== undefined || max !== undefined, { path: ["min"], error: "set at least one end" })
  .refine(({ min, max }) => min === undefined || max === undefined || min <= max, {
    path: ["max"],
    error: "must not be less than the other end",
  })
  .meta({ title: "Limit" });

const lookup = z
  .strictObject({
    op: z.literal("lookup"),
    table: z
      .array(z.strictObject({ from: scalar.meta({ title: "Value" }), to: scalar.meta({ title: "Becomes" }) }))
      .min(1)
      .max(10_000)
      .refine((rows) => new Set(rows.map(({ from }) => from)).size === rows.length, "a value stands in it twice")
      .meta({ title: "Table", widget: "table", description: 'The number 1 and the text "1" are different values.' }),
    default: scalar.optional().meta({
      title: "Anything else becomes",
      description: "Left out: a value that is not in the table is an error.",
    }),
  })
  .meta({ title: "Look up" });

const rename = z
  .strictObject({
    op: z.literal("rename"),
    key: template({ title: "New key", placeholder: "$" + "{key}_celsius" }).optional(),
    deviceId: template({ title: "New device id", placeholder: "hall1-$" + "{device_id}" }).optional(),
  })
  .refine(({ key, deviceId }) => key !== undefined || deviceId !== undefined, {
    path: ["key"],
    error: "write a new key or a new device id",
  })
  .meta({ title: "Rename" });

const setTag = z
  .strictObject({
    op: z.literal("setTag"),
    name: tagName.meta({ title: "Tag" }),
    value: template({ title: "Value", placeholder: "line-$" + "{tags.line}" }),
  })
  .meta({ title: "Set a tag" });

const removeTag = z
  .strictObject({ op: z.literal("removeTag"), name: tagName.meta({ title: "Tag" }) })
  .meta({ title: "Remove a tag" });

const setType = z
  .strictObject({
    op: z.literal("setType"),
    type: z
      .enum(scalarTypes)
      .meta({ title: "Type", labels: { int: "Whole number", float: "Number", bool: "True or false", string: "Text" } }),
  })
  .meta({ title: "Set the type" });

const step = z.discriminatedUnion("op", [
  scale,
  offset,
  scaleRange,
  convertUnit,
  calculate,
  round,
  clamp,
  lookup,
  rename,
  setTag,
  removeTag,
  setType,
]);
export type StepSettings = z.output<typeof step>;

export const settings = z
  .strictObject({
    steps: z
      .array(step)
      .min(1, "add a step")
      .max(100)
      .meta({ title: "Steps", description: "Done one after the other." }),
    onError: z
      .enum(["error", "ignore", "default"])
      .default("error")
      .meta({
        title: "When a step fails",
        labels: {
          error: "Send the point to Failed",
          ignore: "Send the point on as it came",
          default: "Send it on with another value",
        },
      }),
    defaultValue: scalar.optional().meta({ title: "Other value", showWhen: { onError: ["default"] } }),
  })
  .refine(({ onError, defaultValue }) => onError !== "default" || defaultValue !== undefined, {
    path: ["defaultValue"],
    error: "write the value to send when a step fails",
  });
export type Settings = z.output<typeof settings>;
