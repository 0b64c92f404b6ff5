import { describe, expect, test } from "vitest";
import { align, distribute, regroup, tidy, withPlaces } from "./arrange.ts";
import { place, setGroup } from "./edits.ts";
import { flowOf } from "./testing.ts";

const boxes = [
  { id: "a", x: 0, y: 0, width: 100, height: 40 },
  { id: "b", x: 50, y: 100, width: 200, height: 40 },
  { id: "c", x: 400, y: 30, width: 100, height: 80 },
];

test("align brings one edge onto a line", () => {
  expect([...align(boxes, "right").values()].map(({ x }) => x)).toEqual([400, 300, 400]);
  expect([...align(boxes, "middle").values()].map(({ y }) => y)).toEqual([50, 50, 30]);
});

test("distribute makes the gaps equal and leaves the outermost where they are", () => {
  expect([...distribute(boxes, "x").values()].map(({ x }) => x)).toEqual([0, 150, 400]);
  expect(distribute(boxes.slice(0, 2), "x").size).toBe(0);
});

describe("tidy", () => {
  const document = flowOf(
    ["adapter.a", "plugin.b", "rule.c", "rule.d", "sink.e", "sink.f"],
    ["a>b", "b>c", "b>d", "c>e", "d>f", "b>f"],
  );
  const ids = new Set(document.nodes.map(({ id }) => id));
  const places = tidy(document, ids);
  const at = (id: string) => places.get(id) ?? { x: Number.NaN, y: Number.NaN };

  test("lays data out from left to right", () => {
    for (const { from, to } of document.wires) expect(at(from).x).toBeLessThan(at(to).x);
  });
  test("covers no card with another", () => {
    const seen = new Set([...places.values()].map(({ x, y }) => `${x},${y}`));
    expect(seen.size).toBe(ids.size);
  });
  test("does not run for ever in a ring", () => {
    const ring = flowOf(["rule.a", "rule.b"], ["a>b", "b>a"]);
    expect(tidy(ring, new Set(["a", "b"])).size).toBe(2);
  });
});

test("nodes without a place are laid out below the others, and those with one stay", () => {
  const half = {
    ...flowOf(["adapter.a", "sink.b"]),
    layout: { nodes: { a: { x: 7, y: 700 } }, groups: [], notes: [] },
  };
  const { nodes } = withPlaces(half).layout;
  expect(nodes["a"]).toEqual({ x: 7, y: 700 });
  expect(nodes["b"]?.y).toBeGreaterThan(780);
});

test("cards join the group they are dropped into and leave it when dragged out", () => {
  const group = { id: "g", name: "", x: 0, y: 0, width: 400, height: 200, nodes: ["b"] };
  const document = setGroup(flowOf(["adapter.a", "sink.b"]), group);
  const moved = place(
    document,
    new Map([
      ["a", { x: 20, y: 40 }],
      ["b", { x: 900, y: 0 }],
    ]),
  );
  expect(regroup(moved, new Set(["a", "b"])).layout.groups[0]?.nodes).toEqual(["a"]);
});
