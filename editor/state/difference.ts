/** What a deployment would change: exact, whatever way the document came to be as it is. Pure. */
import type { FlowDocument, FlowNode } from "../../server/api/contract.ts";
import { same } from "./same.ts";
import { wireId } from "./wiring.ts";

export interface Difference {
  readonly added: readonly string[];
  /** Nodes that say something else now, or use a connection that does. */
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  readonly kept: number;
  readonly wiresAdded: number;
  readonly wiresRemoved: number;
  /** Name, description, enabled, delivery, results or a connection. */
  readonly settings: boolean;
  /** Only where things stand on the canvas: deploys, but restarts nothing. */
  readonly layout: boolean;
}

const noDifference: Difference = {
  added: [],
  changed: [],
  removed: [],
  kept: 0,
  wiresAdded: 0,
  wiresRemoved: 0,
  settings: false,
  layout: false,
};

/** `base` is what the gateway runs; `undefined` for a flow it has never seen. */
export function differenceOf(base: FlowDocument | undefined, document: FlowDocument): Difference {
  if (base === document) return { ...noDifference, kept: document.nodes.length };
  const before = nodesOf(base);
  const connections = changedConnections(base, document);
  const added = document.nodes.filter(({ id }) => !before.has(id)).map(({ id }) => id);
  const changed = document.nodes
    .filter((node) => before.has(node.id) && nodeDiffers(before.get(node.id), node, connections))
    .map(({ id }) => id);
  const now = nodesOf(document);
  const removed = [...before.keys()].filter((id) => !now.has(id));
  const wiresBefore = new Set(base?.wires.map(wireId));
  const wiresNow = new Set(document.wires.map(wireId));
  return {
    added,
    changed,
    removed,
    kept: document.nodes.length - added.length - changed.length,
    wiresAdded: [...wiresNow].filter((id) => !wiresBefore.has(id)).length,
    wiresRemoved: [...wiresBefore].filter((id) => !wiresNow.has(id)).length,
    settings: !same(base && settingsOf(base), settingsOf(document)),
    layout: !same(base && layoutOf(base), layoutOf(document)),
  };
}

export function isUnchanged(difference: Difference): boolean {
  const { added, changed, removed, wiresAdded, wiresRemoved, settings, layout } = difference;
  return added.length + changed.length + removed.length + wiresAdded + wiresRemoved === 0 && !settings && !layout;
}

/** Ids of connections that the two documents do not agree on. */
export function changedConnections(base: FlowDocument | undefined, document: FlowDocument): ReadonlySet<string> {
  const before = new Map(base?.connections.map((each) => [each.id, each]));
  return new Set(document.connections.filter((each) => !same(before.get(each.id), each)).map(({ id }) => id));
}

export function nodeDiffers(
  before: FlowNode | undefined,
  node: FlowNode,
  connections: ReadonlySet<string> = new Set(),
): boolean {
  const connection = node.config["connection"];
  if (typeof connection === "string" && connections.has(connection)) return true;
  return before !== node && !same(before, node);
}

function nodesOf(document: FlowDocument | undefined): Map<string, FlowNode> {
  return new Map(document?.nodes.map((node) => [node.id, node]));
}

function settingsOf({ name, description, enabled, delivery, results, connections }: FlowDocument) {
  return { name, description, enabled, delivery, results, connections: byId(connections) };
}

function layoutOf({ layout }: FlowDocument) {
  return { nodes: layout.nodes, groups: byId(layout.groups), notes: byId(layout.notes) };
}

function byId<Item extends { readonly id: string }>(items: readonly Item[]): Record<string, Item> {
  return Object.fromEntries(items.map((item) => [item.id, item]));
}

/** The document with every part that says the same as in `base` taken from there, so that comparing stays cheap. */
export function sharing(base: FlowDocument, document: FlowDocument): FlowDocument {
  if (same(base, document)) return base;
  const before = nodesOf(base);
  const nodes = document.nodes.map((node) => {
    const other = before.get(node.id);
    return other !== undefined && same(other, node) ? other : node;
  });
  return { ...document, nodes };
}

export interface FieldChange {
  /** `config.topics.0.filter`. */
  readonly path: string;
  /** `undefined` where the field was not there. */
  readonly before: unknown;
  readonly after: unknown;
}

/** Every field that two values do not agree on, at the depth where they part. */
export function fieldChanges(before: unknown, after: unknown, path = ""): readonly FieldChange[] {
  if (same(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [{ path, before, after }];
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].flatMap((key) => fieldChanges(before[key], after[key], path === "" ? key : `${path}.${key}`));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
