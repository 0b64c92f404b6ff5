import fc from "fast-check";
import { expect, test } from "vitest";
import type { FlowDocument } from "../format/document.ts";
import { checkDocument } from "../format/read.ts";
import { importFlows } from "./import-flows.ts";
import { boilerRoom } from "./samples.ts";

function imported(nodes: unknown) {
  const result = importFlows(JSON.stringify(nodes), "flows.json");
  if (!result.ok) throw new Error(result.message);
  return result;
}
const refusal = (text: string) => {
  const result = importFlows(text, "flows.json");
  return result.ok ? undefined : result.message;
};
const tab = { id: "t", type: "tab", label: "Line" };
/** The first node that stands for one on a tab of its own, beside what it names. */
function one(node: object, ...others: object[]) {
  const result = imported([tab, { id: "n", z: "t", x: 0, y: 0, wires: [[], []], ...node }, ...others]);
  return { nodes: result.documents[0]?.nodes ?? [], row: result.report[0] };
}

test("a plant comes over: wires through junctions, links and JSON, connections, notes, groups, places", () => {
  const { documents, report } = imported(boilerRoom);
  const [boiler, second] = documents as [FlowDocument, FlowDocument];
  expect(boiler).toMatchObject({ id: "boiler-room", name: "Boiler room", description: "Two boilers.", enabled: true });
  expect(second).toMatchObject({ id: "second-line", enabled: false });
  expect(boiler.connections.map(({ id, type }) => [id, type]).sort()).toEqual([
    ["cache", "redis"],
    ["plant", "mqtt"],
    ["plc", "modbus"],
  ]);
  expect(boiler.connections.find(({ id }) => id === "plant")?.config).toMatchObject({
    url: "mqtt://10.0.0.5:1883",
    protocolVersion: "3.1.1",
  });
  expect(boiler.wires.map(({ from, port, to }) => [from, port, to])).toEqual(
    expect.arrayContaining([
      ["temperatures", undefined, "hot"],
      ["temperatures", undefined, "rbe"],
      ["temperatures", undefined, "to-fahrenheit"],
      ["hot", undefined, "debug"],
      ["hot", undefined, "mqtt-out"],
      ["hot", "rejected", "file"],
    ]),
  );
  expect(boiler.nodes.find(({ id }) => id === "debug")).toMatchObject({ type: "sink.console", disabled: true });
  expect(boiler.layout.notes[0]?.text).toBe("Ask Ana\n\nbefore changing limits");
  expect(boiler.layout.groups[0]).toMatchObject({ name: "Alarms", color: "#ffbfbf" });
  expect([...(boiler.layout.groups[0]?.nodes ?? [])].sort()).toEqual(["debug", "hot"]);
  expect(boiler.layout.nodes["temperatures"]).toEqual({ x: 320, y: 80 });
  const words = report.find(({ node }) => node === "temperatures");
  expect(words?.notes.join()).toContain("A wire of it leads to nothing");
});

test("what has no counterpart is kept whole, disabled, with the settings it names", () => {
  const { documents, report } = imported(boilerRoom);
  const gauge = documents[1]?.nodes[0];
  expect(gauge).toMatchObject({ type: "node-red.ui-gauge", name: "Level", disabled: true });
  expect(gauge?.config).toEqual({
    original: boilerRoom.find(({ id }) => id === "u1"),
    settings: [boilerRoom.find(({ id }) => id === "ug")],
  });
  const code = documents[0]?.nodes.find(({ id }) => id === "to-fahrenheit");
  expect(code?.config["original"]).toMatchObject({ func: expect.stringContaining("* 1.8 + 32") });
  expect(report.find(({ node }) => node === "to-fahrenheit")?.outcome).toBe("by-hand");
});

const broker = { id: "b", type: "mqtt-broker", broker: "h", port: "1883" };
test.each([
  [
    { type: "mqtt in", topic: "a/+/c", qos: "0", broker: "b" },
    "adapter.mqtt",
    { connection: "mqtt", topics: [{ filter: "a/+/c", qos: 0 }] },
  ],
  [{ type: "mqtt in", topic: `\${TOPIC}`, broker: "b" }, "node-red.mqtt-in", {}],
  [{ type: "mqtt in", topic: "a", broker: "missing" }, "node-red.mqtt-in", {}],
  [{ type: "mqtt out", topic: "", broker: "b" }, "sink.mqtt", { content: "value", qos: 0, retain: false }],
  [
    { type: "inject", repeat: "2.5", payload: "7", payloadType: "num", topic: "hall/pump/flow" },
    "adapter.mock",
    { interval: "2.5s", devices: [{ deviceId: "pump" }], signals: [{ key: "flow", waveform: "constant", value: 7 }] },
  ],
  [{ type: "inject", crontab: "0 8 * * *", payloadType: "str" }, "node-red.inject", {}],
  [
    { type: "switch", property: "payload.temp", rules: [{ t: "btwn", v: "1", vt: "num", v2: "5", v2t: "num" }] },
    "rule.filter",
    { mode: "expression", expression: 'key == "temp" && (value >= 1 && value <= 5)' },
  ],
  [{ type: "switch", property: "topic", rules: [{ t: "eq", v: "a" }] }, "node-red.switch", {}],
  [
    { type: "change", rules: [{ t: "change", p: "payload", from: "on", fromt: "str", to: "1", tot: "num" }] },
    "rule.transform",
    { steps: [{ op: "lookup", table: [{ from: "on", to: 1 }] }] },
  ],
  [{ type: "change", rules: [{ t: "delete", p: "payload" }] }, "node-red.change", {}],
  [{ type: "range", minin: "0", maxin: "10", minout: "0", maxout: "1", action: "roll" }, "node-red.range", {}],
  [
    { type: "rbe", func: "deadband", gap: "0.5" },
    "rule.filter",
    { mode: "deadband", deadband: 0.5, deadbandType: "absolute" },
  ],
  [{ type: "delay", pauseType: "delay", timeout: "5" }, "node-red.delay", {}],
  [{ type: "join", mode: "custom", build: "array", count: "5" }, "rule.aggregate", { window: "count", count: 5 }],
  [{ type: "batch", mode: "concat" }, "node-red.batch", {}],
  [{ type: "http in", url: "/a/:id", method: "post" }, "node-red.http-in", {}],
  [{ type: "http request", method: "GET", url: "http://h/" }, "node-red.http-request", {}],
  [{ type: "file", filename: "../../etc/x", overwriteFile: "false" }, "node-red.file", {}],
] as const)("%j becomes %s", (node, type, config) => {
  const { nodes, row } = one(node, broker);
  expect(nodes[0]).toMatchObject({ type, config });
  expect(row?.outcome === "by-hand").toBe(type.startsWith("node-red."));
});

