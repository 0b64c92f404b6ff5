/** A catalog as JSON: all that the editor and the docs know about node types. */
import { z } from "zod";
import { type Catalog, categoryOf, isOperator, isPluginOrRule, type NodeDefinition } from "./catalog.ts";
import type { ConnectionDefinition } from "./connection.ts";
import type { Category, ConfigSchema, Example, Port } from "./node.ts";

/** JSON Schema 2020-12 of what stands in the document, with the fields of `FieldMeta` beside the standard ones. */
export type JsonSchema = { readonly [keyword: string]: unknown };

export interface NodeDescription {
  readonly type: string;
  readonly category: Category;
  readonly title: string;
  readonly summary: string;
  readonly help: string;
  readonly icon: string;
  readonly keywords: readonly string[];
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  readonly config: JsonSchema;
  readonly examples: readonly Example[];
  /** The type of connection it needs. */
  readonly connection?: string;
}
export type ConnectionDescription = Pick<NodeDescription, "type" | "title" | "summary" | "help" | "icon" | "config">;

export interface CatalogDescription {
  readonly nodes: readonly NodeDescription[];
  readonly connections: readonly ConnectionDescription[];
}

export const outPort: Port = { name: "out", title: "Output" };
export const failedPort: Port = { name: "failed", title: "Failed" };
const inPort: Port = { name: "in", title: "Input" };

/** Output ports in the order the editor shows them. */
export function outputsOf(definition: NodeDefinition): readonly Port[] {
  if (!isPluginOrRule(definition)) return definition.type.startsWith("adapter.") ? [outPort] : [];
  const declared = definition.outputs ?? [outPort];
  return definition.type.startsWith("rule.") ? [...declared, failedPort] : declared;
}

export function inputsOf(definition: NodeDefinition): readonly Port[] {
  return definition.type.startsWith("adapter.") ? [] : [inPort];
}

export function describe(catalog: Catalog): CatalogDescription {
  return {
    nodes: [...catalog.nodes.values()].map(describeNode),
    connections: [...catalog.connections.values()].map(describeConnection),
  };
}

function describeNode(definition: NodeDefinition): NodeDescription {
  const { type, title, summary, help, icon, examples } = definition;
  const connection = isOperator(definition) ? undefined : definition.connection?.type;
  return {
    type,
    category: categoryOf(type),
    title,
    summary,
    help,
    icon,
    keywords: definition.keywords ?? [],
    inputs: inputsOf(definition),
    outputs: outputsOf(definition),
    config: jsonSchema(definition.config),
    examples,
    ...(connection === undefined ? {} : { connection }),
  };
}

function describeConnection(definition: ConnectionDefinition): ConnectionDescription {
  const { type, title, summary, help, icon } = definition;
  return { type, title, summary, help, icon, config: jsonSchema(definition.config) };
}

function jsonSchema(schema: ConfigSchema): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}
