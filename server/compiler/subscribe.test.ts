import { expect, test } from "vitest";
import { compileFlows, flow } from "./fake-nodes.ts";

const manyDevices = Array.from({ length: 17 }, (_, index) => `d${index}`);

test("R063 R064 R068 a rule without a wire listens to all of iot.processed: three parts, four, and batches", () => {
  const { reads } = compileFlows([flow({ r: "rule.filter" })]);
  expect(reads("r")).toEqual(["iot.processed.> < any"]);
});

test("R133 a rule without a wire listens to the configured input subject", () => {
  const compiled = compileFlows([flow({ r: "rule.filter" })], { inputSubject: "x.in.>" });
  expect(compiled.reads("r")).toEqual(["x.in.> < any"]);
  expect(compiled.problems).toEqual([]);
});

test("R133 R166 an input subject that ends in * is widened with a warning, once, unless it is meant literally", () => {
  const flows = [flow({ r: "rule.filter", s: "rule.filter" })];
  const widened = compileFlows(flows, { inputSubject: "iot.processed.*" });
  expect(widened.reads("r")).toEqual(["iot.processed.> < any"]);
  expect(widened.faults).toEqual(["warning widened-subject"]);
  const literal = compileFlows(flows, { inputSubject: "iot.processed.*", inputMatch: "literal" });
  expect(literal.reads("r")).toEqual(["iot.processed.* < any"]);
  expect(literal.faults).toEqual(["warning silent-subject"]);
});

test("a warning about the settings is not given where no rule is concerned", () => {
  expect(compileFlows([flow({ s: "sink.console" })], { inputSubject: "iot.processed.*" }).problems).toEqual([]);
});

test("R134 R166 results follow the output subject as a template, wires and unwired sinks with them", () => {
  const compiled = compileFlows([flow({ r: "rule.filter", s: "sink.console", t: "sink.console" }, ["r > s"])], {
    outputSubject: "y.out.*",
  });
  expect(compiled.node("r").publishes).toContain("y.out.f_r");
  expect(compiled.reads("s")).toEqual(["y.out.f_r < r.out"]);
  expect(compiled.reads("t")).toEqual(["iot.rules.*.success < foreign", "y.out.* < any"]);
  expect(compiled.faults).toEqual(["warning output-template"]);
});

test("R136 every input has its own queue group below the configured one, so two nodes never steal from each other", () => {
  const { plan } = compileFlows(
    [
      flow({ p: "plugin.convert", r: "rule.filter", s: "sink.console" }, ["p > r"]),
      flow({ r: "rule.filter" }, [], { id: "g" }),
    ],
    { queueGroup: "workers" },
  );
  const queues = plan.flows.flatMap(({ nodes }) =>
    nodes.flatMap((node) => (node.category === "adapter" ? [] : node.inputs.map(({ queue }) => queue))),
  );
  expect(queues).toEqual(["workers.f.p", "workers.f.r", "workers.f.s", "workers.f.s", "workers.g.r"]);
});

test("R094 a sink without a wire reads results, and successes that foreign publishers send", () => {
  expect(compileFlows([flow({ s: "sink.console" })]).reads("s")).toEqual([
    "iot.rules.* < any",
    "iot.rules.*.success < foreign",
  ]);
});

test("a plugin without a wire listens to all raw readings", () => {
  expect(compileFlows([flow({ p: "plugin.convert", r: "rule.filter" }, ["p > r"])]).reads("p")).toEqual([
    "iot.raw.> < any",
  ]);
});

test("the subject of a node replaces that of its stage", () => {
  const { reads } = compileFlows([
    flow({
      p: { type: "plugin.convert", subject: "iot.raw.mqtt.*" },
      r: { type: "rule.filter", subject: "iot.processed.d1.*" },
      s: { type: "sink.console", subject: "iot.alerts.>" },
    }),
  ]);
  expect(reads("p")).toEqual(["iot.raw.mqtt.* < any"]);
  expect(reads("r")).toEqual(["iot.processed.d1.* < any"]);
  expect(reads("s")).toEqual(["iot.alerts.> < any"]);
});

test("a subject beside wires is one more subscription, open to anybody", () => {
  const { reads } = compileFlows([
    flow({ a: "rule.filter", s: { type: "sink.console", subject: "iot.alerts.>" } }, ["a > s"]),
  ]);
  expect(reads("s")).toEqual(["iot.alerts.> < any", "iot.rules.f_a < a.out"]);
});

test("a subject that covers a wire's takes its place, so that no message comes twice", () => {
  const { reads } = compileFlows([
    flow({ a: "rule.filter", s: { type: "sink.console", subject: "iot.rules.>" } }, ["a > s"]),
  ]);
  expect(reads("s")).toEqual(["iot.rules.> < any"]);
});

test("a rule's ports have subjects of their own, and failures as well", () => {
  const { reads } = compileFlows([
    flow({ r: { type: "rule.filter", ruleId: "hot" }, s: "sink.console" }, ["r > s", "r.rejected > s", "r.failed > s"]),
  ]);
  expect(reads("s")).toEqual([
    "iot.rules.hot < r.out",
    "iot.rules.hot.failed < r.failed",
    "iot.rules.hot.rejected < r.rejected",
  ]);
});

