import fc from "fast-check";
import { expect, test } from "vitest";
import { circles, type Edges, inOrder } from "./circles.ts";

const graph = (edges: Readonly<Record<string, readonly string[]>>): Edges => new Map(Object.entries(edges));

test("what stands before comes before; what is in a circle or behind one is left out", () => {
  expect(inOrder(graph({ c: [], b: ["c"], a: ["b"] }))).toEqual(["a", "b", "c"]);
  expect(inOrder(graph({ a: ["b"], b: ["c"], c: ["b", "d"], d: [] }))).toEqual(["a"]);
});

test("circles are found, also of one node, and what merely leads to them or away is not named", () => {
  expect(circles(graph({ a: ["b"], b: ["c"], c: ["b", "d"], d: [] }))).toEqual([["b", "c"]]);
  expect(circles(graph({ a: ["a"], b: ["c"], c: ["b"] }))).toEqual([["a"], ["b", "c"]]);
});

test("every circle found is one, and none is left when their nodes are taken away", () => {
  const edges = fc.array(fc.tuple(fc.nat(9), fc.nat(9)), { maxLength: 30 });
  fc.assert(
    fc.property(edges, (pairs) => {
      const built = new Map<string, string[]>(Array.from({ length: 10 }, (_, node) => [`${node}`, []]));
      for (const [from, to] of pairs) built.get(`${from}`)?.push(`${to}`);
      const found = circles(built);
      for (const circle of found)
        for (const [index, node] of circle.entries())
          expect(built.get(node)).toContain(circle[(index + 1) % circle.length]);
      const gone = new Set(found.flat());
      const rest = [...built].filter(([node]) => !gone.has(node));
      const kept = new Map(rest.map(([node, to]) => [node, to.filter((other) => !gone.has(other))]));
      expect(inOrder(kept)).toHaveLength(kept.size);
    }),
  );
});

test("a very long chain is no trouble", () => {
  const length = 20_000;
  const chain = new Map(Array.from({ length }, (_, node) => [`${node}`, node + 1 < length ? [`${node + 1}`] : []]));
  expect(inOrder(chain)).toHaveLength(length);
  expect(circles(chain)).toEqual([]);
});
