import { expect, test } from "vitest";
import type { FlowDocument } from "../../flows/format/document.ts";
import { diff } from "./diff.ts";
import { compileFlows, flow } from "./fake-nodes.ts";

const nodes = {
  a: { type: "adapter.mqtt", config: { connection: "broker" } },
  r: { type: "rule.filter", config: { min: 1 } },
  q: "rule.filter",
  s: "sink.console",
} as const;
const wires = ["a > r", "r > s", "q > s"];
const connections = [{ id: "broker", type: "mqtt", config: { host: "h" } }];
const base = flow(nodes, wires, { connections });

function changes(before: readonly FlowDocument[], after: readonly FlowDocument[]) {
  const { started, stopped, restarted, rewired, kept } = diff(compileFlows(before).plan, compileFlows(after).plan);
  const keys = (refs: readonly { flow: string; node: string }[]) =>
    refs.map(({ flow, node }) => `${flow}/${node}`).sort();
  return {
    started: keys(started),
    stopped: keys(stopped),
    restarted: keys(restarted),
    rewired: keys(rewired),
    kept: keys(kept),
  };
}
const all = ["f/a", "f/a~convert", "f/q", "f/r", "f/s"];
const nothing = { started: [], stopped: [], restarted: [], rewired: [], kept: all };
const except = (...gone: string[]) => all.filter((key) => !gone.includes(key));

test("R165 the first start is a diff from nothing, the end a diff to nothing", () => {
  expect(changes([], [base])).toEqual({ ...nothing, started: all, kept: [] });
  expect(changes([base], [])).toEqual({ ...nothing, stopped: all, kept: [] });
});

test("R165 a deploy touches only the flow that changed", () => {
  const other = (min: number) => flow({ x: { type: "rule.filter", config: { min } } }, [], { id: "g" });
  expect(changes([base, other(1)], [base, other(2)])).toEqual({ ...nothing, restarted: ["g/x"] });
});

test("R165 names, layout, description and the order of keys touch nothing", () => {
  const renamed = flow({ ...nodes, r: { ...nodes.r, name: "Hot" } }, wires, {
    connections,
    name: "New name",
    description: "New",
    layout: { nodes: { a: { x: 1, y: 1 } } },
  });
  expect(changes([base], [renamed])).toEqual(nothing);
});

test("a changed configuration restarts its node alone", () => {
  const changed = flow({ ...nodes, r: { type: "rule.filter", config: { min: 2 } } }, wires, { connections });
  expect(changes([base], [changed])).toEqual({ ...nothing, restarted: ["f/r"], kept: except("f/r") });
});

test("a changed type or rule id restarts the node, and rewires what listens to its results", () => {
  const retyped = flow({ ...nodes, s: { type: "sink.jetstream", config: { subject: "x" } } }, wires, { connections });
  expect(changes([base], [retyped])).toMatchObject({ restarted: ["f/s"] });
  const renamed = flow({ ...nodes, q: { type: "rule.filter", ruleId: "x" } }, wires, { connections });
  expect(changes([base], [renamed])).toEqual({
    ...nothing,
    restarted: ["f/q"],
    rewired: ["f/s"],
    kept: except("f/q", "f/s"),
  });
});

test("a changed connection restarts the connectors that use it", () => {
  const moved = flow(nodes, wires, { connections: [{ id: "broker", type: "mqtt", config: { host: "other" } }] });
  expect(changes([base], [moved])).toEqual({ ...nothing, restarted: ["f/a"], kept: except("f/a") });
});

test("a wire more or less rewires its ends and restarts nothing", () => {
  const fused = flow(nodes, ["a > r", "r > q", "r > s", "q > s"], { connections });
  expect(changes([base], [fused])).toEqual({ ...nothing, rewired: ["f/q", "f/r"], kept: except("f/q", "f/r") });
});

test("what an upstream may publish, reckoned anew, does not touch a node that reads the same", () => {
  const named = { type: "adapter.mock", config: { devices: ["d1"] } };
  const before = flow({ m: named, r: "rule.filter" }, ["m > r"]);
  const after = flow({ m: { ...named, config: { devices: ["d1", "d2"] } }, r: "rule.filter" }, ["m > r"]);
  expect(changes([before], [after])).toEqual({
    started: [],
    stopped: [],
    restarted: ["f/m"],
    rewired: ["f/m~convert", "f/r"],
    kept: [],
  });
});

test("another delivery rewires what reads, other copies of results rewire the rules", () => {
  const durable = flow(nodes, wires, { connections, delivery: "durable" });
  expect(changes([base], [durable])).toMatchObject({ restarted: [], rewired: ["f/a", "f/a~convert", "f/q", "f/r"] });
  const quiet = flow(nodes, wires, { connections, results: { data: false } });
  expect(changes([base], [quiet])).toMatchObject({ restarted: [], rewired: ["f/q", "f/r"] });
});

test("a node that is disabled is stopped, one that is enabled is started", () => {
  const disabled = flow({ ...nodes, q: { type: "rule.filter", disabled: true } }, wires, { connections });
  expect(changes([base], [disabled])).toMatchObject({ stopped: ["f/q"], rewired: ["f/s"] });
  expect(changes([disabled], [base])).toMatchObject({ started: ["f/q"], rewired: ["f/s"] });
});
