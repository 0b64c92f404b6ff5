/** The functions of expressions. Each can be called both ways: `upper(key)` and `key.upper()`. */
import { RE2JS } from "re2js";
import { MessageError } from "../contract/errors.ts";
import { longestText } from "./budget.ts";
import { type Kind, kindOf, show, type Value } from "./kinds.ts";
import { roundHalfAway } from "./round.ts";

export interface ExpressionFunction {
  /** How it is written, for help and completion. */
  readonly usage: string;
  readonly summary: string;
  readonly parameters: readonly Kind[];
  /** How many of the parameters have to be given. */
  readonly required: number;
  /** The last parameter may be given any number of times. */
  readonly variadic: boolean;
  readonly returns: Kind;
  /** Arguments are of the kinds declared. Throws `MessageError` when it cannot be done all the same. */
  readonly call: (...args: unknown[]) => unknown;
}

type Values<P extends readonly Kind[]> = { [I in keyof P]: Value<P[I]> };

function define<const P extends readonly Kind[]>(
  usage: string,
  summary: string,
  parameters: P,
  returns: Kind,
  call: (...args: Values<P>) => unknown,
  options: { readonly required?: number; readonly variadic?: boolean } = {},
): ExpressionFunction {
  return {
    usage,
    summary,
    parameters,
    required: options.required ?? parameters.length,
    variadic: options.variadic ?? false,
    returns,
    call: call as ExpressionFunction["call"],
  };
}

const numeric = (usage: string, summary: string, call: (x: number) => number) =>
  define(usage, summary, ["number"], "number", call);

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
  ),
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

function mismatch(name: string, wanted: string, value: unknown): MessageError {
  return new MessageError("type_mismatch", `${name} needs ${wanted}, not ${show(value)}`);
}

function extreme(pick: (a: number, b: number) => number) {
  return (...args: unknown[]) => {
    const values = args.length === 1 && Array.isArray(args[0]) ? (args[0] as unknown[]) : args;
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
