/** The catalog: every node and connection type there is, found by scanning `nodes/` for `*.node.*` and `*.connection.*`. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConnectionDefinition } from "./connection.ts";
import type { AdapterDefinition, SinkDefinition } from "./connector.ts";
import type { Category } from "./node.ts";
import type { OperatorDefinition } from "./operator.ts";
import type { ProcessorDefinition } from "./processor.ts";

export type NodeDefinition =
  | (OperatorDefinition & { readonly kind: "operator" })
  | ((AdapterDefinition | SinkDefinition | ProcessorDefinition) & { readonly kind: "connector" });

export interface Catalog {
  readonly nodes: ReadonlyMap<string, NodeDefinition>;
  readonly connections: ReadonlyMap<string, ConnectionDefinition>;
}

export function catalogOf(definitions: readonly (NodeDefinition | ConnectionDefinition)[]): Catalog {
  const nodes = new Map<string, NodeDefinition>();
  const connections = new Map<string, ConnectionDefinition>();
  for (const definition of definitions) {
    const known: ReadonlyMap<string, unknown> = definition.kind === "connection" ? connections : nodes;
    if (known.has(definition.type)) throw new Error(`two definitions of the type ${definition.type}`);
    if (definition.kind === "connection") connections.set(definition.type, definition);
    else nodes.set(definition.type, definition);
  }
  return { nodes, connections };
}

/** Loads every declaration below `folder`. Rejects when a file declares nothing. */
export async function loadCatalog(folder: string): Promise<Catalog> {
  const files = (await readdir(folder, { recursive: true })).filter((file) =>
    /\.(node|connection)\.(ts|js)$/.test(file),
  );
  return catalogOf(await Promise.all(files.sort().map((file) => loadDefinition(join(folder, file)))));
}

async function loadDefinition(file: string): Promise<NodeDefinition | ConnectionDefinition> {
  const module: unknown = await import(pathToFileURL(file).href);
  const definition = (module as { default?: { kind?: unknown } }).default;
  if (definition?.kind === "operator" || definition?.kind === "connector" || definition?.kind === "connection")
    return definition as NodeDefinition | ConnectionDefinition;
  throw new Error(`${file} does not default-export what defineOperator, defineConnector or defineConnection returns`);
}

export function categoryOf(type: string): Category {
  const [category] = type.split(".", 1);
  if (category === "adapter" || category === "plugin" || category === "rule" || category === "sink") return category;
  throw new Error(`type "${type}" does not begin with adapter, plugin, rule or sink`);
}

/** The adapter, sink, operator or processor behind a definition, told apart for the compiler and the runtime. */
export function isAdapter(
  definition: NodeDefinition,
): definition is AdapterDefinition & { readonly kind: "connector" } {
  return definition.type.startsWith("adapter.");
}
export function isSink(definition: NodeDefinition): definition is SinkDefinition & { readonly kind: "connector" } {
  return definition.type.startsWith("sink.");
}
export function isOperator(
  definition: NodeDefinition,
): definition is OperatorDefinition & { readonly kind: "operator" } {
  return definition.kind === "operator";
}
export function isProcessor(
  definition: NodeDefinition,
): definition is ProcessorDefinition & { readonly kind: "connector" } {
  return definition.kind === "connector" && /^(?:plugin|rule)\./.test(definition.type);
}
/** What stands in the middle of a flow, whichever way it works. */
export function isPluginOrRule(
  definition: NodeDefinition,
): definition is
  | (OperatorDefinition & { readonly kind: "operator" })
  | (ProcessorDefinition & { readonly kind: "connector" }) {
  return isOperator(definition) || isProcessor(definition);
}
