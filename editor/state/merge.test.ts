import { expect, test } from "vitest";
import { addNode, addWire, place, removeParts, setNode } from "./edits.ts";
import { clashKey, mergeFlows } from "./merge.ts";
import { flowOf, wireTexts } from "./testing.ts";

const base = flowOf(["adapter.a", "rule.b", "sink.c"], ["a>b", "b>c"]);
const named = (document: typeof base, id: string, name: string) =>
  setNode(document, { id, type: document.nodes.find((node) => node.id === id)?.type ?? "", name, config: {} });
const without = (document: typeof base, id: string) =>
  removeParts(document, { nodes: new Set([id]), wires: new Set(), boxes: new Set() });
const names = ({ nodes }: typeof base) => Object.fromEntries(nodes.map(({ id, name }) => [id, name]));

test("changes of different nodes go together", () => {
  const { document, clashes } = mergeFlows(base, named(base, "a", "Mine"), named(base, "c", "Theirs"));
  expect(clashes).toEqual([]);
  expect(names(document)).toEqual({ a: "Mine", b: "", c: "Theirs" });
});

test("nodes and wires that both added are both there", () => {
  const node = (id: string) => ({ id, type: `sink.${id}`, name: "", config: {} });
  const mine = addWire(addNode(base, node("x"), { x: 0, y: 0 }), { from: "b", to: "x" });
  const theirs = addWire(addNode(base, node("y"), { x: 0, y: 9 }), { from: "b", to: "y" });
  const { document, clashes } = mergeFlows(base, mine, theirs);
  expect(clashes).toEqual([]);
  expect(wireTexts(document)).toEqual(["a>b", "b>c", "b>x", "b>y"]);
  expect(document.layout.nodes).toMatchObject({ x: { x: 0, y: 0 }, y: { x: 0, y: 9 } });
});

test("the same node changed differently is a clash that one side wins, as chosen", () => {
  const mine = named(base, "b", "Mine");
  const theirs = named(base, "b", "Theirs");
  const { document, clashes } = mergeFlows(base, mine, theirs);
  expect(clashes.map(clashKey)).toEqual(["node/b"]);
  expect(names(document)["b"]).toBe("Mine");
  expect(names(mergeFlows(base, mine, theirs, new Map([["node/b", "theirs"]])).document)["b"]).toBe("Theirs");
});

test("the same change made by both is no clash", () => {
  expect(mergeFlows(base, named(base, "b", "Both"), named(base, "b", "Both")).clashes).toEqual([]);
});

test("a node one removed and the other changed is a clash", () => {
  const { clashes, document } = mergeFlows(base, without(base, "b"), named(base, "b", "Theirs"));
  expect(clashes).toMatchObject([{ kind: "node", id: "b", theirs: { name: "Theirs" } }]);
  expect(document.nodes.map(({ id }) => id)).toEqual(["a", "c"]);
});

test("no wire is left that ends nowhere", () => {
  const theirs = addWire(addNode(base, { id: "x", type: "sink.x", name: "", config: {} }, { x: 0, y: 0 }), {
    from: "b",
    to: "x",
  });
  expect(wireTexts(mergeFlows(base, without(base, "b"), theirs).document)).toEqual([]);
});

test("where cards stand never clashes: mine wins where I moved", () => {
  const mine = place(base, new Map([["a", { x: 1, y: 1 }]]));
  const theirs = place(
    base,
    new Map([
      ["a", { x: 2, y: 2 }],
      ["b", { x: 3, y: 3 }],
    ]),
  );
  const { document, clashes } = mergeFlows(base, mine, theirs);
  expect(clashes).toEqual([]);
  expect(document.layout.nodes).toMatchObject({ a: { x: 1, y: 1 }, b: { x: 3, y: 3 } });
});

test("settings clash one by one", () => {
  const { clashes, document } = mergeFlows(
    base,
    { ...base, name: "Mine", enabled: false },
    { ...base, name: "Theirs" },
  );
  expect(clashes.map(clashKey)).toEqual(["setting/name"]);
  expect(document).toMatchObject({ name: "Mine", enabled: false });
});