test("a switch that takes the first match becomes filters that exclude each other", () => {
  const rules = [{ t: "lt", v: "1", vt: "num" }, { t: "lt", v: "5", vt: "num" }, { t: "else" }];
  const { nodes } = one({ type: "switch", property: "payload", checkall: "false", rules });
  expect(nodes.map(({ config }) => config["expression"])).toEqual([
    "value < 1",
    "value < 5 && !(value < 1)",
    "!(value < 1) && !(value < 5)",
  ]);
});

test("credentials that stand in a file are not carried over", () => {
  const secret = { credentials: { password: "hunter2" } };
  expect(
    JSON.stringify(imported([tab, { id: "n", z: "t", type: "x", x: 0, y: 0, ...secret }, { ...broker, ...secret }])),
  ).not.toContain("hunter2");
});

test.each([
  ["[{\n", "this is not JSON at line 2, column 1"],
  ["", "this is not JSON"],
  ["[]", "is no list of Node-RED nodes and no flow of Sluice"],
  ['{"a":1}', "is no list of Node-RED nodes"],
  ['[{"type":"tab","__proto__":{}}]', '"__proto__"'],
  [`${"[".repeat(100_000)}${"]".repeat(100_000)}`, "nested more than 50 levels"],
  ["[".repeat(100_000), "this is not JSON"],
])("bad text is refused with a reason: %#", (text, words) => {
  expect(refusal(text)).toContain(words);
});

test("missing and doubled ids, unknown tabs, circles of links and hostile names are told and lose nothing", () => {
  const { documents, report } = imported([
    { id: "a", type: "link in", z: "gone", x: 1, y: 1, wires: [["b"]] },
    { id: "b", type: "junction", z: "gone", x: 1, y: 1, wires: [["b", "j"]] },
    { id: "j", type: "junction", z: "gone", x: 1, y: 1, wires: [["b"]] },
    { type: "weird/../type", z: "gone", name: "<img onerror=x>\u202e", x: 1e308, y: -5, wires: [["a", "b"]] },
    { id: "b", type: "debug", z: "gone", x: 1, y: 1 },
    { id: "self", type: "switch", z: "gone", rules: [{ t: "true" }], x: 1, y: 1, wires: [["self"]] },
    "text",
  ]);
  expect(documents.map(({ id }) => id)).toEqual(["imported"]);
  expect(checkDocument(documents[0], "x").ok).toBe(true);
  expect(JSON.stringify(documents[0])).toContain("weird/../type");
  const notes = report.flatMap((row) => row.notes).join("\n");
  expect(notes).toContain("has the id of an earlier node, b");
  expect(notes).toContain("entry 7 is no node");
  expect(documents[0]?.wires).toEqual([]);
});

test("ten thousand nodes that all lead through one chain of junctions are handled", () => {
  const chain = Array.from({ length: 5_000 }, (_, i) => ({
    id: `j${i}`,
    type: "junction",
    z: "t",
    x: 0,
    y: 0,
    wires: [[`j${i + 1}`]],
  }));
  const ends = Array.from({ length: 5_000 }, (_, i) => ({
    id: `d${i}`,
    type: "rbe",
    z: "t",
    x: 0,
    y: 0,
    wires: [["j0"]],
  }));
  expect(imported([tab, ...chain, ...ends]).report).toHaveLength(10_000);
});

test("our own documents, one or a list of them, are taken as they are", () => {
  const [document] = imported(boilerRoom).documents;
  expect(imported(document)).toMatchObject({ kind: "sluice", documents: [document] });
  expect(imported([document, document]).documents).toHaveLength(2);
  expect(refusal(JSON.stringify({ ...document, nodes: [{ id: "NO" }] }))).toContain("nodes.0");
});

test("no JSON makes it throw, and every document it makes is legal", () => {
  const type = fc.constantFrom(...boilerRoom.map((node) => String(node["type"])), "tab", "subflow", "subflow:a", "x");
  const field = fc.constantFrom(...new Set(boilerRoom.flatMap((node) => Object.keys(node))));
  const node = fc
    .tuple(type, fc.dictionary(field, fc.oneof(fc.jsonValue(), fc.constantFrom("a", "b", "1", "payload"))))
    .map(([kind, fields]): unknown => ({ x: 1, y: 1, ...fields, type: kind }));
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), fc.array(node)), (value) => {
      const result = importFlows(JSON.stringify(value), "any.json");
      if (!result.ok) expect(result.message).toContain("any.json");
      else for (const document of result.documents) expect(checkDocument(document, "made")).toMatchObject({ ok: true });
    }),
    { numRuns: 300 },
  );
});
