/** An adapter wired to something that takes points gets the standard conversion in between, one for all such wires. */
import { type Catalog, isOperator } from "../../nodes/contract/catalog.ts";
import { type GraphNode, type GraphWire, labelOf } from "./graph.ts";
import type { ProblemList } from "./problem-list.ts";
import { takesRaw } from "./wires.ts";

const convertType = "plugin.convert";

export interface Wired {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly wires: readonly GraphWire[];
}

export function insertConversions({ nodes, wires }: Wired, catalog: Catalog, problems: ProblemList): Wired {
  const definition = catalog.nodes.get(convertType);
  const allNodes = new Map(nodes);
  const allWires = new Map<string, GraphWire>();
  const add = (wire: GraphWire) => allWires.set([wire.from, wire.port, wire.to].join("\n"), wire);
  for (const wire of wires) {
    const from = nodes.get(wire.from);
    const to = nodes.get(wire.to);
    if (from?.category !== "adapter" || to === undefined || takesRaw(to)) {
      add(wire);
      continue;
    }
    const parsed = definition?.config.safeParse({});
    if (definition === undefined || !isOperator(definition) || parsed?.success !== true) {
      const message = `${labelOf(from)} sends raw readings, and this gateway has no ${convertType} to make points of them for ${labelOf(to)}; put a plugin in between`;
      problems.error("no-conversion", { node: from.id }, message);
      continue;
    }
    const id = `${from.id}~convert`;
    const name = `${from.name === "" ? from.id : from.name}: convert`;
    allNodes.set(id, { id, name, category: "plugin", definition, config: {}, parsed: parsed.data, isImplicit: true });
    add({ from: from.id, port: wire.port, to: id });
    add({ from: id, port: "out", to: to.id });
  }
  return { nodes: allNodes, wires: [...allWires.values()] };
}
