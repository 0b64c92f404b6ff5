/** The kinds of values in expressions. There is one kind of number, and no kind turns into another by itself. */

/** `any`: not known before the expression runs. */
export type Kind = "number" | "text" | "bool" | "list" | "object" | "null" | "any";

export type Value<K extends Kind> = K extends "number"
  ? number
  : K extends "text"
    ? string
    : K extends "bool"
      ? boolean
      : unknown;

/** `a number`, `text` …: how messages name a kind. */
export const kindWords: Readonly<Record<Kind, string>> = {
  number: "a number",
  text: "text",
  bool: "true or false",
  list: "a list",
  object: "an object",
  null: "null",
  any: "a value",
};

export function kindOf(value: unknown): Kind {
  switch (typeof value) {
    case "number":
      return "number";
    case "string":
      return "text";
    case "boolean":
      return "bool";
    case "object":
      if (value === null) return "null";
      return Array.isArray(value) ? "list" : "object";
    default:
      return "any";
  }
}

/** A value as messages show it: `the text "abc"`, `the number 5`, `a list`. */
export function show(value: unknown): string {
  switch (typeof value) {
    case "number":
      return `the number ${value}`;
    case "string":
      return `the text ${JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value)}`;
    case "boolean":
      return String(value);
    default:
      return kindWords[kindOf(value)];
  }
}

/** What a device sent as a 64-bit integer is a number like any other. */
export function plain(value: unknown): unknown {
  return typeof value === "bigint" ? Number(value) : value;
}
