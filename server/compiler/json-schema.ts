/** Where a path into a configuration leads in its schema: for words about fields, not for checking. */
import { z } from "zod";
import type { ConfigSchema } from "../../nodes/contract/node.ts";

export interface FieldSchema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly additionalProperties?: FieldSchema | boolean;
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
  readonly oneOf?: readonly FieldSchema[];
  readonly widget?: unknown;
}

const described = new WeakMap<ConfigSchema, FieldSchema>();

export function fieldSchema(schema: ConfigSchema): FieldSchema {
  let known = described.get(schema);
  if (known === undefined) {
    known = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as FieldSchema;
    described.set(schema, known);
  }
  return known;
}

/** The first schema a value at this path may have, or `undefined` where the path leads nowhere. */
export function schemaAt(schema: ConfigSchema, path: readonly (string | number)[]): FieldSchema | undefined {
  return schemasAt(schema, path)[0];
}

/** Whether what stands at this path is to be kept from those who may read the flow. */
export function isSecretField(schema: ConfigSchema, path: readonly (string | number)[]): boolean {
  const field = path.at(-1);
  const holders = schemasAt(schema, path.slice(0, -1));
  return holders.some(
    ({ properties = {} }) => Object.hasOwn(properties, field ?? "") && properties[field ?? ""]?.widget === "secret",
  );
}

/** Names of the fields an object at this path may have. */
export function fieldsAt(schema: ConfigSchema, path: readonly (string | number)[]): string[] {
  return [...new Set(schemasAt(schema, path).flatMap(({ properties }) => Object.keys(properties ?? {})))];
}

function schemasAt(schema: ConfigSchema, path: readonly (string | number)[]): FieldSchema[] {
  return path.reduce((schemas, step) => schemas.flatMap((at) => stepInto(at, step)), alternatives(fieldSchema(schema)));
}

function alternatives(schema: FieldSchema): FieldSchema[] {
  const options = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return options.length === 0 ? [schema] : options.flatMap(alternatives);
}

function stepInto(schema: FieldSchema, step: string | number): FieldSchema[] {
  const { items, properties = {}, additionalProperties } = schema;
  if (typeof step === "number") return items === undefined ? [] : alternatives(items);
  const property = Object.hasOwn(properties, step) ? properties[step] : undefined;
  if (property !== undefined) return alternatives(property);
  return typeof additionalProperties === "object" ? alternatives(additionalProperties) : [];
}
