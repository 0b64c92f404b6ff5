import { expect, test } from "vitest";
import { clipOf, parseClip, paste } from "./clipboard.ts";
import { setGroup } from "./edits.ts";
import { flowOf, wireTexts } from "./testing.ts";

const source = {
  ...flowOf(["adapter.a", "rule.b", "sink.c"], ["a>b", "b>c"]),
  connections: [
    { id: "bus", type: "modbus", config: { host: "10.0.0.5" } },
    { id: "unused", type: "modbus", config: {} },
  ],
};
source.nodes = source.nodes.map((node) => (node.id === "a" ? { ...node, config: { connection: "bus" } } : node));
const clip = clipOf(source, { nodes: new Set(["a", "b"]), wires: new Set(), boxes: new Set() });

test("copying takes the wires in between and the connections in use", () => {
  expect(clip.wires).toEqual([{ from: "a", to: "b" }]);
  expect(clip.connections.map(({ id }) => id)).toEqual(["bus"]);
});

test("what was copied as text can be pasted from it", () => {
  expect(parseClip(JSON.stringify(clip))).toEqual({ kind: "parts", clip });
});

test("pasting gives new ids, keeps the wires inside and puts the corner where it was asked for", () => {
  const { document, added } = paste(source, clip, { x: 1000, y: 500 });
  expect([...added.nodes]).toEqual(["a-2", "b-2"]);
  expect(wireTexts(document)).toEqual(expect.arrayContaining(["a>b", "b>c"]));
  expect(document.wires).toContainEqual({ from: "a-2", to: "b-2" });
  expect(document.layout.nodes).toMatchObject({ "a-2": { x: 1000, y: 500 }, "b-2": { x: 1300, y: 500 } });
  expect(document.connections).toHaveLength(2);
});

test("in another flow the connection comes along", () => {
  const { document } = paste(flowOf([], [], "other"), clip, { x: 0, y: 0 });
  expect(document.connections).toEqual([source.connections[0]]);
  expect(document.nodes[0]?.config).toEqual({ connection: "bus" });
});

test("a connection of the same name with other settings gets a name of its own", () => {
  const other = { ...flowOf([], [], "other"), connections: [{ id: "bus", type: "modbus", config: { host: "other" } }] };
  const { document } = paste(other, clip, { x: 0, y: 0 });
  expect(document.connections.map(({ id }) => id)).toEqual(["bus", "bus-2"]);
  expect(document.nodes[0]?.config).toEqual({ connection: "bus-2" });
});

test("a pasted group holds the pasted nodes", () => {
  const grouped = setGroup(source, { id: "g", name: "G", x: 0, y: 0, width: 10, height: 10, nodes: ["a", "c"] });
  const { document } = paste(
    grouped,
    clipOf(grouped, { nodes: new Set(["a"]), wires: new Set(), boxes: new Set(["g"]) }),
    {
      x: 0,
      y: 0,
    },
  );
  expect(document.layout.groups[1]).toMatchObject({ id: "g-2", nodes: ["a-2"] });
});

test("a whole flow is told from parts, and fields left out get their usual values", () => {
  const text = JSON.stringify({ format: 1, id: "x", nodes: [{ id: "a", type: "adapter.a" }] });
  expect(parseClip(text)).toMatchObject({ kind: "flow", document: { id: "x", name: "x", enabled: true, wires: [] } });
});

test.each(["", "hello", "[]", "{}", '{"nodes":[1]}', '{"nodes":[{"id":"a"}],"kind":"sluice/parts"}'])(
  "%s is nothing of ours",
  (text) => {
    expect(parseClip(text)).toBeUndefined();
  },
);
