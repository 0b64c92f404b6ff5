import { readdir, readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import { readDocument } from "../../flows/format/read.ts";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { nodesFolder } from "../product.ts";
import { compile } from "./compile.ts";

const folder = new URL("../../flows/examples/", import.meta.url);
const files = (await readdir(folder)).filter((name) => name.endsWith(".flow.json"));
const catalog = await loadCatalog(nodesFolder);
const settings = {
  inputSubject: "iot.processed.>",
  inputMatch: "widen",
  outputSubject: "iot.rules.*",
  queueGroup: "rule_engine",
  secrets: new Set<string>(),
  env: {},
} as const;

test.each(files)("the example %s compiles with the nodes there are, without a problem", async (name) => {
  const read = readDocument(await readFile(new URL(name, folder), "utf8"), name);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const { plan, problems } = compile([read.document], catalog, settings);
  expect(problems).toEqual([]);
  expect(plan.flows.map(({ id }) => id)).toEqual([read.document.id]);
});
