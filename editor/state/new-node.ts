/** A node fresh from the palette: an id and a name nobody has, and the only possible connection already chosen. Pure. */
import type { FlowDocument, FlowNode, FlowWire, NodeDescription } from "../../server/api/contract.ts";
import { cardHeightPx, cardWidthPx } from "./card-geometry.ts";
import { addNode, freeId, freeName, type Place, takenIds } from "./edits.ts";
import type { LooseEnd } from "./view.ts";
import { wire, wireRefusal } from "./wiring.ts";

export const gridPx = 20;

export function newNode(document: FlowDocument, description: NodeDescription): FlowNode {
  const names = new Set(document.nodes.map(({ name }) => name));
  return {
    id: freeId(description.type.slice(description.type.indexOf(".") + 1), takenIds(document)),
    type: description.type,
    name: freeName(description.title, names),
    config: onlyConnection(document, description),
  };
}

function onlyConnection(document: FlowDocument, { connection, config }: NodeDescription): FlowNode["config"] {
  const fitting = document.connections.filter(({ type }) => type === connection);
  const [only] = fitting;
  if (only === undefined || fitting.length > 1) return {};
  const properties = (config["properties"] ?? {}) as Readonly<Record<string, { readonly widget?: unknown }>>;
  const field = Object.keys(properties).find((name) => properties[name]?.widget === "connection");
  return field === undefined ? {} : { [field]: only.id };
}

export function snapped({ x, y }: Place): Place {
  return { x: Math.round(x / gridPx) * gridPx, y: Math.round(y / gridPx) * gridPx };
}

/** The nearest place at or below `wanted` where a card covers no other. */
export function freePlace(document: FlowDocument, wanted: Place): Place {
  const places = Object.values(document.layout.nodes);
  let at = snapped(wanted);
  const covers = (other: Place) => Math.abs(other.x - at.x) < cardWidthPx && Math.abs(other.y - at.y) < cardHeightPx;
  while (places.some(covers)) at = { x: at.x, y: at.y + cardHeightPx + gridPx };
  return at;
}

/** Adds the node and, where the stages allow it, joins it to the loose end it was asked for from. */
export function addJoined(document: FlowDocument, node: FlowNode, place: Place, end?: LooseEnd): FlowDocument {
  const added = addNode(document, node, place);
  const joining = end && wireTo(node.id, end);
  return joining === undefined || wireRefusal(added, joining) !== undefined
    ? added
    : { ...added, wires: [...added.wires, joining] };
}

function wireTo(node: string, end: LooseEnd): FlowWire {
  return end.kind === "output" ? wire(end.node, end.port, node, "in") : wire(node, "out", end.node, end.input);
}
