import { expect, test } from "vitest";
import { nothing } from "../state/document.ts";
import { place, setNode } from "../state/edits.ts";
import { flowOf } from "../state/testing.ts";
import { drawNodes, drawWires } from "./drawn.ts";

const types = new Map();
const document = flowOf(["adapter.a", "rule.b", "sink.c"], ["a>b", "b>c", "b:failed>c"]);
const changedIds = (before: readonly { id: string }[], after: readonly { id: string }[]) =>
  after.filter((item, index) => item !== before[index]).map(({ id }) => id);

test("an edit of one node draws one card again", () => {
  const before = drawNodes(document, document, types, nothing, []);
  const edited = setNode(document, { id: "b", type: "rule.b", name: "B", config: {} });
  expect(changedIds(before, drawNodes(edited, document, types, nothing, before))).toEqual(["b"]);
});

test("choosing and moving a card draws that card again, and keeps what else is known of it", () => {
  const before = drawNodes(document, document, types, nothing, []).map((node) => ({ ...node, resizing: false }));
  const chosen = drawNodes(document, document, types, { ...nothing, nodes: new Set(["a"]) }, before);
  expect(changedIds(before, chosen)).toEqual(["a"]);
  const moved = drawNodes(place(document, new Map([["c", { x: 5, y: 5 }]])), document, types, nothing, before);
  expect(changedIds(before, moved)).toEqual(["c"]);
  expect(moved[2]?.resizing).toBe(false);
});

test("cards know what differs from what runs, and which ports are wired", () => {
  const edited = setNode(document, { id: "b", type: "rule.b", name: "B", config: {} });
  const cards = drawNodes(edited, document, types, nothing, []).map(({ data }) => data);
  expect(cards).toMatchObject([
    { changed: false, wired: " out " },
    { changed: true, wired: " in out failed " },
    { changed: false, wired: " in " },
  ]);
});

test("wires say what they carry, and are drawn again only when that changes", () => {
  const wires = drawWires(document, nothing, []);
  expect(wires.map(({ data }) => data?.carries)).toEqual(["raw", "result", "result"]);
  const moved = place(document, new Map([["a", { x: 9, y: 9 }]]));
  expect(changedIds(wires, drawWires(moved, nothing, wires))).toEqual([]);
  const chosen = drawWires(document, { ...nothing, wires: new Set(["a:out>b:in"]) }, wires);
  expect(changedIds(wires, chosen)).toEqual(["a:out>b:in"]);
});
