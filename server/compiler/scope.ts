/** Which devices and keys can leave each node, as far as configurations tell: what subscriptions are narrowed by. */
import { isAdapter, isPluginOrRule } from "../../nodes/contract/catalog.ts";
import type { Scope } from "../../nodes/contract/node.ts";
import { decodeToken } from "../bus/tokens.ts";
import { inOrder } from "./circles.ts";
import type { FlowGraph, GraphNode } from "./graph.ts";

/** Nothing is known before it runs. */
const anything: Scope = {};

/** What can leave a node by a port. */
export type ScopeOf = (node: string, port: string) => Scope;

export function scopes({ nodes, into, outOf }: Pick<FlowGraph, "nodes" | "into" | "outOf">): ScopeOf {
  const leaving = new Map<string, Leaving>();
  const scopeOf: ScopeOf = (node, port) => leaving.get(node)?.[port === "out" ? "out" : "others"] ?? anything;
  // What an adapter reads does not depend on the commands it is given.
  const follows = (id: string) => nodes.get(id)?.category !== "adapter";
  const edges = new Map([...nodes.keys()].map((id) => [id, (outOf.get(id) ?? []).map(({ to }) => to).filter(follows)]));
  // Nodes in a circle are left out of the order: nothing is known of them.
  for (const id of inOrder(edges)) {
    const node = nodes.get(id);
    if (node === undefined) continue;
    const incoming = (into.get(id) ?? []).map(({ from, port }) => scopeOf(from, port));
    if (node.subject !== undefined) incoming.push(subjectScope(node.subject));
    leaving.set(id, leavingScopes(node, union(incoming)));
  }
  return scopeOf;
}

interface Leaving {
  readonly out: Scope;
  readonly others: Scope;
}

function leavingScopes({ definition, parsed }: GraphNode, incoming: Scope): Leaving {
  if (isAdapter(definition))
    return { out: parsed === undefined ? anything : definition.scope(parsed), others: anything };
  if (!isPluginOrRule(definition) || definition.scope === undefined) return { out: incoming, others: incoming };
  const out = parsed === undefined ? anything : definition.scope(parsed, incoming);
  return { out, others: definition.outputsFrom === undefined ? anything : out };
}

function union(scopes: readonly Scope[]): Scope {
  return { devices: unionIds(scopes.map(({ devices }) => devices)), keys: unionIds(scopes.map(({ keys }) => keys)) };
}

function unionIds(lists: readonly Scope["devices"][]): Scope["devices"] {
  const known = lists.filter((list) => list !== undefined);
  if (known.length === 0 || known.length < lists.length) return undefined;
  return known.length === 1 ? known[0] : [...new Set(known.flat())];
}

/** What a subject says about the points on it: `iot.processed.d1.*` carries those of d1. */
function subjectScope(subject: string): Scope {
  const [root, stage, third, fourth] = subject.split(".");
  if (root !== "iot") return anything;
  if (stage === "raw") return { devices: idOf(fourth) };
  if (stage !== "processed") return anything;
  return third === "batch" ? { devices: idOf(fourth) } : { devices: idOf(third), keys: idOf(fourth) };
}

function idOf(token: string | undefined): string[] | undefined {
  const id = token === undefined || token === "*" || token === ">" ? undefined : decodeToken(token);
  return id === undefined ? undefined : [id];
}
