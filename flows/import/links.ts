/** Where a wire ends when junctions, link nodes and nodes that are left out lead on. */
import { type RedNode, texts } from "./node-red-file.ts";

export interface Links {
  /** Ids of the nodes that are wired to a node. */
  readonly into: ReadonlyMap<string, readonly string[]>;
  /** For each link out the link in nodes: either end may name the other. */
  readonly across: ReadonlyMap<string, readonly string[]>;
  /** How many steps may still be taken: a file can be made so that following it takes for ever. */
  stepsLeft: number;
}

const mostSteps = 500_000;

export function linksOf(nodes: readonly RedNode[]): Links {
  const into = new Map<string, string[]>();
  const across = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, key: string, value: string) => {
    const list = map.get(key);
    if (list === undefined) map.set(key, [value]);
    else list.push(value);
  };
  for (const { id, type, wires, all } of nodes) {
    for (const to of wires.flat()) add(into, to, id);
    for (const other of texts(all["links"]))
      if (type === "link out") add(across, id, other);
      else if (type === "link in") add(across, other, id);
  }
  return { into, across, stepsLeft: mostSteps };
}

/** The nodes of the tab `z` at which wires to `first` end; not complete when one ends nowhere or in another tab. */
export function followLinks(
  first: readonly string[],
  z: string,
  leadOn: ReadonlySet<string>,
  { byId, links }: { readonly byId: ReadonlyMap<string, RedNode>; readonly links: Links },
): { readonly ends: readonly string[]; readonly isComplete: boolean } {
  const seen = new Set<string>();
  const ends: string[] = [];
  const waiting = [...first];
  let isComplete = true;
  for (let id = waiting.pop(); id !== undefined; id = waiting.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const node = byId.get(id);
    if (node === undefined || node.z !== z || links.stepsLeft-- <= 0) {
      isComplete = false;
      continue;
    }
    if (!leadOn.has(id)) ends.push(id);
    else
      for (const next of node.type === "link out" ? (links.across.get(id) ?? []) : node.wires.flat())
        waiting.push(next);
  }
  return { ends, isComplete };
}
