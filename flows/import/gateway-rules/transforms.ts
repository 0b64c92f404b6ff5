import type { Part } from "../conversion.ts";
import { expressionOf } from "./conditions.ts";
import type { Fields } from "./fields.ts";
import { templateOf } from "./templates.ts";
import { Unconvertible } from "./unconvertible.ts";

type Step = Readonly<Record<string, unknown>>;

const units: Readonly<Record<string, string>> = {
  C: "°C",
  F: "°F",
  celsius: "°C",
  fahrenheit: "°F",
  kelvin: "K",
  Celsius: "°C",
  Fahrenheit: "°F",
  Kelvin: "K",
};
const direct: ReadonlySet<string> = new Set([
  "°C",
  "°F",
  "K",
  "mm",
  "cm",
  "m",
  "km",
  "in",
  "ft",
  "mg",
  "g",
  "kg",
  "oz",
  "lb",
]);

export function transformOf(fields: Fields, notes: string[]): Part {
  const steps: Step[] = [...valueSteps(fields, notes)];
  const precision = fields.number("precision");
  if (precision !== undefined) steps.push({ op: "round", decimals: decimals(precision) });
  const type = fields.text("output_type");
  if (type !== "") steps.push({ op: "setType", type });
  const key = fields.text("output_key");
  if (key !== "") steps.push({ op: "rename", key: templateOf(key, notes) });
  for (const [name, value] of Object.entries(fields.record("add_tags")))
    steps.push({ op: "setTag", name, value: templateOf(String(value), notes) });
  for (const name of fields.list("remove_tags")) steps.push({ op: "removeTag", name: String(name) });
  if (fields.text("publish_subject") !== "")
    notes.push(
      "It published on a subject of its own: results are on iot.rules.{rule_id}; wire a Forward to it for others.",
    );
  if (steps.length === 0) steps.push({ op: "expression", expression: "value" });
  return { type: "rule.transform", config: { steps, ...onError(fields) } };
}

function onError(fields: Fields): Step {
  const action = fields.text("error_action");
  const defaultValue = fields.any("default_value");
  if (action === "default" && defaultValue !== undefined) return { onError: "default", defaultValue };
  return action === "ignore" ? { onError: "ignore" } : {};
}

function valueSteps(fields: Fields, notes: string[]): readonly Step[] {
  const type = fields.text("type") || "pass_through";
  switch (type) {
    case "pass_through":
      return [];
    case "scale":
      return [{ op: "scale", factor: needed(fields, "factor") }];
    case "offset":
      return [{ op: "offset", offset: needed(fields, "offset") }];
    case "unit_convert":
      return [{ op: "convertUnit", from: unitOf(fields.text("from")), to: unitOf(fields.text("to")) }];
    case "expression":
      return [{ op: "expression", expression: expressionOf(fields.text("expression")) }];
    case "round":
      return [{ op: "round", decimals: decimals(fields.number("decimals") ?? 0) }];
    case "clamp":
      return [{ op: "clamp", ...some("min", fields.number("min")), ...some("max", fields.number("max")) }];
    case "lookup":
    case "map":
      return [tableOf(fields, type === "map" ? "mapping" : "table", notes)];
    default:
      throw new Unconvertible(`a transformation of the type "${type.slice(0, 40)}" has no counterpart; try Calculate`);
  }
}

/** They looked up the value as text, so a number there is meant as both. */
function tableOf(fields: Fields, name: string, notes: string[]): Step {
  const rows = Object.entries(fields.record(name)).flatMap(([from, to]) => {
    const isNumber = from.trim() !== "" && Number.isFinite(Number(from));
    return isNumber
      ? [
          { from: Number(from), to },
          { from, to },
        ]
      : [{ from, to }];
  });
  if (rows.length === 0) throw new Unconvertible("its table is empty");
  const otherwise = fields.any("default");
  if (otherwise === undefined) notes.push("A value that is not in the table is an error.");
  return { op: "lookup", table: rows, ...some("default", otherwise) };
}

function unitOf(name: string): string {
  const unit = (Object.hasOwn(units, name) ? units[name] : undefined) ?? name;
  if (direct.has(unit)) return unit;
  throw new Unconvertible(`the unit "${name.slice(0, 40)}" is not known`);
}

function needed(fields: Fields, name: string): number {
  const number = fields.number(name);
  if (number === undefined) throw new Unconvertible(`its ${name} is not a number`);
  return number;
}

function decimals(number: number): number {
  return Math.min(15, Math.max(0, Math.trunc(number)));
}

function some(name: string, value: unknown): Step {
  return value === undefined ? {} : { [name]: value };
}
