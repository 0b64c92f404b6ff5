import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readDocument } from "../format/read.ts";
import { writeDocument } from "../format/write.ts";

const folder = new URL(".", import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith(".flow.json"));

test("there are examples", () => {
  expect(files).toContain("boiler-demo.flow.json");
  expect(files).toContain("mqtt-line.flow.json");
  expect(files).toContain("modbus-line.flow.json");
});

test.each(files)("%s is a flow, exactly as the product writes it", async (name) => {
  const text = await readFile(new URL(name, folder), "utf8");
  const result = readDocument(text, name);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  expect(writeDocument(result.document)).toBe(text);
});

test.each(files)("%s is laid out: every node has its place, and no two cards lie on each other", async (name) => {
  const result = readDocument(await readFile(new URL(name, folder), "utf8"), name);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  const { nodes, layout } = result.document;
  expect(Object.keys(layout.nodes).sort()).toEqual(nodes.map(({ id }) => id).sort());
  const places = Object.values(layout.nodes);
  for (const [index, a] of places.entries())
    for (const b of places.slice(index + 1))
      expect(Math.abs(a.x - b.x) >= 240 || Math.abs(a.y - b.y) >= 100).toBe(true);
});
