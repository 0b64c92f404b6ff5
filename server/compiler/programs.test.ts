import { expect, test } from "vitest";
import { checkDocument } from "../../flows/format/read.ts";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { nodesFolder } from "../product.ts";
import { compile } from "./compile.ts";

const catalog = await loadCatalog(nodesFolder);
const settings = {
  inputSubject: "iot.processed.>",
  inputMatch: "widen",
  outputSubject: "iot.rules.*",
  queueGroup: "rule_engine",
  secrets: new Set<string>(),
  env: {},
} as const;

function codes(config: object, programs?: "off"): string[] {
  const read = checkDocument({ format: 1, id: "f", nodes: [{ id: "s", type: "plugin.isp", config }] }, "test");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const more = programs === undefined ? {} : { programs };
  return compile([read.document], catalog, { ...settings, ...more })
    .problems.map(({ code }) => code)
    .filter((code) => code !== "unread-output");
}

test("where no programs are started, a sidecar may only be one that runs already", () => {
  expect(codes({ command: "python3" })).toEqual([]);
  expect(codes({ command: "python3" }, "off")).toEqual(["programs-off"]);
  expect(codes({ start: "running" }, "off")).toEqual([]);
});