test.each([
  { knows: "nothing", config: {}, raw: ["iot.raw.mock.*"], points: ["iot.processed.*.*"] },
  {
    knows: "devices",
    config: { devices: ["d1", "d2"] },
    raw: ["iot.raw.mock.d1", "iot.raw.mock.d2"],
    points: ["iot.processed.d1.*", "iot.processed.d2.*"],
  },
  {
    knows: "devices and keys",
    config: { devices: ["d1", "d2"], keys: ["t"] },
    raw: ["iot.raw.mock.d1", "iot.raw.mock.d2"],
    points: ["iot.processed.d1.t", "iot.processed.d2.t"],
  },
  {
    knows: "more series than one can list",
    config: { devices: ["d1", "d2"], keys: ["a", "b", "c", "d", "e", "f", "g", "h", "i"] },
    raw: ["iot.raw.mock.d1", "iot.raw.mock.d2"],
    points: ["iot.processed.d1.*", "iot.processed.d2.*"],
  },
  {
    knows: "more devices than one can list",
    config: { devices: manyDevices },
    raw: ["iot.raw.mock.*"],
    points: ["iot.processed.*.*"],
  },
  { knows: "keys only", config: { keys: ["t"] }, raw: ["iot.raw.mock.*"], points: ["iot.processed.*.*"] },
  {
    knows: "that there are no devices",
    config: { devices: [] },
    raw: ["iot.raw.mock.*"],
    points: ["iot.processed.*.*"],
  },
  {
    knows: "ids that cannot stand in a subject",
    config: { devices: ["plc.1 a*", "batch"] },
    raw: ["iot.raw.mock.%62atch", "iot.raw.mock.plc%2E1%20a%2A"],
    points: ["iot.processed.%62atch.*", "iot.processed.plc%2E1%20a%2A.*"],
  },
])("subscriptions are narrowed by what is known: $knows", ({ config, raw, points }) => {
  const { reads, node } = compileFlows([flow({ a: { type: "adapter.mock", config }, r: "rule.filter" }, ["a > r"])]);
  expect(reads("a~convert")).toEqual(raw.map((subject) => `${subject} < a.out`));
  expect(reads("r")).toEqual(points.map((subject) => `${subject} < a~convert.out`));
  expect([...node("a~convert").publishes].sort()).toEqual(points);
});

test("R041 R068 the downstream of a plugin that batches listens to the batches of the same devices", () => {
  const { reads } = compileFlows([
    flow(
      {
        a: { type: "adapter.mock", config: { devices: ["d1"] } },
        c: { type: "plugin.convert", config: { output: "batch" } },
        r: "rule.filter",
      },
      ["a > c", "c > r"],
    ),
  ]);
  expect(reads("r")).toEqual(["iot.processed.batch.d1 < c.out", "iot.processed.d1.* < c.out"]);
});

test("a plugin that renames devices narrows to the new name", () => {
  const { reads, node } = compileFlows([
    flow(
      {
        a: { type: "adapter.mock", config: { devices: ["d1"], keys: ["t"] } },
        n: { type: "plugin.rename", config: { device: "boiler" } },
        r: "rule.filter",
      },
      ["a > n", "n > r"],
    ),
  ]);
  expect(reads("r")).toEqual(["iot.processed.boiler.t < n.out"]);
  expect(node("r").publishes).toContain("iot.rules.boiler.t");
});

test("upstreams that share a subject share a subscription; one that covers the others' takes them in", () => {
  const shared = compileFlows([
    flow(
      {
        a: { type: "adapter.mock", config: { devices: ["d1"] } },
        b: { type: "adapter.mqtt", config: { connection: "c", devices: ["d1", "d2"] } },
        r: "rule.filter",
      },
      ["a > r", "b > r"],
      { connections: [{ id: "c", type: "mqtt" }] },
    ),
  ]);
  expect(shared.reads("r")).toEqual([
    "iot.processed.d1.* < a~convert.out, b~convert.out",
    "iot.processed.d2.* < b~convert.out",
  ]);
  const covered = compileFlows([
    flow({ a: { type: "adapter.mock", config: { devices: ["d1"] } }, c: "plugin.convert", r: "rule.filter" }, [
      "a > r",
      "c > r",
    ]),
  ]);
  expect(covered.reads("r")).toEqual(["iot.processed.*.* < a~convert.out, c.out"]);
});

test("an input with more subjects than one can list falls back to a single one", () => {
  const adapters = Object.fromEntries(
    manyDevices.map((device) => [device, { type: "adapter.mock", config: { devices: [device] } }]),
  );
  const { reads } = compileFlows([
    flow(
      { ...adapters, r: "rule.filter" },
      manyDevices.map((device) => `${device} > r`),
    ),
  ]);
  expect(reads("r")).toHaveLength(1);
  expect(reads("r")[0]).toMatch(/^iot\.processed\.\*\.\* < d0~convert\.out, /);
});
