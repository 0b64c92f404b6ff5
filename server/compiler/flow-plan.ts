/** One flow, from its document to its plan. A flow with errors gets one as well, as far as it can be understood. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Catalog } from "../../nodes/contract/catalog.ts";
import { isAdapter, isProcessor } from "../../nodes/contract/catalog.ts";
import { checkFlow } from "./check.ts";
import { resolveConnections } from "./connections.ts";
import { insertConversions } from "./convert.ts";
import { fuse } from "./fuse.ts";
import { type FlowGraph, type GraphNode, wiresBy } from "./graph.ts";
import type { FlowPlan, NodePlan, SubscriptionPlan } from "./plan.ts";
import { ProblemList } from "./problem-list.ts";
import { type Publication, publications } from "./publish.ts";
import { type ResolvedNode, resolveNodes } from "./resolve.ts";
import { scopes } from "./scope.ts";
import type { CompilerSettings } from "./settings.ts";
import { readingOf, withStoredReadings } from "./streams.ts";
import { subscriptions } from "./subscribe.ts";
import { resolveWires } from "./wires.ts";

export interface CompiledFlow {
  readonly document: FlowDocument;
  /** Of the document: also disabled ones. */
  readonly resolved: ReadonlyMap<string, ResolvedNode>;
  readonly graph: FlowGraph;
  readonly publications: ReadonlyMap<string, readonly Publication[]>;
  readonly inputs: ReadonlyMap<string, readonly SubscriptionPlan[]>;
  readonly plan: FlowPlan;
  readonly problems: ProblemList;
}

const allResults: FlowPlan["results"] = { status: true, data: true, format: "envelope" };

export function compileFlow(document: FlowDocument, catalog: Catalog, settings: CompilerSettings): CompiledFlow {
  const problems = new ProblemList(document.id);
  const resolved = resolveNodes(document, catalog, settings, problems);
  const connections = resolveConnections(document, resolved, catalog, settings, problems);
  const graph = graphOf(document, resolved, connections, catalog, problems);
  const { id, delivery, results = allResults } = document;
  const scopeOf = scopes(graph);
  const inputs = new Map<string, readonly SubscriptionPlan[]>();
  const published = new Map<string, readonly Publication[]>();
  const nodes: NodePlan[] = [];
  for (const node of graph.nodes.values()) {
    const { next, unpublished } = fuse(node, graph, results);
    const reads = subscriptions(node, graph, scopeOf, settings, problems);
    const publishes = publications(node, unpublished, scopeOf, results, settings);
    inputs.set(node.id, reads);
    published.set(node.id, publishes);
    nodes.push(nodePlan(node, document, settings, reads, publishes, next, unpublished));
  }
  checkFlow(graph, (node) => inputs.get(node) ?? [], problems);
  const names = Object.fromEntries(
    [...graph.nodes.values()].filter(({ name }) => name !== "").map(({ id, name }) => [id, name]),
  );
  const plan = { id, delivery, results, connections, nodes: withStoredReadings(nodes), names };
  return { document, resolved, graph, publications: published, inputs, plan, problems };
}

function graphOf(
  document: FlowDocument,
  resolved: ReadonlyMap<string, ResolvedNode>,
  connections: FlowGraph["connections"],
  catalog: Catalog,
  problems: ProblemList,
): FlowGraph {
  const { wires, wired, isComplete } = resolveWires(document, resolved, problems);
  const enabled = new Map([...resolved].filter(([, { isDisabled }]) => !isDisabled));
  const converted = insertConversions({ nodes: enabled, wires }, catalog, problems);
  return {
    document,
    nodes: converted.nodes,
    into: wiresBy("to", converted.wires),
    outOf: wiresBy("from", converted.wires),
    wired,
    isComplete,
    connections,
  };
}

function nodePlan(
  { id, category, definition, config, connection, ruleId }: GraphNode,
  flow: FlowDocument,
  settings: CompilerSettings,
  inputs: readonly SubscriptionPlan[],
  published: readonly Publication[],
  next: Readonly<Record<string, readonly string[]>>,
  unpublished: readonly string[],
): NodePlan {
  const publishes = published.filter(({ kind }) => kind !== "errors").map(({ subject }) => subject);
  const planned = { id, type: definition.type, config, publishes };
  const client = connection === undefined ? {} : { connection };
  if (isAdapter(definition)) {
    const commands = inputs.length === 0 ? {} : { inputs };
    return { ...planned, category: "adapter", protocol: definition.protocol, ...commands, ...client };
  }
  if (category !== "plugin" && category !== "rule") {
    const reading = readingOf({ id, category: "sink", isProcessor: false }, flow, inputs, settings);
    return { ...planned, category: "sink", ...reading, ...client };
  }
  return {
    ...planned,
    category,
    ...readingOf({ id, category, isProcessor: isProcessor(definition) }, flow, inputs, settings),
    next,
    ...(ruleId === undefined ? {} : { ruleId }),
    ...(unpublished.length === 0 ? {} : { unpublished }),
    ...(isProcessor(definition) ? { isProcessor: true, ...client } : {}),
  };
}
