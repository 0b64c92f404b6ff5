/**
 * JSON Schema 2020-12 without code made from the schema, and with patterns that take linear time: a schema comes with the
 * flow, but what is held against it comes from devices.
 */
import { draft2020, extendDraft, compileSchema as interpret, type Keyword, type SchemaNode } from "json-schema-library";
import { MessageError } from "../../contract/errors.ts";
import { patternOf } from "../../expression/functions.ts";
import { excerpt } from "../convert/excerpt.ts";

export type Schema = Readonly<Record<string, unknown>>;

const faultsShown = 5;

interface Pattern {
  test(text: string): boolean;
}

function linear(source: string): Pattern {
  const pattern = patternOf(source);
  return { test: (text) => pattern.matcher(text).find() };
}

function keyword(name: string): Keyword {
  const found = draft2020.keywords.find((each) => each.keyword === name);
  if (found === undefined) throw new Error(`the library knows no keyword ${name}`);
  return found;
}

/** The library's own keyword, whose pattern is exchanged for one that does not backtrack. */
const pattern: Keyword = {
  ...keyword("pattern"),
  parse(node: SchemaNode) {
    const source: unknown = node.schema["pattern"];
    const error = keyword("pattern").parse?.(node);
    if (error === undefined && typeof source === "string") Object.assign(node, { pattern: linear(source) });
    return error;
  },
};

const patternProperties: Keyword = {
  ...keyword("patternProperties"),
  parse(node: SchemaNode) {
    const errors = keyword("patternProperties").parse?.(node);
    for (const entry of node.patternProperties ?? []) Object.assign(entry, { pattern: linear(entry.name) });
    return errors;
  },
};

/** The library compares each member with each other, which a list of thousands turns into seconds. */
const uniqueItems: Keyword = {
  ...keyword("uniqueItems"),
  validate({ node, data, pointer }) {
    if (node.schema["uniqueItems"] !== true || !Array.isArray(data)) return undefined;
    if (new Set(data.map(canonical)).size === data.length) return undefined;
    return node.createError("unique-items-error", { pointer, schema: node.schema, value: data, duplicatePointer: "" });
  },
};

function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === "object" && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

const draft = extendDraft(draft2020, { keywords: [pattern, patternProperties, uniqueItems] });

/** What is wrong with the schema itself; empty when it can be used. */
export function schemaFaults(schema: Schema): string[] {
  try {
    const { schemaErrors = [] } = interpret(schema, { drafts: [draft] });
    const remote = remoteReferences(schema).map((text) => `"${text}" stands elsewhere: put it under $defs`);
    return [...schemaErrors.map(({ message }) => excerpt(message)), ...remote].slice(0, faultsShown);
  } catch (error) {
    if (error instanceof MessageError || error instanceof RangeError) return [error.message];
    throw error;
  }
}

/** A schema is whole in itself: the gateway fetches nothing. */
function remoteReferences(schema: Schema): string[] {
  const own = new Set<unknown>();
  const wanted = new Set<string>();
  JSON.stringify(schema, (name, value: unknown) => {
    if (name === "$id") own.add(value);
    if ((name === "$ref" || name === "$dynamicRef") && typeof value === "string") {
      const [base = ""] = value.split("#", 1);
      if (base !== "") wanted.add(base);
    }
    return value;
  });
  return [...wanted].filter((base) => ![...own].some((id) => typeof id === "string" && id.endsWith(base)));
}

/** In words what does not fit, a few at most; empty when all does. The schema has no faults. */
export function compileSchema(schema: Schema): (value: unknown) => string[] {
  const node = interpret(schema, { drafts: [draft] });
  return (value) => {
    try {
      const { errors } = node.validate(value);
      const shown = errors.slice(0, faultsShown).map(({ message }) => excerpt(message));
      return errors.length > faultsShown ? [...shown, `and ${errors.length - faultsShown} more`] : shown;
    } catch (error) {
      if (error instanceof RangeError) return ["lists and objects stand too deep inside each other"];
      throw error;
    }
  };
}
