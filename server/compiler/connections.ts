/** The connections of a flow: each checked, and matched with the nodes that name it. */
import type { FlowConnection, FlowDocument } from "../../flows/format/document.ts";
import { type Catalog, isOperator } from "../../nodes/contract/catalog.ts";
import { readConfig } from "./config.ts";
import { labelOf } from "./graph.ts";
import { suggestion } from "./nearest.ts";
import type { ConnectionPlan } from "./plan.ts";
import type { ProblemList } from "./problem-list.ts";
import { connectionField, type ResolvedNode } from "./resolve.ts";
import type { CompilerSettings } from "./settings.ts";

/** Answers the connections that enabled nodes use, variables filled in. */
export function resolveConnections(
  document: FlowDocument,
  nodes: ReadonlyMap<string, ResolvedNode>,
  catalog: Catalog,
  settings: CompilerSettings,
  problems: ProblemList,
): ConnectionPlan[] {
  const resolved = new Map<string, ConnectionPlan>();
  for (const [index, connection] of document.connections.entries()) {
    if (resolved.has(connection.id)) {
      const message = `two connections have the id "${connection.id}"; give one of them another id`;
      problems.error("duplicate-connection-id", { path: ["connections", index, "id"] }, message);
    } else resolved.set(connection.id, resolveConnection(connection, index, catalog, settings, problems));
  }
  for (const node of nodes.values()) checkUse(node, resolved, problems);
  const named = new Set([...nodes.values()].map(({ connection }) => connection));
  for (const [index, { id }] of document.connections.entries())
    if (!named.has(id)) {
      const message = `no node uses the connection "${id}"; choose it in a node or remove it`;
      problems.warning("unused-connection", { path: ["connections", index] }, message);
    }
  const used = new Set([...nodes.values()].filter((node) => !node.isDisabled).map(({ connection }) => connection));
  return [...resolved.values()].filter(({ id }) => used.has(id));
}

function resolveConnection(
  { id, type, config: given }: FlowConnection,
  index: number,
  catalog: Catalog,
  settings: CompilerSettings,
  problems: ProblemList,
): ConnectionPlan {
  const definition = catalog.connections.get(type);
  if (definition === undefined) {
    const remedy = suggestion(type, [...catalog.connections.keys()], "this gateway has no connection types");
    const message = `connection "${id}": there is no connection type "${type}"${remedy}`;
    problems.error("unknown-connection-type", { path: ["connections", index, "type"] }, message);
    return { id, type, config: given };
  }
  const { config, faults } = readConfig(definition.config, given, settings);
  for (const { code, severity, path, message } of faults)
    problems.add(severity, code, { path: ["connections", index, "config", ...path] }, `connection "${id}": ${message}`);
  return { id, type, config };
}

function checkUse(node: ResolvedNode, connections: ReadonlyMap<string, ConnectionPlan>, problems: ProblemList): void {
  const { definition, connection: id } = node;
  const field = connectionField(definition);
  if (id === undefined || field === undefined || isOperator(definition) || definition.connection === undefined) return;
  const severity = node.isDisabled ? "warning" : "error";
  const where = { node: node.id, path: [field] };
  const { type, title } = definition.connection;
  const found = connections.get(id);
  const fitting = [...connections.values()].filter((connection) => connection.type === type).map(({ id }) => id);
  const remedy = suggestion(id, fitting, `add one of type ${title} under Connections`);
  if (found === undefined)
    problems.add(severity, "unknown-connection", where, `the connection "${id}" does not exist${remedy}`);
  else if (found.type !== type) {
    const message = `${labelOf(node)} needs a connection of type ${title}, and "${id}" is of type ${found.type}${remedy}`;
    problems.add(severity, "wrong-connection-type", where, message);
  }
}
