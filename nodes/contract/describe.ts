/** A catalog as JSON: all that the editor and the docs know about node types. */
import { z } from "zod";
import { type Catalog, categoryOf, isAdapter, isOperator, isPluginOrRule, type NodeDefinition } from "./catalog.ts";
import type { ConnectionDefinition } from "./connection.ts";
import type { Category, ConfigSchema, Example, OutputsFrom, Port } from "./node.ts";

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
  /** More ports, before those, by the configuration. */
  readonly outputsFrom?: OutputsFrom;
  readonly config: JsonSchema;
  readonly examples: readonly Example[];
  /** The type of connection it needs. */
  readonly connection?: string;
  /** `POST /api/probe` reads what its configuration asks for. */
  readonly canProbe?: true;
}
export type ConnectionDescription = Pick<NodeDescription, "type" | "title" | "summary" | "help" | "icon" | "config">;

export interface CatalogDescription {
  readonly nodes: readonly NodeDescription[];
  readonly connections: readonly ConnectionDescription[];
}

export const outPort: Port = { name: "out", title: "Output" };
export const failedPort: Port = { name: "failed", title: "Failed" };
const inPort: Port = { name: "in", title: "Input" };
const commandPort: Port = { name: "in", title: "Commands" };

/** Output ports in the order the editor shows them. `config` may be wrong: what names no port gives none. */
export function outputsOf(definition: NodeDefinition, config: Readonly<Record<string, unknown>> = {}): readonly Port[] {
  if (!isPluginOrRule(definition)) return definition.type.startsWith("adapter.") ? [outPort] : [];
  const { outputs = [outPort], outputsFrom, type } = definition;
  const fixed = type.startsWith("rule.") ? [...outputs, failedPort] : outputs;
  if (outputsFrom === undefined) return fixed;
  const taken = new Set(fixed.map(({ name }) => name));
  const named = namesIn(config, outputsFrom).filter((name) => !taken.has(name));
  return [...named.map((name) => ({ name, title: name })), ...fixed];
}

function namesIn(config: Readonly<Record<string, unknown>>, { list, name }: OutputsFrom): string[] {
  const rows: unknown = config[list];
  if (!Array.isArray(rows)) return [];
  const names = rows.map((row: unknown) => (row as Readonly<Record<string, unknown>> | null)?.[name]);
  return [...new Set(names.filter((text) => typeof text === "string" && text !== ""))] as string[];
}

/** True for a port by which a plugin turns points away. */
export function isRejecting(definition: NodeDefinition, port: string): boolean {
  const outputs = isPluginOrRule(definition) ? definition.outputs : undefined;
  return (outputs ?? []).some(({ name, rejects }) => name === port && rejects);
}

export function inputsOf(definition: NodeDefinition): readonly Port[] {
  if (!isAdapter(definition)) return [inPort];
  return definition.takesCommands === undefined ? [] : [commandPort];
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
    ...(isPluginOrRule(definition) && definition.outputsFrom ? { outputsFrom: definition.outputsFrom } : {}),
    config: jsonSchema(definition.config),
    examples,
    ...(connection === undefined ? {} : { connection }),
    ...(isAdapter(definition) && definition.probe !== undefined ? { canProbe: true as const } : {}),
  };
}

function describeConnection(definition: ConnectionDefinition): ConnectionDescription {
  const { type, title, summary, help, icon } = definition;
  return { type, title, summary, help, icon, config: jsonSchema(definition.config) };
}

function jsonSchema(schema: ConfigSchema): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}
