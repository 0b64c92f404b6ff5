/** What can be set on a filter, and what the chosen way to filter needs of it. */
import { RE2JS } from "re2js";
import type { z } from "zod";
import { compileExpression } from "../../expression/expression.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { historyVariables } from "../history.ts";
import { fields } from "./fields.ts";

export const settings = fields.superRefine((given, context) => {
  const { mode, min, max, minSamples, windowSize, from, to } = given;
  const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
  const need = (isAsked: boolean, field: keyof typeof given, message: string) => {
    if (isAsked && given[field] === undefined) report(field, message);
  };
  need(mode === "expression" || mode === "consecutive", "expression", 'write a condition, for example "value > 40"');
  need(mode === "pattern", "pattern", 'write a pattern, for example "boiler-*"');
  need(mode === "pattern" && given.field === "tag", "tag", "write the name of the tag, for example line");
  need(mode === "rateOfChange", "maxPerSecond", "write how much the value may change in a second");
  need(mode === "swingingDoor", "deviation", "write how far what is left out may lie from the line");
  need(
    mode === "deadband" && given.deadbandType === "percentOfSpan",
    "span",
    "write the span that the percentage is of",
  );
  need(
    mode === "duplicate" && given.sameBy === "identity",
    "identity",
    "write what names a point, for example point.message_id",
  );
  if (mode === "consecutive" && given.expression !== undefined && usesHistory(given.expression))
    report(
      "expression",
      `counts points in a row, and knows nothing else of the point before: use another filter first`,
    );
  if (mode === "pattern" && given.patternType === "regex") checkRegex(given.pattern ?? "", report);
  if (mode === "timeWindow" && from === to) report("to", "must differ from the beginning");
  if (mode === "range" && min === undefined && max === undefined) report("min", "set at least one end of the range");
  if (mode === "range" && min !== undefined && max !== undefined && min > max)
    report("max", `must not be less than ${min}, the other end of the range`);
  if (mode === "outlier" && minSamples > windowSize)
    report("minSamples", `must not be more than ${windowSize}, the values it compares with`);
});
export type Settings = z.output<typeof settings>;

/** False also for what does not compile, which has been told already. */
function usesHistory(source: string): boolean {
  try {
    return compileExpression(source, historyVariables).uses.size > 0;
  } catch (error) {
    if (error instanceof ExpressionError) return false;
    throw error;
  }
}

function checkRegex(pattern: string, report: (field: string, message: string) => void): void {
  try {
    RE2JS.compile(pattern);
  } catch (error) {
    report("pattern", `is no regular expression (RE2): ${error instanceof Error ? error.message : String(error)}`);
  }
}
