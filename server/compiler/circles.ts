/** Order and circles in a directed graph. Nothing here recurses: a chain may be as long as the document allows. */

/** Successors by node; every node is a key. */
export type Edges = ReadonlyMap<string, readonly string[]>;

/** The nodes so that every edge points forward. A node in a circle, or behind one, is left out. */
export function inOrder(edges: Edges): string[] {
  const waitingFor = new Map<string, number>([...edges.keys()].map((node) => [node, 0]));
  for (const successors of edges.values())
    for (const node of successors) waitingFor.set(node, (waitingFor.get(node) ?? 0) + 1);
  const order = [...waitingFor.keys()].filter((node) => waitingFor.get(node) === 0);
  for (const node of order)
    for (const successor of edges.get(node) ?? []) {
      const left = (waitingFor.get(successor) ?? 0) - 1;
      waitingFor.set(successor, left);
      if (left === 0) order.push(successor);
    }
  return order;
}

/** Circles without a common node, at least one for every knot of circles, each as the nodes along it. */
export function circles(edges: Edges): string[][] {
  const found: string[][] = [];
  for (let knot = knotted(edges); knot.size > 0; ) {
    const circle = walkCircle(knot);
    found.push(circle);
    knot = knotted(without(knot, new Set(circle)));
  }
  return found;
}

/** Only the nodes from which and to which one can walk for ever. */
function knotted(edges: Edges): Edges {
  const forward = without(edges, new Set(inOrder(edges)));
  return without(forward, new Set(inOrder(reversed(forward))));
}

function without(edges: Edges, gone: ReadonlySet<string>): Edges {
  const kept = new Map<string, readonly string[]>();
  for (const [node, successors] of edges)
    if (!gone.has(node))
      kept.set(
        node,
        successors.filter((successor) => !gone.has(successor)),
      );
  return kept;
}

function reversed(edges: Edges): Edges {
  const back = new Map<string, string[]>([...edges.keys()].map((node) => [node, []]));
  for (const [node, successors] of edges) for (const successor of successors) back.get(successor)?.push(node);
  return back;
}

function walkCircle(knot: Edges): string[] {
  const path = new Map<string, number>();
  let at = knot.keys().next().value;
  while (at !== undefined && !path.has(at)) {
    path.set(at, path.size);
    at = knot.get(at)?.[0];
  }
  const start = at === undefined ? 0 : (path.get(at) ?? 0);
  return [...path.keys()].slice(start);
}
