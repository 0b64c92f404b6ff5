/** Parts of a flow as JSON text, for the clipboard: between tabs, browsers and gateways. Pure. */
import type { FlowConnection, FlowDocument } from "../../server/api/contract.ts";
import { freeId, type Parts, type Place, takenIds } from "./edits.ts";
import { same } from "./same.ts";

/** Marks clipboard text as ours. */
const mark = "sluice/parts";

export interface Clip {
  readonly kind: typeof mark;
  readonly format: number;
  readonly connections: FlowDocument["connections"];
  readonly nodes: FlowDocument["nodes"];
  readonly wires: FlowDocument["wires"];
  readonly layout: FlowDocument["layout"];
}

/** The chosen nodes, notes and groups with the wires between them and the connections they use. */
export function clipOf(document: FlowDocument, { nodes: ids, boxes }: Parts): Clip {
  const nodes = document.nodes.filter(({ id }) => ids.has(id));
  const used = new Set(nodes.map(({ config }) => config["connection"]));
  return {
    kind: mark,
    format: document.format,
    connections: document.connections.filter(({ id }) => used.has(id)),
    nodes,
    wires: document.wires.filter(({ from, to }) => ids.has(from) && ids.has(to)),
    layout: {
      nodes: Object.fromEntries(Object.entries(document.layout.nodes).filter(([id]) => ids.has(id))),
      groups: document.layout.groups.filter(({ id }) => boxes.has(id)),
      notes: document.layout.notes.filter(({ id }) => boxes.has(id)),
    },
  };
}

export type Pasted =
  | { readonly kind: "parts"; readonly clip: Clip }
  /** A whole flow, as exported or copied from its file. */
  | { readonly kind: "flow"; readonly document: FlowDocument };

/** What a text holds, or `undefined` when it is nothing of ours. The gateway checks the details. */
export function parseClip(text: string): Pasted | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null || !("nodes" in value) || !Array.isArray(value.nodes))
    return undefined;
  if (!value.nodes.every((node: unknown) => isNode(node))) return undefined;
  if ("kind" in value && value.kind === mark) return { kind: "parts", clip: value as Clip };
  if (!("format" in value) || !("id" in value) || typeof value.id !== "string") return undefined;
  const { layout, ...document } = value as FlowDocument;
  const whole: FlowDocument = {
    ...document,
    name: document.name ?? document.id,
    description: document.description ?? "",
    enabled: document.enabled ?? true,
    delivery: document.delivery ?? "live",
    connections: document.connections ?? [],
    wires: document.wires ?? [],
    nodes: document.nodes.map((node) => ({ ...node, name: node.name ?? "", config: node.config ?? {} })),
    layout: { nodes: layout?.nodes ?? {}, groups: layout?.groups ?? [], notes: layout?.notes ?? [] },
  };
  return { kind: "flow", document: whole };
}

function isNode(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return "id" in value && typeof value.id === "string" && "type" in value && typeof value.type === "string";
}

/** Puts the clip in with new ids, its upper left corner at `at`; answers the document and what was added. */
export function paste(document: FlowDocument, clip: Clip, at: Place): { document: FlowDocument; added: Parts } {
  const taken = takenIds(document);
  const fresh = new Map<string, string>();
  const rename = (id: string) => {
    const next = freeId(id.replace(/-\d+$/, ""), taken);
    taken.add(next);
    fresh.set(id, next);
    return next;
  };
  const now = (id: string) => fresh.get(id) ?? id;
  const connections = bringConnections(document.connections, clip.connections);
  const corner = cornerOf(clip);
  const moved = <Item extends Place>(item: Item): Item => ({
    ...item,
    x: item.x - corner.x + at.x,
    y: item.y - corner.y + at.y,
  });

  const nodes = clip.nodes.map((node) => {
    const used = node.config["connection"];
    const connection = typeof used === "string" ? connections.renamed.get(used) : undefined;
    const config = connection === undefined ? node.config : { ...node.config, connection };
    return { ...node, id: rename(node.id), config };
  });
  const notes = clip.layout.notes.map((note) => moved({ ...note, id: rename(note.id) }));
  const groups = clip.layout.groups.map((group) =>
    moved({ ...group, id: rename(group.id), nodes: group.nodes.flatMap((id) => fresh.get(id) ?? []) }),
  );
  const places = clip.nodes.map(({ id }) => [now(id), moved(clip.layout.nodes[id] ?? corner)] as const);
  return {
    document: {
      ...document,
      connections: connections.all,
      nodes: [...document.nodes, ...nodes],
      wires: [...document.wires, ...clip.wires.map((wire) => ({ ...wire, from: now(wire.from), to: now(wire.to) }))],
      layout: {
        nodes: { ...document.layout.nodes, ...Object.fromEntries(places) },
        groups: [...document.layout.groups, ...groups],
        notes: [...document.layout.notes, ...notes],
      },
    },
    added: {
      nodes: new Set(nodes.map(({ id }) => id)),
      wires: new Set(),
      boxes: new Set([...notes, ...groups].map(({ id }) => id)),
    },
  };
}

/** A connection that is there with the same settings is used; one of the same name with others gets a new id. */
function bringConnections(present: readonly FlowConnection[], brought: readonly FlowConnection[]) {
  const all = [...present];
  const renamed = new Map<string, string>();
  for (const connection of brought) {
    const there = all.find(({ id }) => id === connection.id);
    if (there !== undefined && same(there, connection)) continue;
    const id = freeId(connection.id, new Set(all.map((other) => other.id)));
    if (id !== connection.id) renamed.set(connection.id, id);
    all.push({ ...connection, id });
  }
  return { all, renamed };
}

function cornerOf({ layout }: Clip): Place {
  const places: readonly Place[] = [...Object.values(layout.nodes), ...layout.groups, ...layout.notes];
  if (places.length === 0) return { x: 0, y: 0 };
  return { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
}
