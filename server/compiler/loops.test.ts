import { expect, test } from "vitest";
import { compileFlows, flow } from "./fake-nodes.ts";

const forward = (subject: string, more: object = {}) => ({ type: "rule.forward", config: { subject }, ...more });

test("R166 a rule that forwards to what it listens to is refused (A-38), and the circle is named", () => {
  const { faults, problems, plan } = compileFlows([flow({ r: forward("iot.processed.copy.t") })]);
  expect(faults).toEqual(["error bus-loop f/r"]);
  expect(problems[0]?.message).toContain("f/r → iot.processed.> → f/r");
  expect(plan.flows).toEqual([]);
});

test("a rule that forwards elsewhere is fine", () => {
  expect(compileFlows([flow({ r: forward("plant.copy") })]).faults).toEqual([]);
});

test("a rule that listens to the results of all rules hears its own", () => {
  expect(compileFlows([flow({ r: { type: "rule.filter", subject: "iot.rules.*" } })]).faults).toEqual([
    "error bus-loop f/r",
  ]);
});

test("a rule may listen to the results of another rule", () => {
  const { faults } = compileFlows([flow({ a: "rule.filter", b: { type: "rule.filter", subject: "iot.rules.f_a" } })]);
  expect(faults).toEqual([]);
});

test("a rule may listen to another rule's failures: no device or key is ever called failed in a subject", () => {
  const { faults } = compileFlows([
    flow({ a: "rule.filter", b: { type: "rule.filter", subject: "iot.rules.f_a.failed" } }),
  ]);
  expect(faults).toEqual([]);
});

test("a rule that would only hear its own failures is warned", () => {
  expect(compileFlows([flow({ r: { type: "rule.filter", subject: "iot.rules.*.failed" } })]).faults).toEqual([
    "warning bus-loop f/r",
  ]);
  expect(compileFlows([flow({ r: { type: "rule.filter", subject: "iot.errors.>" } })]).faults).toEqual([
    "warning bus-loop f/r",
  ]);
});

test("a plugin for points that listens to the devices it publishes is refused", () => {
  const { faults } = compileFlows([
    flow({ v: { type: "plugin.validate", subject: "iot.processed.d1.*" }, s: "sink.console" }, ["v > s"]),
  ]);
  expect(faults).toEqual(["error bus-loop f/v"]);
});

test("a plugin that gives its points another device is fine, and warned when the device is not known", () => {
  const rename = (config: object) =>
    compileFlows([
      flow({ n: { type: "plugin.rename", subject: "iot.processed.d1.*", config }, s: "sink.console" }, ["n > s"]),
    ]).faults;
  expect(rename({ device: "d2" })).toEqual([]);
  expect(rename({})).toEqual(["warning bus-loop f/n"]);
});

test("what a wired rule forwards does not come back to it: its input takes its upstream's messages only", () => {
  const { faults } = compileFlows([flow({ p: "plugin.convert", r: forward("iot.processed.copy.t") }, ["p > r"])]);
  expect(faults).toEqual([]);
});

test("results in bare format name no node, so they do come back", () => {
  const { faults } = compileFlows([
    flow({ p: "plugin.convert", r: forward("iot.processed.copy.t") }, ["p > r"], { results: { format: "bare" } }),
  ]);
  expect(faults).toEqual(["error bus-loop f/r"]);
});

test("a circle by way of the upstream of a node is found", () => {
  const { faults } = compileFlows([flow({ a: "rule.filter", b: forward("iot.processed.copy.t") }, ["a > b"])]);
  expect(faults).toEqual(["error bus-loop f/a"]);
});

test("a sink that publishes on the bus can close a circle", () => {
  const sink = { type: "sink.jetstream", config: { subject: "iot.processed.copy.t" } };
  expect(compileFlows([flow({ a: "rule.filter", s: sink }, ["a > s"])]).faults).toEqual(["error bus-loop f/a"]);
});

test("a circle through two flows is charged to the last, and the first goes on", () => {
  const { faults, plan, problems } = compileFlows([
    flow({ a: forward("x.b", { subject: "x.a" }) }),
    flow({ b: forward("x.a", { subject: "x.b" }) }, [], { id: "g" }),
    flow({ c: "rule.filter" }, [], { id: "h" }),
  ]);
  expect(faults).toEqual(["error bus-loop g/b"]);
  expect(problems[0]?.message).toMatch(/f\/a → x\.b → g\/b → x\.a → f\/a|g\/b → x\.a → f\/a → x\.b → g\/b/);
  expect(plan.flows.map(({ id }) => id)).toEqual(["f", "h"]);
});

test("a flow that is switched off or has errors closes no circle", () => {
  const first = flow({ a: forward("x.b", { subject: "x.a" }) });
  const second = (more: object) => flow({ b: forward("x.a", { subject: "x.b" }) }, [], { id: "g", ...more });
  expect(compileFlows([first, second({ enabled: false })]).faults).toEqual([]);
});
