/** Conditions of gateway rules as expressions. */
import { isRecord } from "../node-red-file.ts";
import { Unconvertible } from "./unconvertible.ts";

const operators: Readonly<Record<string, (field: string, value: string) => string>> = {
  eq: (field, value) => `${field} == ${value}`,
  ne: (field, value) => `${field} != ${value}`,
  gt: (field, value) => `${field} > ${value}`,
  gte: (field, value) => `${field} >= ${value}`,
  lt: (field, value) => `${field} < ${value}`,
  lte: (field, value) => `${field} <= ${value}`,
  contains: (field, value) => `${field}.contains(${value})`,
  startswith: (field, value) => `${field}.startsWith(${value})`,
  endswith: (field, value) => `${field}.endsWith(${value})`,
  regex: (field, value) => `matches(${field}, ${value})`,
};
const symbols: Readonly<Record<string, string>> = {
  "==": "eq",
  "=": "eq",
  "!=": "ne",
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
  starts_with: "startswith",
  ends_with: "endswith",
  matches: "regex",
};

/** Throws `Unconvertible`. Nothing at all is true for every point. */
export function conditionOf(condition: unknown): string {
  if (condition === undefined || condition === null) return "true";
  if (!isRecord(condition)) throw new Unconvertible("its conditions are no object");
  const kind = typeof condition["type"] === "string" ? condition["type"].toLowerCase() : "";
  const list = (name: string) => listOf(condition[name] ?? (kind === name ? condition["conditions"] : undefined), name);
  if (condition["lua"] !== undefined || kind === "lua") throw new Unconvertible("Lua has no counterpart");
  if (condition["and"] !== undefined || kind === "and") return joined(list("and"), " && ", "true");
  if (condition["or"] !== undefined || kind === "or") return joined(list("or"), " || ", "false");
  if (condition["not"] !== undefined) return `!(${conditionOf(condition["not"])})`;
  if (typeof condition["expression"] === "string") return expressionOf(condition["expression"]);
  if (typeof condition["field"] === "string") return simple(condition["field"], condition);
  if (Object.keys(condition).length === 0) return "true";
  throw new Unconvertible(`a condition of the kind "${kind.slice(0, 40)}" has no counterpart`);
}

function listOf(value: unknown, name: string): readonly string[] {
  if (!Array.isArray(value)) throw new Unconvertible(`"${name}" has no list of conditions`);
  return value.map(conditionOf);
}

function joined(parts: readonly string[], operator: string, none: string): string {
  if (parts.length === 0) return none;
  return parts.length === 1 ? (parts[0] ?? none) : parts.map((part) => `(${part})`).join(operator);
}

function simple(field: string, condition: Readonly<Record<string, unknown>>): string {
  const given = String(condition["operator"] ?? "eq").toLowerCase();
  const name = symbols[given] ?? given;
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  if (operator === undefined) throw new Unconvertible(`the operator "${given.slice(0, 40)}" has no counterpart`);
  return operator(fieldOf(field), literalOf(condition["value"]));
}

const ownFields: ReadonlySet<string> = new Set(["device_id", "key", "value", "type", "timestamp", "quality"]);

/** A bare name that is none of a point's fields is the name of a tag. */
export function fieldOf(field: string): string {
  if (ownFields.has(field)) return field;
  const [, root, rest] = /^(tags|value)\.(.+)$/.exec(field) ?? [];
  if (root === "tags") return `tags[${JSON.stringify(rest)}]`;
  if (root === "value")
    return `value${(rest ?? "")
      .split(".")
      .map((part) => `[${JSON.stringify(part)}]`)
      .join("")}`;
  return `tags[${JSON.stringify(field)}]`;
}

function literalOf(value: unknown): string {
  if (typeof value === "number" || typeof value === "string" || typeof value === "boolean")
    return JSON.stringify(value);
  throw new Unconvertible("it compares with something else than a number, a text, true or false");
}

/** Functions that are called the same, or otherwise here. */
const functions: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["abs", "max", "min", "sqrt", "pow", "floor", "ceil", "upper", "lower", "contains", "startsWith", "endsWith"].map(
      (name) => [name, name],
    ),
  ),
  ...Object.fromEntries(["isNaN", "isFinite", "sin", "cos", "tan", "exp", "round"].map((name) => [name, name])),
  ln: "log",
  len: "size",
  toString: "string",
  toNumber: "double",
  toBool: "bool",
};
const names: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...ownFields, "tags", "true", "false"].map((name) => [name, name])),
  nil: "null",
  num_value: "value",
  x: "value",
  timestamp_unix: "(timestamp_ms / 1000)",
};

/** Their expressions are nearly ours. Names and functions that have no counterpart are refused, not guessed. */
export function expressionOf(source: string): string {
  if (source.length > 10_000) throw new Unconvertible("its expression is longer than 10,000 characters");
  return source.replace(
    /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?<![\w.])[A-Za-z_]\w*(\s*\()?/g,
    (found, opening: string | undefined) => {
      if (found.startsWith('"') || found.startsWith("'")) return found;
      const known = opening === undefined ? names : functions;
      const name = found.slice(0, found.length - (opening?.length ?? 0));
      const ours = Object.hasOwn(known, name) ? known[name] : undefined;
      if (ours === undefined)
        throw new Unconvertible(`its expression uses ${name.slice(0, 40)}, which has no counterpart of that name`);
      return `${ours}${opening ?? ""}`;
    },
  );
}
