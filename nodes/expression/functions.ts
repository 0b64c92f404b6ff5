/** The functions of expressions. Each can be called both ways: `upper(key)` and `key.upper()`. */
import { RE2JS } from "re2js";
import { MessageError } from "../contract/errors.ts";
import { longestText } from "./budget.ts";
import { define, type ExpressionFunction, mismatch, numeric } from "./functions/define.ts";
import { listFunctions } from "./functions/lists.ts";
import { listIn } from "./functions/numbers.ts";
import { placeFunctions } from "./functions/places.ts";
import { timeFunctions } from "./functions/times.ts";
import { vectorFunctions } from "./functions/vectors.ts";
import { kindOf } from "./kinds.ts";
import { roundHalfAway } from "./round.ts";

export const functions: Readonly<Record<string, ExpressionFunction>> = {
  abs: numeric("abs(x)", "without its sign", Math.abs),
  floor: numeric("floor(x)", "the next whole number below", Math.floor),
  ceil: numeric("ceil(x)", "the next whole number above", Math.ceil),
  sqrt: numeric("sqrt(x)", "square root", Math.sqrt),
  exp: numeric("exp(x)", "e to the power of x", Math.exp),
  log: numeric("log(x)", "natural logarithm", Math.log),
  log10: numeric("log10(x)", "logarithm to base 10", Math.log10),
  sin: numeric("sin(x)", "sine of an angle in radians", Math.sin),
  cos: numeric("cos(x)", "cosine of an angle in radians", Math.cos),
  tan: numeric("tan(x)", "tangent of an angle in radians", Math.tan),
  asin: numeric("asin(x)", "angle in radians whose sine is x", Math.asin),
  acos: numeric("acos(x)", "angle in radians whose cosine is x", Math.acos),
  atan: numeric("atan(x)", "angle in radians whose tangent is x", Math.atan),
  atan2: define("atan2(y, x)", "angle in radians of the point x, y", ["number", "number"], "number", Math.atan2),
  sign: numeric("sign(x)", "−1, 0 or 1", Math.sign),
  pow: define("pow(x, y)", "x to the power of y", ["number", "number"], "number", Math.pow),
  round: define(
    "round(x, decimals)",
    "to a number of decimals, none when left out; halves away from zero",
    ["number", "number"],
    "number",
    (x: number, decimals?: number) => roundHalfAway(x, Math.min(15, Math.max(0, Math.trunc(decimals ?? 0)))),
    { required: 1 },
  ),
  clamp: define(
    "clamp(x, min, max)",
    "x, but not below min and not above max",
    ["number", "number", "number"],
    "number",
    (x, min, max) => Math.min(Math.max(x, min), max),
  ),
  min: define("min(x, y, …)", "the smallest of numbers, or of one list", ["any"], "number", extreme(Math.min), {
    variadic: true,
  }),
  max: define("max(x, y, …)", "the largest of numbers, or of one list", ["any"], "number", extreme(Math.max), {
    variadic: true,
  }),
  isNaN: define("isNaN(x)", "whether x is not a number, such as 0 / 0", ["number"], "bool", Number.isNaN),
  isFinite: define("isFinite(x)", "whether x is neither that nor infinite", ["number"], "bool", Number.isFinite),

  upper: define("upper(text)", "in capitals", ["text"], "text", (text) => text.toUpperCase()),
  lower: define("lower(text)", "in small letters", ["text"], "text", (text) => text.toLowerCase()),
  trim: define("trim(text)", "without blanks around it", ["text"], "text", (text) => text.trim()),
  contains: define("text.contains(part)", "", ["text", "text"], "bool", (text, part) => text.includes(part)),
  startsWith: define("text.startsWith(part)", "", ["text", "text"], "bool", (text, part) => text.startsWith(part)),
  endsWith: define("text.endsWith(part)", "", ["text", "text"], "bool", (text, part) => text.endsWith(part)),
  matches: define(
    "matches(text, pattern)",
    "whether the regular expression (RE2) is found in the text; anchor it with ^ and $",
    ["text", "text"],
    "bool",
    (text, pattern) => patternOf(pattern).test(text),
    { check: (_text, pattern) => checkPattern(pattern) },
  ),
  extract: define(
    "extract(text, pattern)",
    "what the regular expression (RE2) finds in the text, or its first group; missing when it finds nothing",
    ["text", "text"],
    "text",
    (text, pattern) => {
      const found = patternOf(pattern).matcher(text);
      if (!found.find()) return undefined;
      return (found.groupCount() > 0 ? found.group(1) : found.group()) ?? undefined;
    },
    { check: (_text, pattern) => checkPattern(pattern) },
  ),
  split: define("split(text, separator)", "the parts between separators", ["text", "text"], "list", (text, separator) =>
    text.split(separator),
  ),
  join: define("join(list, separator)", "one text of all in a list", ["list", "text"], "text", join),
  replace: define("replace(text, part, by)", "every occurrence of a part", ["text", "text", "text"], "text", replace),
  substring: define(
    "substring(text, from, to)",
    "characters from a position (counted from 0) up to, but without, another",
    ["text", "number", "number"],
    "text",
    (text: string, from: number, to?: number) => text.substring(from, to),
    { required: 2 },
  ),
  size: define("size(x)", "characters of a text, entries of a list or object", ["any"], "number", size),

  int: define("int(x)", "a whole number, cut off towards zero, also from text", ["any"], "number", (x) =>
    Math.trunc(toNumber(x)),
  ),
  double: define("double(x)", 'a number, also from text such as "2.5"', ["any"], "number", toNumber),
  string: define("string(x)", "as text", ["any"], "text", toText),
  bool: define("bool(x)", 'true or false from "true", "false", 1 or 0', ["any"], "bool", toBool),

  ...timeFunctions,
  ...listFunctions,
  ...vectorFunctions,
  ...placeFunctions,
};

