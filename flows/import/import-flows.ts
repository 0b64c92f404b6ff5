/** Documents made of a Node-RED `flows.json`, of a rule file of the Go gateway, or of our own files, with a report. Pure. */
import type { FlowDocument } from "../format/document.ts";
import { checkDocument } from "../format/read.ts";
import { importSheet, type Shared, type Sheet } from "./flow.ts";
import { importRules } from "./gateway-rules/import-rules.ts";
import { gatewayRules } from "./gateway-rules/rules-file.ts";
import { Ids } from "./ids.ts";
import { linksOf } from "./links.ts";
import { isRecord, nodeList, parseJson, type RedFile, type RedNode, readNodes, textOf } from "./node-red-file.ts";
import type { ImportedNode, ImportResult } from "./report.ts";

/** Never throws on a text, whatever it holds. `name` is the file it came from, for messages. */
export function importFlows(text: string, name: string): ImportResult {
  const parsed = parseJson(text);
  if (!parsed.ok) return { ok: false, message: `${name}: ${parsed.message}` };
  const own = ownDocuments(parsed.value);
  if (own !== undefined) return readOwn(own, name);
  const rules = gatewayRules(parsed.value);
  if (rules !== undefined) return { ok: true, kind: "rules", ...importRules(rules, name) };
  const list = nodeList(parsed.value);
  if (list === undefined) {
    const message = `${name} is no list of Node-RED nodes and no flow of Sluice, and holds no rules: export flows as JSON and import that file`;
    return { ok: false, message };
  }
  const read = readNodes(list);
  if (!read.ok) return { ok: false, message: `${name}: ${read.message}` };
  return { ok: true, kind: "node-red", ...importNodes(read.value) };
}

function ownDocuments(value: unknown): readonly unknown[] | undefined {
  const list = Array.isArray(value) ? value : [value];
  return list.length > 0 && list.every((each) => isRecord(each) && "format" in each && "nodes" in each)
    ? list
    : undefined;
}

function readOwn(values: readonly unknown[], name: string): ImportResult {
  const documents: FlowDocument[] = [];
  for (const value of values) {
    const read = checkDocument(value, name);
    if (!read.ok)
      return {
        ok: false,
        message: read.problems
          .map(({ message }) => message)
          .slice(0, 10)
          .join("\n"),
      };
    documents.push(read.document);
  }
  const report = documents.flatMap(({ id: flow, nodes }) =>
    nodes.map(
      ({ id, type, name }): ImportedNode => ({
        flow,
        node: id,
        name: name || id,
        type,
        outcome: "converted",
        notes: [],
      }),
    ),
  );
  return { ok: true, kind: "sluice", documents, report };
}

function importNodes({ nodes, leftOut }: RedFile) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const used = new Set<string>();
  const shared: Shared = { byId, links: linksOf(nodes), use: ({ id }) => void used.add(id) };
  const flows = sheetsOf(nodes).map((sheet) => importSheet(sheet, shared));
  const namedBy = new Set(
    nodes.filter(isDrawn).flatMap(({ all }) => Object.values(all).filter((value) => typeof value === "string")),
  );
  const settings = nodes
    .filter((node) => !isDrawn(node) && !isContainer(node))
    .map((node) => settingsRow(node, used, namedBy));
  const strays = leftOut.map((words): ImportedNode => ({ name: "", type: "", outcome: "by-hand", notes: [words] }));
  return {
    documents: flows.map(({ document }) => document),
    report: [...flows.flatMap(({ report }) => report), ...settings, ...strays],
  };
}

function settingsRow(node: RedNode, used: ReadonlySet<string>, named: ReadonlySet<string>): ImportedNode {
  const row = { name: (node.name || node.type).slice(0, 200), type: node.type.slice(0, 200) };
  if (used.has(node.id)) return { ...row, outcome: "converted", notes: [] };
  if (named.has(node.id))
    return { ...row, outcome: "approximated", notes: ["Its settings are in the nodes that use it."] };
  return { ...row, outcome: "by-hand", notes: ["Left out: no node uses it, or it is about Node-RED itself."] };
}

function sheetsOf(nodes: readonly RedNode[]): readonly Sheet[] {
  const ids = new Ids();
  const byTab = new Map<string, RedNode[]>();
  const containers = nodes.filter(isContainer);
  const known = new Set(containers.map(({ id }) => id));
  for (const node of nodes) {
    if (!isDrawn(node)) continue;
    const tab = known.has(node.z) ? node.z : "";
    const list = byTab.get(tab);
    if (list === undefined) byTab.set(tab, [node]);
    else list.push(node);
  }
  const sheets = containers.map((container): Sheet => {
    const isSubflow = container.type === "subflow";
    const name = (isSubflow ? container.name : textOf(container, "label")) || "Flow";
    const env = container.all["env"];
    const notes = [
      ...(isSubflow ? ["A subflow: its instances are placeholders. Copy what is in it to where it was used."] : []),
      ...(Array.isArray(env) && env.length > 0 ? ["Its environment variables are not carried over."] : []),
    ];
    const definition = isSubflow
      ? [{ ...container, z: container.id, place: { x: 0, y: 0 }, isDisabled: true, wires: [] }]
      : [];
    return {
      id: ids.make([name, container.id], "flow"),
      name,
      description: textOf(container, "info"),
      isEnabled: !isSubflow && container.all["disabled"] !== true,
      nodes: [...definition, ...(byTab.get(container.id) ?? [])],
      notes,
    };
  });
  const stray = byTab.get("");
  if (stray === undefined) return sheets;
  const name = "Imported";
  return [...sheets, { id: ids.make([name], "flow"), name, description: "", isEnabled: true, nodes: stray, notes: [] }];
}

function isContainer({ type }: RedNode): boolean {
  return type === "tab" || type === "subflow";
}

/** What lies on a tab. Programs write nodes without a place; those have wires. */
function isDrawn(node: RedNode): boolean {
  return !isContainer(node) && (node.place !== undefined || Array.isArray(node.all["wires"]));
}
