/** What a schema refuses in a configuration, in words that say what to do. */
import type { z } from "zod";
import type { ConfigSchema } from "../../nodes/contract/node.ts";
import { fieldsAt } from "./json-schema.ts";
import { quoted, suggestion } from "./nearest.ts";

export type Path = readonly (string | number)[];

export interface ConfigFault {
  readonly code: "bad-config" | "missing-variable" | "missing-secret" | "plain-secret";
  /** `plain-secret` works, and is still a fault. */
  readonly severity: "error" | "warning";
  /** Into the configuration. */
  readonly path: Path;
  readonly message: string;
}

type Issue = z.core.$ZodIssue;

export function describeIssues(issues: readonly Issue[], schema: ConfigSchema, config: unknown): ConfigFault[] {
  return issues.flatMap((issue) => describeIssue(issue, [], schema, config));
}

function describeIssue(issue: Issue, base: Path, schema: ConfigSchema, config: unknown): ConfigFault[] {
  const path = [...base, ...issue.path.map((part) => (typeof part === "number" ? part : String(part)))];
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownField(key, path, schema));
  if (issue.code === "invalid_union") {
    const meant = likeliestBranch(issue.errors);
    if (meant !== undefined) return meant.flatMap((inner) => describeIssue(inner, path, schema, config));
  }
  return [
    {
      code: "bad-config",
      severity: "error",
      path,
      message: joined(placeOf(path), wordsOf(issue, valueAt(config, path))),
    },
  ];
}

function unknownField(key: string, path: Path, schema: ConfigSchema): ConfigFault {
  const where = path.length === 0 ? "" : ` of ${placeOf(path)}`;
  // Another form of the object may well have the field.
  const fields = fieldsAt(schema, path).filter((field) => field !== key);
  const remedy = suggestion(key, fields, "remove it");
  return {
    code: "bad-config",
    severity: "error",
    path: [...path, key],
    message: `"${key}" is not a field${where}${remedy}`,
  };
}

/** Of the forms a value may take, the one it misses by least: first those of the right kind at all. */
function likeliestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const isOtherKind = (issue: Issue) => issue.code === "invalid_type" && issue.path.length === 0;
  const rank = (issues: readonly Issue[]) => (issues.some(isOtherKind) ? 1_000 : 0) + issues.length;
  return [...branches].sort((a, b) => rank(a) - rank(b))[0];
}

/** A predicate (`must be …`), or after a colon the words of whoever wrote a message for this very field. */
function wordsOf(issue: Issue, value: unknown): string {
  if (!/^(?:Invalid|Too)\b/.test(issue.message)) return `: ${issue.message}`;
  switch (issue.code) {
    case "invalid_type":
      return value === undefined ? `is missing; enter ${kindOf(issue.expected)}` : `must be ${kindOf(issue.expected)}`;
    case "invalid_value":
      return `must be ${issue.values.length > 1 ? "one of " : ""}${quoted(issue.values.map(String), 30)}`;
    case "invalid_union":
      return "options" in issue && issue.options !== undefined
        ? `must be one of ${quoted(issue.options.map(String), 30)}`
        : "is of a wrong kind";
    case "too_small":
      if (issue.origin === "string" && value === "") return "cannot be empty";
      return `must ${amount(issue.origin, issue.inclusive === false ? "more than" : "at least", issue.minimum)}`;
    case "too_big":
      return `must ${amount(issue.origin, issue.inclusive === false ? "less than" : "at most", issue.maximum)}`;
    default:
      return `: ${issue.message}`;
  }
}

function amount(origin: string, comparison: string, limit: number | bigint): string {
  const isOne = Number(limit) === 1;
  if (origin === "string") return `have ${comparison} ${limit} ${isOne ? "character" : "characters"}`;
  if (origin === "array" || origin === "set") return `have ${comparison} ${limit} ${isOne ? "entry" : "entries"}`;
  return `be ${comparison} ${limit}`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

function kindOf(expected: string): string {
  return kinds[expected] ?? `a value of type ${expected}`;
}

/** `tags[0].address` */
export function placeOf(path: Path): string {
  return path
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`))
    .join("")
    .replace(/^\./, "");
}

function joined(place: string, words: string): string {
  if (!words.startsWith(": ")) return `${place === "" ? "the configuration" : place} ${words}`;
  const message = words.slice(2);
  return place === "" ? message : `${place}: ${message}`;
}

function valueAt(value: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (at, step) =>
      typeof at === "object" && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined,
    value,
  );
}
