import { expect, test } from "vitest";
import { differenceOf, fieldChanges, isUnchanged } from "./difference.ts";
import { place, removeParts, setNode } from "./edits.ts";
import { flowOf } from "./testing.ts";

const base = flowOf(["adapter.a", "rule.b", "sink.c"], ["a>b", "b>c"]);

test("the same content is no difference, in whatever order it stands", () => {
  const reordered = { ...base, nodes: [...base.nodes].reverse(), wires: [...base.wires].reverse() };
  expect(isUnchanged(differenceOf(base, reordered))).toBe(true);
});

test("a moved card is a layout change and no changed node", () => {
  const difference = differenceOf(base, place(base, new Map([["a", { x: 9, y: 9 }]])));
  expect(difference).toMatchObject({ added: [], changed: [], layout: true, settings: false, kept: 3 });
});

test("new, changed and removed nodes are told apart, and the rest keeps running", () => {
  const edited = setNode(base, { id: "b", type: "rule.b", name: "", config: { limit: 3 } });
  const next = removeParts(edited, { nodes: new Set(["c"]), wires: new Set(), boxes: new Set() });
  const added = { ...next, nodes: [...next.nodes, { id: "d", type: "sink.d", name: "", config: {} }] };
  expect(differenceOf(base, added)).toMatchObject({
    added: ["d"],
    changed: ["b"],
    removed: ["c"],
    kept: 1,
    wiresAdded: 0,
    wiresRemoved: 1,
  });
});

test("a node counts as changed when the connection it uses has changed", () => {
  const using = {
    ...base,
    connections: [{ id: "bus", type: "modbus", config: { host: "a" } }],
    nodes: base.nodes.map((node) => (node.id === "a" ? { ...node, config: { connection: "bus" } } : node)),
  };
  const edited = { ...using, connections: [{ id: "bus", type: "modbus", config: { host: "b" } }] };
  expect(differenceOf(using, edited)).toMatchObject({ changed: ["a"], settings: true });
});

test("of a flow the gateway has never seen everything is new", () => {
  expect(differenceOf(undefined, base)).toMatchObject({ added: ["a", "b", "c"], wiresAdded: 2, settings: true });
});

test("changes of fields are named by where they are", () => {
  const before = { config: { topics: [{ filter: "a" }], qos: 1 } };
  const after = { config: { topics: [{ filter: "b" }], retain: true } };
  expect(fieldChanges(before, after)).toEqual([
    { path: "config.topics.0.filter", before: "a", after: "b" },
    { path: "config.qos", before: 1, after: undefined },
    { path: "config.retain", before: undefined, after: true },
  ]);
});
