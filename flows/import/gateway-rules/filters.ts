import type { Part } from "../conversion.ts";
import { isRecord } from "../node-red-file.ts";
import { fieldOf } from "./conditions.ts";
import { type Fields, fieldsOf } from "./fields.ts";
import { Unconvertible } from "./unconvertible.ts";

const signs: Readonly<Record<string, string>> = { gt: ">", lt: "<", eq: "==", ne: "!=", gte: ">=", lte: "<=" };

export function filterOf(fields: Fields, notes: string[]): Part {
  notes.push("There it let everything through; here it filters.");
  return { type: "rule.filter", config: configOf(fields) };
}

function configOf(fields: Fields): Readonly<Record<string, unknown>> {
  const type = fields.text("type");
  switch (type) {
    case "duplicate":
      return { mode: "duplicate", window: timeOf(fields, ["window", "ttl"], "10s") };
    case "range":
      return { mode: "range", ...some("min", fields.number("min")), ...some("max", fields.number("max")) };
    case "rate_limit":
      return { mode: "rateLimit", count: whole(fields, "max_rate"), per: timeOf(fields, ["window"], "1m") };
    case "pattern":
      return patternOf(fields);
    case "null":
      return { mode: "null" };
    case "threshold":
      return { mode: "expression", expression: thresholdOf(fields) };
    case "time_window":
      return { mode: "stale", olderThan: timeOf(fields, ["window"], "1m") };
    case "quality": {
      const allowed = fields.list("allowed_quality").filter((quality) => Number.isInteger(quality));
      return { mode: "quality", allowed: allowed.length === 0 ? [0] : allowed };
    }
    case "change_rate":
      return { mode: "rateOfChange", maxPerSecond: needed(fields, "max_change_rate") };
    case "statistical_anomaly":
      return {
        mode: "outlier",
        windowSize: fields.number("window_size") ?? 20,
        threshold: fields.number("std_threshold") ?? 2,
        minSamples: fields.number("min_samples") ?? 5,
      };
    case "consecutive":
      return {
        mode: "consecutive",
        count: fields.number("consecutive_count") ?? 3,
        expression: innerOf(fields.record("inner_filter")),
      };
    default:
      throw new Unconvertible(`a filter of the type "${type.slice(0, 40)}" has no counterpart`);
  }
}

function patternOf(fields: Fields): Readonly<Record<string, unknown>> {
  const field = fields.text("field") || "key";
  const pattern = fields.text("pattern");
  if (pattern === "") throw new Unconvertible("its pattern is empty");
  if (field === "key" || field === "device_id" || field === "value") return { mode: "pattern", field, pattern };
  return { mode: "pattern", field: "tag", tag: field.replace(/^tags\./, ""), pattern };
}

function thresholdOf(fields: Fields): string {
  const sign = signs[fields.text("operator") || "gt"];
  if (sign === undefined) throw new Unconvertible("its operator has no counterpart");
  return `${fieldOf(fields.text("field") || "value")} ${sign} ${needed(fields, "threshold")}`;
}

/** Of a condition that has to last. */
function innerOf(inner: Readonly<Record<string, unknown>>): string {
  const fields = fieldsOf({ ...inner, ...(isRecord(inner["parameters"]) ? inner["parameters"] : {}) });
  if (fields.text("type") === "threshold") return thresholdOf(fields);
  const { min, max } = { min: fields.number("min"), max: fields.number("max") };
  const parts = [...(min === undefined ? [] : [`value >= ${min}`]), ...(max === undefined ? [] : [`value <= ${max}`])];
  if (fields.text("type") === "range" && parts.length > 0) return parts.join(" && ");
  throw new Unconvertible("its inner filter has no counterpart as a condition");
}

function timeOf(fields: Fields, names: readonly string[], otherwise: string): string {
  const text = names.map((name) => fields.text(name)).find((found) => found !== "");
  if (text === undefined) return otherwise;
  if (/^(?:\d+(?:\.\d+)?(?:ms|s|m|h))+$/.test(text)) return text;
  throw new Unconvertible(`"${text.slice(0, 40)}" is not a duration`);
}

function whole(fields: Fields, name: string): number {
  const number = needed(fields, name);
  if (Number.isInteger(number) && number > 0) return number;
  throw new Unconvertible(`its ${name} is not a whole number`);
}

function needed(fields: Fields, name: string): number {
  const number = fields.number(name);
  if (number === undefined) throw new Unconvertible(`its ${name} is not a number`);
  return number;
}

function some(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined ? {} : { [name]: value };
}
