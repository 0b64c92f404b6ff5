/** From the document to what React Flow draws. Objects are reused where nothing changed, so that only changed cards render. */
import { type Edge, type Node, type NodeHandle, Position } from "@xyflow/react";
import type { FlowDocument, FlowNode, NodeDescription } from "../../server/api/contract.ts";
import { cardShape, portBoxes } from "../state/card-geometry.ts";
import { changedConnections, nodeDiffers } from "../state/difference.ts";
import type { Group, Note, Parts, Place } from "../state/edits.ts";
import { type Carries, carriesOf, inputOf, portOf, wireId } from "../state/wiring.ts";

export type CardData = {
  readonly flow: string;
  readonly node: FlowNode;
  /** Differs from what the gateway runs. */
  readonly changed: boolean;
  /** Wired ports, each with a space around: ` in out failed `. A string, so that comparing is cheap. */
  readonly wired: string;
};
export type CardNode = Node<CardData, "card">;
export type NoteNode = Node<{ readonly note: Note }, "note">;
export type GroupNode = Node<{ readonly group: Group }, "group">;
export type DrawnNode = CardNode | NoteNode | GroupNode;

export type WireData = {
  readonly flow: string;
  readonly from: string;
  readonly port: string;
  readonly to: string;
  readonly carries: Carries | undefined;
  /** One of its ends is disabled: nothing flows. */
  readonly idle: boolean;
};
export type DrawnWire = Edge<WireData, "wire">;

const origin: Place = { x: 0, y: 0 };

/** Cards lie over groups whatever is selected. */
const groupLayer = -10;
/** One can draw a lasso inside a frame; only its label and handles take hold. */
const letsThrough = { pointerEvents: "none" } as const;

export function drawNodes(
  document: FlowDocument,
  base: FlowDocument | undefined,
  types: ReadonlyMap<string, NodeDescription>,
  selection: Parts,
  previous: readonly DrawnNode[],
): DrawnNode[] {
  const before = new Map(previous.map((node) => [node.id, node]));
  const deployed = new Map(base?.nodes.map((node) => [node.id, node]));
  const connections = base === document ? new Set<string>() : changedConnections(base, document);
  const wired = wiredPorts(document);
  const { layout } = document;
  return [
    ...layout.groups.map((group) =>
      drawn(before.get(group.id), {
        id: group.id,
        type: "group" as const,
        position: { x: group.x, y: group.y },
        width: group.width,
        height: group.height,
        zIndex: groupLayer,
        style: letsThrough,
        dragHandle: ".group-box__grip",
        selected: selection.boxes.has(group.id),
        data: { group },
      }),
    ),
    ...layout.notes.map((note) =>
      drawn(before.get(note.id), {
        id: note.id,
        type: "note" as const,
        position: { x: note.x, y: note.y },
        width: note.width,
        height: note.height,
        selected: selection.boxes.has(note.id),
        data: { note },
      }),
    ),
    ...document.nodes.map((node) =>
      drawn(before.get(node.id), {
        id: node.id,
        type: "card" as const,
        ...shapeOf(node, types.get(node.type)),
        position: layout.nodes[node.id] ?? origin,
        selected: selection.nodes.has(node.id),
        data: {
          flow: document.id,
          node,
          changed: !deployed.has(node.id) || nodeDiffers(deployed.get(node.id), node, connections),
          wired: wired.get(node.id) ?? "",
        },
      }),
    ),
  ];
}

/** Told beforehand, so that React Flow need not draw a card to know its size, nor measure each of its ports. */
function shapeOf(node: FlowNode, description: NodeDescription | undefined) {
  const shape = cardShape(description, node.config);
  const handles: NodeHandle[] = portBoxes(shape).map((box) => ({
    ...box,
    position: box.type === "target" ? Position.Left : Position.Right,
  }));
  const ariaLabel = node.name || (description?.title ?? node.type);
  return { measured: { width: shape.width, height: shape.height }, handles, ariaLabel };
}

function drawn(before: DrawnNode | undefined, next: DrawnNode): DrawnNode {
  if (before === undefined || before.type !== next.type) return next;
  const data = shallowSame(before.data, next.data) ? before.data : next.data;
  const unchanged =
    data === before.data &&
    before.selected === next.selected &&
    before.position.x === next.position.x &&
    before.position.y === next.position.y &&
    before.width === next.width &&
    before.height === next.height;
  // What else React Flow knows of it is kept; the cast joins the variants that `type` just proved to be the same.
  return unchanged ? before : ({ ...before, ...next, data } as DrawnNode);
}

export function drawWires(document: FlowDocument, selection: Parts, previous: readonly DrawnWire[]): DrawnWire[] {
  const before = new Map(previous.map((wire) => [wire.id, wire]));
  const nodes = new Map(document.nodes.map((node) => [node.id, node]));
  return document.wires.map((wire) => {
    const id = wireId(wire);
    const from = nodes.get(wire.from);
    const to = nodes.get(wire.to);
    const data: WireData = {
      flow: document.id,
      from: wire.from,
      port: portOf(wire),
      to: wire.to,
      carries: from && carriesOf(from.type),
      idle: !document.enabled || from?.disabled === true || to?.disabled === true,
    };
    const selected = selection.wires.has(id);
    const old = before.get(id);
    if (old?.data !== undefined && old.selected === selected && shallowSame(old.data, data)) return old;
    return {
      id,
      type: "wire",
      source: wire.from,
      sourceHandle: portOf(wire),
      target: wire.to,
      targetHandle: inputOf(wire),
      selected,
      data,
    };
  });
}

function wiredPorts(document: FlowDocument): Map<string, string> {
  const wired = new Map<string, string>();
  const add = (node: string, port: string) => {
    const ports = wired.get(node) ?? " ";
    if (!ports.includes(` ${port} `)) wired.set(node, `${ports}${port} `);
  };
  for (const wire of document.wires) {
    add(wire.from, portOf(wire));
    add(wire.to, inputOf(wire));
  }
  return wired;
}

function shallowSame(a: object, b: object): boolean {
  const keys = Object.keys(a);
  const other = b as Record<string, unknown>;
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.is((a as Record<string, unknown>)[key], other[key]))
  );
}
