/** What can be set on the steps that make a new value. */
import { z } from "zod";
import { MessageError } from "../../contract/errors.ts";
import { expression } from "../../expression/fields.ts";
import { patternOf } from "../../expression/functions.ts";
import { scalarTypes } from "../../plugins/convert/scalar.ts";
import { historyVariables } from "../history.ts";
import { derivations } from "./derivations.ts";
import { roundings } from "./rounding.ts";
import { conversionProblem, unitNames } from "./units.ts";

export const scalar = z.union([z.number(), z.string(), z.boolean()]);

const parse = z
  .strictObject({
    op: z.literal("parse"),
    as: z
      .enum(["number", "json", "pattern"])
      .default("number")
      .meta({
        title: "The text is",
        labels: { number: "A number", json: "JSON", pattern: "Something that a regular expression finds" },
      }),
    decimal: z
      .enum(["point", "comma"])
      .default("point")
      .meta({
        title: "Decimals stand behind",
        labels: { point: "a point: 21.5", comma: "a comma: 21,5" },
        showWhen: { as: ["number"] },
      }),
    pattern: z
      .string()
      .min(1)
      .superRefine(checkPattern)
      .optional()
      .meta({
        title: "Regular expression",
        description: "RE2; the new value is the text in its first parentheses, or all that it finds.",
        placeholder: "T=([0-9.]+)",
        showWhen: { as: ["pattern"] },
      }),
  })
  .refine(({ as, pattern }) => as !== "pattern" || pattern !== undefined, {
    path: ["pattern"],
    error: "write a regular expression, for example T=([0-9.]+)",
  })
  .meta({ title: "Read from text" });

function checkPattern(pattern: string, context: z.RefinementCtx): void {
  try {
    patternOf(pattern);
  } catch (error) {
    if (!(error instanceof MessageError)) throw error;
    context.addIssue({ code: "custom", message: error.message });
  }
}

const lookup = z
  .strictObject({
    op: z.literal("lookup"),
    match: z
      .enum(["exact", "range", "interpolate"])
      .default("exact")
      .meta({
        title: "A value is",
        labels: {
          exact: "one of the table",
          range: "from one of the table up to the next",
          interpolate: "on the line between two of the table",
        },
      }),
    table: z
      .array(z.strictObject({ from: scalar.meta({ title: "Value" }), to: scalar.meta({ title: "Becomes" }) }))
      .min(1)
      .max(10_000)
      .refine((rows) => new Set(rows.map(({ from }) => from)).size === rows.length, "a value stands in it twice")
      .meta({ title: "Table", widget: "table", description: 'The number 1 and the text "1" are different values.' }),
    default: scalar.optional().meta({
      title: "Anything else becomes",
      description: "Left out: as chosen below.",
    }),
    otherwise: z
      .enum(["fail", "keep", "nearest", "reject"])
      .default("fail")
      .meta({
        title: "Anything else",
        labels: {
          fail: "is an error",
          keep: "stays as it is",
          nearest: "becomes what is at the nearer end of the table",
          reject: "leaves by Rejected",
        },
        advanced: true,
      }),
  })
  .superRefine(({ match, table, otherwise }, context) => {
    const report = (message: string) => context.addIssue({ code: "custom", path: ["table"], message });
    if (match !== "exact" && table.some(({ from }) => typeof from !== "number"))
      report("ranges and lines need numbers as values");
    if (match === "interpolate" && table.some(({ to }) => typeof to !== "number"))
      report("between values other than numbers there is no line");
    if (match === "interpolate" && table.length < 2) report("a line needs two rows");
    if (match === "exact" && otherwise === "nearest")
      context.addIssue({ code: "custom", path: ["otherwise"], message: "only ranges and lines have ends" });
  })
  .meta({ title: "Look up" });

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
    expression: expression({ title: "New value", placeholder: "value * 1.8 + 32" }, historyVariables),
  })
  .meta({ title: "Calculate" });

const derive = z
  .strictObject({
    op: z.literal("derive"),
    what: z
      .enum(derivations)
      .meta({ title: "What", description: "Of a vector, place, colour, list, matrix or series." }),
  })
  .meta({ title: "Take from a composite value" });

const round = z
  .strictObject({
    op: z.literal("round"),
    decimals: z.int().min(0).max(15).default(0).meta({ title: "Decimals" }),
    mode: z
      .enum(roundings)
      .default("halfAway")
      .meta({
        title: "Mode",
        labels: {
          halfAway: "To the nearest, halves away from zero",
          halfEven: "To the nearest, halves to the even digit",
          up: "Up",
          down: "Down",
          towardZero: "Towards zero",
        },
        advanced: true,
      }),
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

const setType = z
  .strictObject({
    op: z.literal("setType"),
    type: z
      .enum(scalarTypes)
      .meta({ title: "Type", labels: { int: "Whole number", float: "Number", bool: "True or false", string: "Text" } }),
  })
  .meta({ title: "Set the type" });

export const valueSteps = [
  parse,
  lookup,
  scale,
  offset,
  scaleRange,
  convertUnit,
  calculate,
  derive,
  round,
  clamp,
  setType,
] as const;
