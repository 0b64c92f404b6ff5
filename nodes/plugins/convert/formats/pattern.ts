import type { RE2JS } from "re2js";
import { z } from "zod";
import { MessageError } from "../../../contract/errors.ts";
import { patternOf } from "../../../expression/functions.ts";
import { excerpt } from "../excerpt.ts";
import { defineFormat } from "./format.ts";
import { inferred } from "./inferred.ts";

/** More occurrences than this are the fault of the whole payload. */
const maxMatches = 100_000;

const settings = z.strictObject({
  expression: z
    .string()
    .superRefine((source, context) => {
      const message = patternFault(source);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({
      title: "Pattern",
      description: "A regular expression (RE2); each named group becomes a value.",
      placeholder: "T=(?P<temperature>[-0-9.]+) H=(?P<humidity>\\d+)",
    }),
  take: z
    .enum(["first", "every"])
    .default("first")
    .meta({ title: "Take", labels: { first: "The first place that fits", every: "Every place that fits" } }),
  infer: z.boolean().default(true).meta({ title: "Numbers are numbers", description: "Off: every value is text." }),
});

export const pattern = defineFormat({
  label: "Text with a pattern",
  help: "text in which a regular expression finds named values",
  settings,
  examples: [
    {
      title: "values in a line of text",
      config: { format: "pattern", pattern: { expression: "T=(?P<temp>[-0-9.]+) H=(?P<hum>\\d+)" } },
      input: [{ raw: { payload: "#17 T=-4.5 H=40 ok" } }],
      output: [
        { point: { key: "temp", value: -4.5, type: "float" } },
        { point: { key: "hum", value: 40, type: "int" } },
      ],
    },
  ],
  create({ expression, take, infer }) {
    const compiled = patternOf(expression);
    const names = Object.keys(compiled.namedGroups());
    return { decode: (payload) => find(compiled, names, payload.text(), take === "every", infer) };
  },
});

function patternFault(source: string): string | undefined {
  try {
    const names = Object.keys(patternOf(source).namedGroups());
    return names.length > 0 ? undefined : "the pattern names no group; write for example (?P<temperature>[-0-9.]+)";
  } catch (error) {
    if (error instanceof MessageError) return error.message;
    throw error;
  }
}

function find(pattern: RE2JS, names: readonly string[], text: string, isEvery: boolean, infer: boolean): unknown[] {
  const matcher = pattern.matcher(text);
  const found: unknown[] = [];
  while (matcher.find()) {
    const values = names.map((name) => [name, matcher.group(name)] as const);
    const given = values.flatMap(([name, value]) =>
      value === null ? [] : [[name, infer ? inferred(value) : value] as const],
    );
    found.push(Object.fromEntries(given));
    if (!isEvery) break;
    if (found.length > maxMatches)
      throw new MessageError("limit", `the pattern fits in more than ${maxMatches} places`);
  }
  if (found.length === 0) throw new MessageError("parse_error", `the pattern does not fit: ${excerpt(text)}`);
  return found;
}
