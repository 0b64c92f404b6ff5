import type { Part } from "../conversion.ts";
import type { Fields } from "./fields.ts";
import { templateOf } from "./templates.ts";
import { Unconvertible } from "./unconvertible.ts";

const others: Readonly<Record<string, string>> = { average: "avg", mean: "avg", std: "stddev" };
const known: ReadonlySet<string> = new Set(
  (
    "avg min max sum count first last median stddev variance cv volatility p25 p50 p75 p90 p95 p99 null_rate completeness " +
    "outlier_count change change_rate above_count below_count in_range_count"
  ).split(" "),
);

export function aggregateOf(fields: Fields, notes: string[]): Part {
  const given = fields.list("functions").map(String);
  const names = (given.length > 0 ? given : [fields.text("function") || "avg"]).map((name) => others[name] ?? name);
  for (const name of names)
    if (!known.has(name)) throw new Unconvertible(`the function "${name.slice(0, 40)}" has no counterpart`);
  notes.push("Windows follow one after the other; there they had ten points, whatever was set, and one function.");
  const upper = fields.number("upper_limit");
  const lower = fields.number("lower_limit");
  const outlierThreshold = fields.number("outlier_threshold");
  return {
    type: "rule.aggregate",
    config: {
      functions: [...new Set(names)],
      ...windowOf(fields),
      ...groupOf(fields),
      ...(upper === undefined ? {} : { upper }),
      ...(lower === undefined ? {} : { lower }),
      ...(outlierThreshold === undefined ? {} : { outlierThreshold }),
      ...outputOf(fields, notes),
    },
  };
}

function windowOf(fields: Fields): Readonly<Record<string, unknown>> {
  if (fields.text("window_type") === "time") {
    const size = fields.text("window") || "5m";
    if (fields.text("alignment") !== "calendar") return { window: "tumbling", size };
    const calendar = { "1h": "hour", "24h": "day", "168h": "week" }[size];
    return calendar === undefined ? { window: "tumbling", size } : { window: "calendar", calendar };
  }
  const count = fields.number("window_size") ?? fields.number("size") ?? fields.number("count") ?? 10;
  return count === 0 ? { window: "cumulative" } : { window: "count", count };
}

function groupOf(fields: Fields): Readonly<Record<string, unknown>> {
  const given = fields.any("group_by");
  const names = Array.isArray(given) ? given.map(String) : typeof given === "string" && given !== "" ? [given] : [];
  if (names.length === 0) return {};
  const parts: Readonly<Record<string, string>> = { device_id: "device", key: "key", type: "type" };
  const groupTags = names.filter((name) => parts[name] === undefined).map((name) => name.replace(/^tags\./, ""));
  const groupBy = names.flatMap((name) => parts[name] ?? []);
  return { groupBy, ...(groupTags.length === 0 ? {} : { groupTags }) };
}

function outputOf(fields: Fields, notes: string[]): Readonly<Record<string, unknown>> {
  const template = fields.record("output")["key_template"];
  const key = typeof template === "string" ? template : fields.text("output_key");
  return key === "" ? {} : { outputKey: templateOf(key, notes) };
}
