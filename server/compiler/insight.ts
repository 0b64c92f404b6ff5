/** What the editor shows about each node and only the compiler can say. */
import { overlaps } from "../bus/subjects.ts";
import type { CompiledFlow } from "./flow-plan.ts";
import type { NodePlan, Plan, SubscriptionPlan } from "./plan.ts";

export interface NodeInsight {
  /** What this configuration does, empty when the type does not say or the configuration is wrong. */
  readonly line: string;
  readonly reads: readonly string[];
  readonly publishes: readonly string[];
  /** How it runs; absent for a node that does not. */
  readonly compiled?: CompiledNode;
}

export interface CompiledNode {
  readonly ruleId?: string;
  /** Of its subscriptions: gateways that share it share the work. */
  readonly queue?: string;
  readonly inputs: readonly {
    readonly subject: string;
    /** Whose messages are meant: `node` or `node.port` of this flow. Foreign publishers are always heard. */
    readonly from: "anybody" | "outside" | readonly string[];
  }[];
  /** Nodes of its stage that get what leaves a port by a call, not by the bus. */
  readonly calls: readonly { readonly port: string; readonly nodes: readonly string[] }[];
  /** Streams that keep what it publishes. */
  readonly streams: readonly string[];
}

/** By node id: every node of the document, and the conversions put in between. */
export function insights(
  { document, resolved, graph, plan }: CompiledFlow,
  streams: Plan["streams"],
): Record<string, NodeInsight> {
  const lineOf = (id: string) => {
    const node = resolved.get(id) ?? graph.nodes.get(id);
    return node?.parsed === undefined ? "" : (node.definition.line?.(node.parsed) ?? "");
  };
  const all = new Map<string, NodeInsight>();
  for (const { id } of document.nodes) all.set(id, { line: lineOf(id), reads: [], publishes: [] });
  for (const node of plan.nodes) {
    const compiled = compiledNode(node, streams);
    const reads = compiled.inputs.map(({ subject }) => subject);
    all.set(node.id, { line: lineOf(node.id), reads, publishes: node.publishes, compiled });
  }
  return Object.fromEntries(all);
}

function compiledNode(node: NodePlan, streams: Plan["streams"]): CompiledNode {
  const inputs = node.inputs ?? [];
  const isOperator = node.category === "plugin" || node.category === "rule";
  const calls = isOperator ? Object.entries(node.next).map(([port, nodes]) => ({ port, nodes })) : [];
  const keeps = ({ subjects }: Plan["streams"][number]) =>
    subjects.some((kept) => node.publishes.some((subject) => overlaps(kept, subject)));
  const [first] = inputs;
  return {
    ...(isOperator && node.ruleId !== undefined ? { ruleId: node.ruleId } : {}),
    ...(first === undefined ? {} : { queue: first.queue }),
    inputs: inputs.map((input) => ({ subject: input.subject, from: sendersOf(input) })),
    calls: calls.filter(({ nodes }) => nodes.length > 0),
    streams: streams.filter(keeps).map(({ name }) => name),
  };
}

function sendersOf({ accepts, foreignOnly }: SubscriptionPlan): CompiledNode["inputs"][number]["from"] {
  if (foreignOnly === true) return "outside";
  if (accepts === "any") return "anybody";
  return accepts.map(({ node, port }) => (port === "out" ? node : `${node}.${port}`));
}
