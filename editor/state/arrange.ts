/** Putting cards in order: align, distribute, tidy, and which group a card belongs to. Pure. */
import type { FlowDocument } from "../../server/api/contract.ts";
import { cardHeightPx, cardWidthPx } from "./card-geometry.ts";
import type { Place } from "./edits.ts";
import { gridPx } from "./new-node.ts";

export interface Box extends Place {
  readonly id: string;
  readonly width: number;
  readonly height: number;
}
export type Edge = "left" | "centre" | "right" | "top" | "middle" | "bottom";

/** New places that bring one edge, or the middle, of all boxes onto one line. */
export function align(boxes: readonly Box[], edge: Edge): Map<string, Place> {
  const left = Math.min(...boxes.map(({ x }) => x));
  const right = Math.max(...boxes.map(({ x, width }) => x + width));
  const top = Math.min(...boxes.map(({ y }) => y));
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height));
  const placeOf = ({ x, y, width, height }: Box): Place => {
    switch (edge) {
      case "left":
        return { x: left, y };
      case "centre":
        return { x: (left + right - width) / 2, y };
      case "right":
        return { x: right - width, y };
      case "top":
        return { x, y: top };
      case "middle":
        return { x, y: (top + bottom - height) / 2 };
      case "bottom":
        return { x, y: bottom - height };
    }
  };
  return new Map(boxes.map((box) => [box.id, placeOf(box)]));
}

/** Equal gaps between neighbours; the outermost two stay. */
export function distribute(boxes: readonly Box[], axis: "x" | "y"): Map<string, Place> {
  const size = axis === "x" ? "width" : "height";
  const sorted = [...boxes].sort((a, b) => a[axis] - b[axis]);
  const first = sorted[0];
  const last = sorted.at(-1);
  if (first === undefined || last === undefined || sorted.length < 3) return new Map();
  const inner = sorted.reduce((sum, box) => sum + box[size], 0);
  const gap = (last[axis] + last[size] - first[axis] - inner) / (sorted.length - 1);
  let at = first[axis];
  return new Map(
    sorted.map((box) => {
      const place = { x: box.x, y: box.y, [axis]: Math.round(at) };
      at += box[size] + gap;
      return [box.id, place];
    }),
  );
}

const columnPx = cardWidthPx + 80;
const rowPx = cardHeightPx + gridPx;

/**
 * Lays the nodes out from left to right in the direction of data: each one column behind the furthest of those before
 * it, and in a column near the middle of those it is wired to. The upper left corner stays where it was, unless told.
 */
export function tidy(document: FlowDocument, ids: ReadonlySet<string>, start?: Place): Map<string, Place> {
  const wires = document.wires.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const before = new Map<string, string[]>([...ids].map((id) => [id, []]));
  for (const { from, to } of wires) before.get(to)?.push(from);
  const columns = columnsOf(ids, before);
  const places = [...ids].flatMap((id) => document.layout.nodes[id] ?? []);
  const corner = start ?? { x: Math.min(...places.map(({ x }) => x)), y: Math.min(...places.map(({ y }) => y)) };
  const rows = new Map<string, number>();
  const heightOf = (id: string) => document.layout.nodes[id]?.y ?? 0;
  for (const column of columns) {
    const wish = (id: string) => {
      const known = (before.get(id) ?? []).flatMap((other) => rows.get(other) ?? []);
      return known.length === 0 ? undefined : known.reduce((sum, row) => sum + row, 0) / known.length;
    };
    const order = column.map((id, index) => ({ id, wish: wish(id) ?? index, y: heightOf(id) }));
    order.sort((a, b) => a.wish - b.wish || a.y - b.y);
    let next = 0;
    for (const { id, wish: row } of order) {
      rows.set(id, Math.max(next, row));
      next = Math.max(next, row) + 1;
    }
  }
  const snap = (value: number) => Math.round(value / gridPx) * gridPx;
  return new Map(
    columns.flatMap((column, index) =>
      column.map((id) => {
        const place = { x: snap(corner.x + index * columnPx), y: snap(corner.y + (rows.get(id) ?? 0) * rowPx) };
        return [id, place] as const;
      }),
    ),
  );
}

/** Longest path from a start; a wire that closes a ring is not followed a second time. */
function columnsOf(ids: ReadonlySet<string>, before: ReadonlyMap<string, readonly string[]>): string[][] {
  const depth = new Map<string, number>();
  const depthOf = (id: string, path: ReadonlySet<string>): number => {
    const known = depth.get(id);
    if (known !== undefined) return known;
    const on = new Set(path).add(id);
    const sources = (before.get(id) ?? []).filter((other) => !on.has(other));
    const found = sources.length === 0 ? 0 : 1 + Math.max(...sources.map((other) => depthOf(other, on)));
    depth.set(id, found);
    return found;
  };
  const columns: string[][] = [];
  for (const id of ids) {
    const at = depthOf(id, new Set());
    while (columns.length <= at) columns.push([]);
    columns[at]?.push(id);
  }
  return columns;
}

/** A flow as written by hand or by a program says nothing about places: what has none is laid out below the rest. */
export function withPlaces(document: FlowDocument): FlowDocument {
  const { nodes: known } = document.layout;
  const homeless = new Set(document.nodes.filter(({ id }) => known[id] === undefined).map(({ id }) => id));
  if (homeless.size === 0) return document;
  const lowest = Math.max(-rowPx, ...Object.values(known).map(({ y }) => y));
  const start = { x: 0, y: lowest + rowPx };
  const nodes = { ...known };
  for (const [id, { x, y }] of tidy(document, homeless, start)) nodes[id] = { x, y };
  return { ...document, layout: { ...document.layout, nodes } };
}

/** Cards join the group they were dropped into and leave the one they were dragged out of. */
export function regroup(document: FlowDocument, ids: ReadonlySet<string>): FlowDocument {
  const { groups, nodes } = document.layout;
  if (groups.length === 0) return document;
  const holds = (group: (typeof groups)[number], id: string) => {
    const at = nodes[id];
    if (at === undefined) return false;
    const x = at.x + cardWidthPx / 2;
    const y = at.y + cardHeightPx / 2;
    return x >= group.x && x <= group.x + group.width && y >= group.y && y <= group.y + group.height;
  };
  const next = groups.map((group) => {
    const stays = group.nodes.filter((id) => !ids.has(id) || holds(group, id));
    const joins = [...ids].filter((id) => nodes[id] !== undefined && !group.nodes.includes(id) && holds(group, id));
    return stays.length === group.nodes.length && joins.length === 0
      ? group
      : { ...group, nodes: [...stays, ...joins] };
  });
  return next.every((group, index) => group === groups[index])
    ? document
    : { ...document, layout: { ...document.layout, groups: next } };
}

/** A frame around the cards, with room for its name. */
export function frameAround(boxes: readonly Box[]): Omit<Box, "id"> {
  const left = Math.min(...boxes.map(({ x }) => x)) - gridPx;
  const top = Math.min(...boxes.map(({ y }) => y)) - 2 * gridPx;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + gridPx;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + gridPx;
  return { x: left, y: top, width: right - left, height: bottom - top };
}
