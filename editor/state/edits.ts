/** Edits of a document, each from one document to the next. Pure: history, drafts and the canvas are somebody else's. */
import type { FlowDocument, FlowNode, FlowWire } from "../../server/api/contract.ts";
import { heal, wireId } from "./wiring.ts";

export interface Place {
  readonly x: number;
  readonly y: number;
}
export type Note = FlowDocument["layout"]["notes"][number];
export type Group = FlowDocument["layout"]["groups"][number];

export function emptyFlow(id: string, name: string): FlowDocument {
  return {
    format: 1,
    id,
    name,
    description: "",
    enabled: true,
    delivery: "live",
    connections: [],
    nodes: [],
    wires: [],
    layout: { nodes: {}, groups: [], notes: [] },
  };
}

/** An id made of a title that nobody has yet: `modbus`, `modbus-2`. */
export function freeId(title: string, taken: ReadonlySet<string>): string {
  const stem =
    title
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-+|-+$/g, "") || "node";
  if (!taken.has(stem)) return stem;
  for (let count = 2; ; count++) if (!taken.has(`${stem}-${count}`)) return `${stem}-${count}`;
}

export function freeName(title: string, taken: ReadonlySet<string>): string {
  if (!taken.has(title)) return title;
  for (let count = 2; ; count++) if (!taken.has(`${title} ${count}`)) return `${title} ${count}`;
}

export function addNode(document: FlowDocument, node: FlowNode, place: Place): FlowDocument {
  return {
    ...document,
    nodes: [...document.nodes, node],
    layout: { ...document.layout, nodes: { ...document.layout.nodes, [node.id]: place } },
  };
}

export function setNode(document: FlowDocument, node: FlowNode): FlowDocument {
  return { ...document, nodes: document.nodes.map((other) => (other.id === node.id ? node : other)) };
}

export function addWire(document: FlowDocument, wire: FlowWire): FlowDocument {
  return { ...document, wires: [...document.wires, wire] };
}

export interface Parts {
  readonly nodes: ReadonlySet<string>;
  /** As `wireId` names them. */
  readonly wires: ReadonlySet<string>;
  /** Notes and groups. */
  readonly boxes: ReadonlySet<string>;
}

/** Takes parts out with all wires that end in them. With `join`, what was before a node is wired to what was behind it. */
export function removeParts(document: FlowDocument, parts: Parts, join = false): FlowDocument {
  let left = document;
  if (join) for (const id of parts.nodes) left = heal(left, id);
  const stays = (id: string) => !parts.nodes.has(id);
  return {
    ...left,
    nodes: left.nodes.filter(({ id }) => stays(id)),
    wires: left.wires.filter((wire) => stays(wire.from) && stays(wire.to) && !parts.wires.has(wireId(wire))),
    layout: {
      nodes: Object.fromEntries(Object.entries(left.layout.nodes).filter(([id]) => stays(id))),
      groups: left.layout.groups
        .filter(({ id }) => !parts.boxes.has(id))
        .map((group) => (group.nodes.every(stays) ? group : { ...group, nodes: group.nodes.filter(stays) })),
      notes: left.layout.notes.filter(({ id }) => !parts.boxes.has(id)),
    },
  };
}

/** Moves nodes, notes and groups to new places. Those not named stay. */
export function place(document: FlowDocument, places: ReadonlyMap<string, Place>): FlowDocument {
  const moved = <Box extends Note | Group>(box: Box): Box => {
    const to = places.get(box.id);
    return to === undefined ? box : { ...box, x: to.x, y: to.y };
  };
  const ids = new Set(document.nodes.map(({ id }) => id));
  const nodes = { ...document.layout.nodes };
  for (const [id, { x, y }] of places) if (ids.has(id)) nodes[id] = { x, y };
  return {
    ...document,
    layout: { nodes, groups: document.layout.groups.map(moved), notes: document.layout.notes.map(moved) },
  };
}

export function setDisabled(document: FlowDocument, ids: ReadonlySet<string>, disabled: boolean): FlowDocument {
  return {
    ...document,
    nodes: document.nodes.map((node) => {
      if (!ids.has(node.id)) return node;
      const { disabled: _, ...enabled } = node;
      return disabled ? { ...enabled, disabled } : enabled;
    }),
  };
}

export function setNote(document: FlowDocument, note: Note): FlowDocument {
  return { ...document, layout: { ...document.layout, notes: upsert(document.layout.notes, note) } };
}

export function setGroup(document: FlowDocument, group: Group): FlowDocument {
  return { ...document, layout: { ...document.layout, groups: upsert(document.layout.groups, group) } };
}

function upsert<Item extends { readonly id: string }>(items: readonly Item[], item: Item): Item[] {
  return items.some(({ id }) => id === item.id)
    ? items.map((other) => (other.id === item.id ? item : other))
    : [...items, item];
}

/** Every id of a node, note or group: one space, since the canvas draws them together. */
export function takenIds(document: FlowDocument): Set<string> {
  const { nodes, layout } = document;
  return new Set([...nodes, ...layout.groups, ...layout.notes].map(({ id }) => id));
}
