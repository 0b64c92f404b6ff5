/** What may be wired to what, and the two edits that keep a chain whole: splice and heal. Pure. */
import type { Category, FlowDocument, FlowNode, FlowWire } from "../../server/api/contract.ts";

export type Carries = "raw" | "point" | "result";

/** The stages a stage may feed, in the order data takes. Adapters take commands, those that have an input for them. */
const feeds: Readonly<Record<Category, readonly Category[]>> = {
  adapter: ["plugin", "rule", "sink"],
  plugin: ["plugin", "rule", "sink", "adapter"],
  rule: ["rule", "sink", "adapter"],
  sink: [],
};
const carried: Readonly<Record<Category, Carries | undefined>> = {
  adapter: "raw",
  plugin: "point",
  rule: "result",
  sink: undefined,
};

/** Why two ports cannot be wired. */
export type Refusal = "self" | "exists" | "stage" | "cycle" | "unknown";

/** The stage a node type belongs to; `undefined` for a type that names none. */
export function categoryOf(type: string): Category | undefined {
  const stage = type.split(".", 1)[0];
  return stage === "adapter" || stage === "plugin" || stage === "rule" || stage === "sink" ? stage : undefined;
}

export function carriesOf(type: string): Carries | undefined {
  const category = categoryOf(type);
  return category === undefined ? undefined : carried[category];
}

export function canFeed(from: Category, to: Category): boolean {
  return feeds[from].includes(to);
}

export function portOf(wire: FlowWire): string {
  return wire.port ?? "out";
}
export function inputOf(wire: FlowWire): string {
  return wire.input ?? "in";
}
/** Names a wire by its ends: a document has no two with the same ends. */
export function wireId(wire: FlowWire): string {
  return `${wire.from}:${portOf(wire)}>${wire.to}:${inputOf(wire)}`;
}

/** A wire as the document writes it, with the usual ports left out. */
export function wire(from: string, port: string, to: string, input: string): FlowWire {
  return { from, ...(port === "out" ? {} : { port }), to, ...(input === "in" ? {} : { input }) };
}

/** Why the document cannot have this wire, or `undefined` when it can. */
export function wireRefusal(document: FlowDocument, candidate: FlowWire): Refusal | undefined {
  const from = document.nodes.find(({ id }) => id === candidate.from);
  const to = document.nodes.find(({ id }) => id === candidate.to);
  const fromStage = from && categoryOf(from.type);
  const toStage = to && categoryOf(to.type);
  if (fromStage === undefined || toStage === undefined) return "unknown";
  if (from === to) return "self";
  if (!canFeed(fromStage, toStage)) return "stage";
  const id = wireId(candidate);
  if (document.wires.some((other) => wireId(other) === id)) return "exists";
  if (fromStage === toStage && reaches(document, candidate.to, candidate.from, fromStage)) return "cycle";
  return undefined;
}

/** True when wires inside one stage lead from `start` to `goal`. */
function reaches(document: FlowDocument, start: string, goal: string, stage: Category): boolean {
  const inStage = new Set(document.nodes.filter(({ type }) => categoryOf(type) === stage).map(({ id }) => id));
  const seen = new Set<string>();
  const open = [start];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (at === goal) return true;
    if (seen.has(at)) continue;
    seen.add(at);
    for (const { from, to } of document.wires) if (from === at && inStage.has(to)) open.push(to);
  }
  return false;
}

/** Puts a node into the middle of a wire; `undefined` when it does not fit there. The node's other wires stay. */
export function splice(document: FlowDocument, node: FlowNode, into: FlowWire): FlowDocument | undefined {
  // What an adapter sends is not what it was told to do.
  if (node.id === into.from || node.id === into.to || categoryOf(node.type) === "adapter") return undefined;
  const without = { ...document, wires: document.wires.filter((other) => other !== into) };
  const before = wire(into.from, portOf(into), node.id, "in");
  if (wireRefusal(without, before) !== undefined) return undefined;
  const half = { ...without, wires: [...without.wires, before] };
  const after = wire(node.id, "out", into.to, inputOf(into));
  if (wireRefusal(half, after) !== undefined) return undefined;
  return { ...half, wires: [...half.wires, after] };
}

/**
 * Takes the wires of a node away and joins what stood before it to what stood behind it, as far as the stages allow.
 * What left by `failed` is not joined: it was never what the node let through.
 */
export function heal(document: FlowDocument, id: string): FlowDocument {
  const before = document.wires.filter(({ to }) => to === id);
  const after = document.wires.filter((each) => each.from === id && portOf(each) !== "failed");
  let healed = { ...document, wires: document.wires.filter(({ from, to }) => from !== id && to !== id) };
  for (const incoming of before)
    for (const outgoing of after) {
      const joined = wire(incoming.from, portOf(incoming), outgoing.to, inputOf(outgoing));
      if (wireRefusal(healed, joined) === undefined) healed = { ...healed, wires: [...healed.wires, joined] };
    }
  return healed;
}
