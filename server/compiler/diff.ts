/** What changes between two plans, node by node: the runtime touches nothing else. Pure. */
import { type ConnectionPlan, type FlowPlan, type NodePlan, nodeKey, type Plan } from "./plan.ts";

interface NodeRef {
  readonly flow: string;
  readonly node: string;
}

/** Every node of both plans is in exactly one of the lists. */
export interface PlanDiff {
  readonly started: readonly NodeRef[];
  readonly stopped: readonly NodeRef[];
  /** What it is, its configuration, or the connection it uses changed: it begins anew, without its state. */
  readonly restarted: readonly NodeRef[];
  /** Only what it reads, or where its messages go, changed: it goes on with its state. */
  readonly rewired: readonly NodeRef[];
  readonly kept: readonly NodeRef[];
}

interface Placed {
  readonly flow: FlowPlan;
  readonly node: NodePlan;
}

/** Names and what a node `publishes` by the compiler's reckoning never count. */
export function diff(current: Plan, next: Plan): PlanDiff {
  const before = placedNodes(current);
  const after = placedNodes(next);
  const started: NodeRef[] = [];
  const restarted: NodeRef[] = [];
  const rewired: NodeRef[] = [];
  const kept: NodeRef[] = [];
  for (const [key, placed] of after) {
    const old = before.get(key);
    if (old === undefined) started.push(refOf(placed));
    else if (!sameJson(identity(old), identity(placed))) restarted.push(refOf(placed));
    else if (!sameJson(wiring(old), wiring(placed))) rewired.push(refOf(placed));
    else kept.push(refOf(placed));
  }
  const stopped = [...before].filter(([key]) => !after.has(key)).map(([, placed]) => refOf(placed));
  return { started, stopped, restarted, rewired, kept };
}

function placedNodes(plan: Plan): Map<string, Placed> {
  return new Map(
    plan.flows.flatMap((flow) => flow.nodes.map((node) => [nodeKey(flow.id, node.id), { flow, node }] as const)),
  );
}

function refOf({ flow, node }: Placed): NodeRef {
  return { flow: flow.id, node: node.id };
}

function identity({ flow, node }: Placed): unknown {
  const { type, config } = node;
  if (node.category === "adapter" || node.category === "sink")
    return { type, config, connection: connectionOf(flow, node.connection) };
  return { type, config, ruleId: node.ruleId, connection: connectionOf(flow, node.connection) };
}

function connectionOf({ connections }: FlowPlan, id: string | undefined): ConnectionPlan | undefined {
  return connections.find((connection) => connection.id === id);
}

function wiring({ flow, node }: Placed): unknown {
  if (node.category === "adapter") return { inputs: node.inputs, stored: node.stored };
  const { inputs, consumer } = node;
  const { delivery, results } = flow;
  if (node.category === "sink") return { inputs, consumer };
  const { next, unpublished } = node;
  return { inputs, consumer, delivery, next, unpublished, results: node.category === "rule" ? results : undefined };
}

/** Equal as JSON: the order of keys means nothing, and a key that is `undefined` is not there. */
function sameJson(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = definedEntries(a);
  const right = new Map(definedEntries(b));
  return left.length === right.size && left.every(([key, value]) => right.has(key) && sameJson(value, right.get(key)));
}

function definedEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, member]) => member !== undefined);
}