/** Text as templates and `string()` write it: numbers plainly, lists and objects as JSON. */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  return typeof value === "object" && value !== null ? JSON.stringify(value) : String(value);
}

const longestPattern = 1_000;
const patterns = new Map<string, RE2JS>();

/** Runs in time proportional to the text, whatever the pattern. Throws `MessageError` when it is no pattern. */
export function patternOf(pattern: string): RE2JS {
  const known = patterns.get(pattern);
  if (known !== undefined) return known;
  if (pattern.length > longestPattern)
    throw new MessageError("invalid_pattern", `a regular expression has ${longestPattern} characters at most`);
  try {
    const compiled = RE2JS.compile(pattern);
    if (patterns.size >= 100) patterns.clear();
    patterns.set(pattern, compiled);
    return compiled;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new MessageError("invalid_pattern", `"${pattern}" is not a regular expression: ${reason}`);
  }
}

function replace(text: string, part: string, by: string): string {
  const pieces = text.split(part);
  if (text.length + pieces.length * by.length <= longestText) return pieces.join(by);
  throw new MessageError("expression_limit", `replace makes a text of more than ${longestText} characters`);
}

function join(list: unknown, separator: string): string {
  const text = (list as readonly unknown[]).map(toText).join(separator);
  if (text.length <= longestText) return text;
  throw new MessageError("expression_limit", `join makes a text of more than ${longestText} characters`);
}

function checkPattern(pattern: unknown): void {
  if (typeof pattern === "string") patternOf(pattern);
}

function extreme(pick: (a: number, b: number) => number) {
  return (...args: unknown[]) => {
    const values = args.length === 1 ? (listIn(args[0]) ?? args) : args;
    if (values.length === 0) throw mismatch("min and max", "at least one number", values);
    let found: number | undefined;
    for (const value of values) {
      if (typeof value !== "number") throw mismatch("min and max", "numbers", value);
      found = found === undefined ? value : pick(found, value);
    }
    return found;
  };
}

function size(value: unknown): number {
  if (typeof value === "string") return [...value].length;
  if (Array.isArray(value)) return value.length;
  if (kindOf(value) === "object") return Object.keys(value as object).length;
  throw mismatch("size", "text, a list or an object", value);
}

function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : Number.NaN;
  if (Number.isNaN(number)) throw mismatch("a conversion to a number", "text such as 2.5", value);
  return number;
}

function toBool(value: unknown): boolean {
  if (typeof value === "boolean") return value;
  if (value === 1 || value === "1" || value === "true") return true;
  if (value === 0 || value === "0" || value === "false") return false;
  throw mismatch("bool", '"true", "false", 1 or 0', value);
}
