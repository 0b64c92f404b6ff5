/** A flow as the steps of the compiler see it: nodes with their definitions, wires that carry something. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { NodeDefinition } from "../../nodes/contract/catalog.ts";
import type { Category } from "../../nodes/contract/node.ts";
import type { Config } from "./config.ts";
import type { ConnectionPlan } from "./plan.ts";

export interface FlowGraph {
  readonly document: FlowDocument;
  /** By id, in the order of the document: every enabled node of a known type, and the conversions put in between. */
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** By the node they enter and by the node they leave: between these nodes, allowed by their stages, no two the same. */
  readonly into: ReadonlyMap<string, readonly GraphWire[]>;
  readonly outOf: ReadonlyMap<string, readonly GraphWire[]>;
  /** Nodes with a wire to their input, whatever becomes of it: they do not fall back to the subject of their stage. */
  readonly wired: ReadonlySet<string>;
  /** Every node and wire of the document is understood, so that what is missing here is missing there. */
  readonly isComplete: boolean;
  /** Those that nodes use. */
  readonly connections: readonly ConnectionPlan[];
}

export interface GraphNode {
  readonly id: string;
  readonly name: string;
  readonly category: Category;
  readonly definition: NodeDefinition;
  /** Variables filled in, secrets as references. */
  readonly config: Config;
  /** `undefined` when the configuration is wrong: then only what every configuration has in common is known. */
  readonly parsed: Config | undefined;
  /** What it listens to by the document, when that is a subject. */
  readonly subject?: string;
  /** Of rules. */
  readonly ruleId?: string;
  readonly connection?: string;
  /** Put in by the compiler. */
  readonly isImplicit: boolean;
}

export interface GraphWire {
  readonly from: string;
  readonly port: string;
  readonly to: string;
}

export function wiresBy(end: "from" | "to", wires: readonly GraphWire[]): Map<string, GraphWire[]> {
  const groups = new Map<string, GraphWire[]>();
  for (const wire of wires) {
    const group = groups.get(wire[end]);
    if (group === undefined) groups.set(wire[end], [wire]);
    else group.push(wire);
  }
  return groups;
}

/** How messages call a node: by the name on its card, with the id when they differ. */
export function labelOf({ id, name }: { readonly id: string; readonly name: string }): string {
  return name === "" || name === id ? `"${id}"` : `"${name}" (${id})`;
}
