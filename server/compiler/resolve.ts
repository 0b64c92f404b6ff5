/** From a document to a graph: types, configurations and connections are looked up; whatever is wrong is told. */
import type { FlowDocument, FlowNode } from "../../flows/format/document.ts";
import { type Catalog, categoryOf, isOperator, type NodeDefinition } from "../../nodes/contract/catalog.ts";
import { subjectProblem } from "../bus/subjects.ts";
import { readConfig } from "./config.ts";
import type { GraphNode } from "./graph.ts";
import { fieldSchema } from "./json-schema.ts";
import { suggestion } from "./nearest.ts";
import type { ProblemList } from "./problem-list.ts";
import type { CompilerSettings } from "./settings.ts";

const programsOff =
  "the node starts a program, and this gateway starts none: let it name a sidecar that runs already, or set sidecars.programs";

export interface ResolvedNode extends GraphNode {
  readonly isDisabled: boolean;
}

/** Every node whose type is known, by id. A disabled node may be half done: its faults are warnings. */
export function resolveNodes(
  { id: flow, nodes }: FlowDocument,
  catalog: Catalog,
  settings: CompilerSettings,
  problems: ProblemList,
): Map<string, ResolvedNode> {
  const resolved = new Map<string, ResolvedNode>();
  const seen = new Set<string>();
  for (const [index, node] of nodes.entries()) {
    if (seen.has(node.id)) {
      const message = `two nodes have the id "${node.id}"; give one of them another id`;
      problems.error("duplicate-node-id", { path: ["nodes", index, "id"] }, message);
      continue;
    }
    seen.add(node.id);
    const definition = catalog.nodes.get(node.type);
    if (definition === undefined) unknownType(node, catalog, problems);
    else resolved.set(node.id, resolveNode(flow, node, definition, settings, problems));
  }
  return resolved;
}

function unknownType({ id, type, disabled }: FlowNode, catalog: Catalog, problems: ProblemList): void {
  const remedy = suggestion(type, [...catalog.nodes.keys()], "this gateway has no node types");
  const message = `the node is kept but cannot run: there is no node type "${type}"${remedy}`;
  problems.add(disabled === true ? "warning" : "error", "unknown-type", { node: id }, message);
}

function resolveNode(
  flow: string,
  node: FlowNode,
  definition: NodeDefinition,
  settings: CompilerSettings,
  problems: ProblemList,
): ResolvedNode {
  const isDisabled = node.disabled === true;
  const category = categoryOf(definition.type);
  const { config, parsed, faults } = readConfig(definition.config, node.config, settings);
  for (const { code, severity, path, message } of faults)
    problems.add(isDisabled ? "warning" : severity, code, { node: node.id, path }, message);
  if (settings.programs === "off" && definition.startsProgram?.(config) === true)
    problems.add(isDisabled ? "warning" : "error", "programs-off", { node: node.id }, programsOff);
  const subject = category === "adapter" ? undefined : subjectOf(node, isDisabled ? "warning" : "error", problems);
  const connection = connectionField(definition);
  const connectionId = connection === undefined ? undefined : config[connection];
  ignoredFields(node, category, problems);
  return {
    id: node.id,
    name: node.name,
    category,
    definition,
    config,
    parsed,
    isDisabled,
    isImplicit: false,
    ...(subject === undefined ? {} : { subject }),
    ...(category === "rule" ? { ruleId: node.ruleId ?? `${flow}_${node.id}` } : {}),
    ...(typeof connectionId === "string" ? { connection: connectionId } : {}),
  };
}

function subjectOf({ id, subject }: FlowNode, severity: "error" | "warning", problems: ProblemList) {
  const fault = subject === undefined ? undefined : subjectProblem(subject, "subscribe");
  if (fault === undefined) return subject;
  problems.add(severity, "bad-subject", { node: id }, `the node cannot listen there: ${fault}`);
  return undefined;
}

function ignoredFields({ id, subject, ruleId }: FlowNode, category: string, problems: ProblemList): void {
  if (subject !== undefined && category === "adapter")
    problems.warning("ignored-field", { node: id }, "an adapter listens to no subject; remove `subject`");
  if (ruleId !== undefined && category !== "rule")
    problems.warning("ignored-field", { node: id }, "only rules have a rule id; remove `ruleId`");
}

/** The field that names the shared connection. */
export function connectionField(definition: NodeDefinition): string | undefined {
  if (isOperator(definition) || definition.connection === undefined) return undefined;
  const fields = Object.entries(fieldSchema(definition.config).properties ?? {});
  return fields.find(([, { widget }]) => widget === "connection")?.[0] ?? "connection";
}
