import { expect, test } from "vitest";
import { compileFlows, flow } from "./fake-nodes.ts";

const manyDevices = Array.from({ length: 17 }, (_, index) => `d${index}`);

test("a whole flow becomes plain JSON: connections, nodes in the order of the document, names apart", () => {
  const { plan, problems } = compileFlows([
    flow(
      {
        plc: { type: "adapter.mqtt", name: "Boiler", config: { connection: "broker", devices: ["d1"] } },
        hot: { type: "rule.filter", config: { min: 80 } },
        log: "sink.console",
      },
      ["plc > hot", "hot > log"],
      { connections: [{ id: "broker", type: "mqtt", config: { host: "10.0.0.5" } }] },
    ),
  ]);
  expect(problems).toEqual([]);
  expect(JSON.parse(JSON.stringify(plan))).toEqual(plan);
  expect(plan).toEqual({
    flows: [
      {
        id: "f",
        delivery: "live",
        results: { status: true, data: true, format: "envelope" },
        connections: [{ id: "broker", type: "mqtt", config: { host: "10.0.0.5" } }],
        names: { plc: "Boiler", "plc~convert": "Boiler: convert" },
        nodes: [
          {
            id: "plc",
            category: "adapter",
            type: "adapter.mqtt",
            protocol: "mqtt",
            connection: "broker",
            config: { connection: "broker", devices: ["d1"] },
            publishes: ["iot.raw.mqtt.d1"],
          },
          {
            id: "hot",
            category: "rule",
            type: "rule.filter",
            ruleId: "f_hot",
            config: { min: 80 },
            inputs: [
              {
                subject: "iot.processed.d1.*",
                queue: "rule_engine_workers.f.hot",
                accepts: [{ node: "plc~convert", port: "out" }],
              },
            ],
            next: {},
            publishes: [
              "iot.rules.f_hot",
              "iot.rules.f_hot.rejected",
              "iot.rules.f_hot.success",
              "iot.rules.d1.*",
              "iot.rules.f_hot.failed",
            ],
          },
          {
            id: "log",
            category: "sink",
            type: "sink.console",
            config: {},
            inputs: [
              {
                subject: "iot.rules.f_hot",
                queue: "rule_engine_workers.f.log",
                accepts: [{ node: "hot", port: "out" }],
              },
            ],
            publishes: [],
          },
          {
            id: "plc~convert",
            category: "plugin",
            type: "plugin.convert",
            config: {},
            inputs: [
              {
                subject: "iot.raw.mqtt.d1",
                queue: "rule_engine_workers.f.plc~convert",
                accepts: [{ node: "plc", port: "out" }],
              },
            ],
            next: {},
            publishes: ["iot.processed.d1.*"],
          },
        ],
      },
    ],
    streams: [
      { name: "IOT_DATA", subjects: ["iot.processed.>", "iot.rules.>"] },
      { name: "IOT_DLQ", subjects: ["iot.errors.*.dead_letter"] },
    ],
  });
});

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

test("R135 the error subject of the settings is left to the runtime and not part of the plan", () => {
  const flows = [flow({ r: "rule.filter" })];
  expect(compileFlows(flows, { errorSubject: "iot.errors.rules" }).plan).toEqual(compileFlows(flows).plan);
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

test("copies of a result are published as the flow says; failures always", () => {
  const document = flow({ r: "rule.filter" }, [], { results: { status: false, data: false } });
  expect(compileFlows([document]).node("r").publishes).toEqual([
    "iot.rules.f_r",
    "iot.rules.f_r.rejected",
    "iot.rules.f_r.failed",
  ]);
});

test("rules wired to rules are called directly and still publish; wires out of their ports are kept apart", () => {
  const { node } = compileFlows([
    flow({ a: "rule.filter", b: "rule.filter", c: "rule.filter", d: "rule.filter" }, [
      "a > c",
      "a > b",
      "a.rejected > d",
    ]),
  ]);
  expect(node("a")).toMatchObject({ next: { out: ["b", "c"], rejected: ["d"] } });
  expect(node("b")).toMatchObject({ inputs: [], next: {} });
  expect(node("b").publishes).toContain("iot.rules.f_b");
});

test("R010 a plugin wired to plugins alone does not publish, so that what validation refuses is never on the bus", () => {
  const { node, reads } = compileFlows([
    flow({ c: "plugin.convert", v: "plugin.validate", r: "rule.filter" }, ["c > v", "v > r"]),
  ]);
  expect(node("c")).toMatchObject({ next: { out: ["v"] }, unpublished: ["out"], publishes: [] });
  expect(reads("r")).toEqual(["iot.processed.*.* < v.out"]);
});

test("a plugin wired to a plugin and to a rule publishes for the rule", () => {
  const { node, reads } = compileFlows([
    flow({ c: "plugin.convert", v: "plugin.validate", r: "rule.filter" }, ["c > v", "c > r", "v > r"]),
  ]);
  expect(node("c")).toMatchObject({ next: { out: ["v"] }, publishes: ["iot.processed.*.*"] });
  expect(node("c")).not.toHaveProperty("unpublished");
  expect(reads("r")).toEqual(["iot.processed.*.* < c.out, v.out"]);
});

test("an adapter wired to rules, sinks and plugins for points gets one conversion for all of them", () => {
  const { plan, node, reads } = compileFlows([
    flow({ a: "adapter.mock", p: "plugin.convert", v: "plugin.validate", r: "rule.filter", s: "sink.console" }, [
      "a > p",
      "a > v",
      "a > r",
      "a > s",
      "p > r",
    ]),
  ]);
  expect(plan.flows[0]?.nodes.map(({ id }) => id)).toEqual(["a", "p", "v", "r", "s", "a~convert"]);
  expect(node("a~convert")).toMatchObject({ next: { out: ["v"] }, publishes: ["iot.processed.*.*"] });
  expect(reads("a~convert")).toEqual(["iot.raw.mock.* < a.out"]);
  expect(reads("p")).toEqual(["iot.raw.mock.* < a.out"]);
  expect(reads("v")).toEqual([]);
  expect(reads("r")).toEqual(["iot.processed.*.* < a~convert.out, p.out"]);
  expect(reads("s")).toEqual(["iot.processed.*.* < a~convert.out"]);
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

test("disabled nodes are not in the plan and their wires carry nothing", () => {
  const compiled = compileFlows([
    flow({ a: { type: "rule.filter", disabled: true }, b: "rule.filter", c: "rule.filter", s: "sink.console" }, [
      "a > b",
      "b > c",
      "a > s",
      "c > s",
    ]),
  ]);
  expect(compiled.plan.flows[0]?.nodes.map(({ id }) => id)).toEqual(["b", "c", "s"]);
  expect(compiled.reads("b")).toEqual([]);
  expect(compiled.reads("s")).toEqual(["iot.rules.f_c < c.out"]);
  expect(compiled.faults).toEqual(["warning unreachable f/b", "warning unreachable f/c"]);
});

test("an unfinished node that is disabled does not keep its flow from running", () => {
  const compiled = compileFlows([
    flow({
      a: { type: "rule.nonsense", disabled: true },
      b: { type: "rule.filter", disabled: true, config: { min: "x" } },
      r: "rule.filter",
    }),
  ]);
  expect(compiled.plan.flows).toHaveLength(1);
  expect(compiled.faults).toEqual(["warning unknown-type f/a", "warning bad-config f/b min"]);
});

test("a flow that is switched off is checked and not in the plan", () => {
  const compiled = compileFlows([flow({ r: { type: "rule.filter", config: { min: "x" } } }, [], { enabled: false })]);
  expect(compiled.plan.flows).toEqual([]);
  expect(compiled.faults).toEqual(["error bad-config f/r min"]);
});

test("one flow's errors do not keep the others from running", () => {
  const compiled = compileFlows([flow({ r: "rule.nonsense" }), flow({ r: "rule.filter" }, [], { id: "g" })]);
  expect(compiled.plan.flows.map(({ id }) => id)).toEqual(["g"]);
  expect(compiled.faults).toEqual(["error unknown-type f/r"]);
});

test("positions, names, notes and the order of wires do not change the plan", () => {
  const nodes = { a: "rule.filter", b: "rule.filter", c: "rule.filter", s: "sink.console" };
  const one = compileFlows([flow(nodes, ["a > b", "a > c", "b > s", "c > s"])]).plan;
  const other = compileFlows([
    flow(nodes, ["c > s", "b > s", "a > c", "a > b"], { layout: { nodes: { a: { x: 1, y: 2 } } }, description: "new" }),
  ]).plan;
  expect(other).toEqual(one);
});

test("insight says of every node what it does, reads and publishes, also in a flow with errors", () => {
  const { nodes, plan } = compileFlows([
    flow(
      {
        a: { type: "adapter.mock", config: { devices: ["d1"] } },
        r: { type: "rule.filter", config: { min: 5 } },
        broken: { type: "rule.filter", config: { min: "five" } },
        strange: "rule.nonsense",
        off: { type: "rule.filter", disabled: true },
      },
      ["a > r", "a > broken", "strange > r"],
    ),
  ]);
  expect(plan.flows).toEqual([]);
  const publishes = (id: string) => [id, `${id}.rejected`, `${id}.success`].map((end) => `iot.rules.f_${end}`);
  expect(nodes["f"]).toEqual({
    a: { line: "", reads: [], publishes: ["iot.raw.mock.d1"] },
    r: {
      line: "value ≥ 5",
      reads: ["iot.processed.d1.*"],
      publishes: [...publishes("r"), "iot.rules.d1.*", "iot.rules.f_r.failed"],
    },
    broken: {
      line: "",
      reads: ["iot.processed.d1.*"],
      publishes: [...publishes("broken"), "iot.rules.d1.*", "iot.rules.f_broken.failed"],
    },
    strange: { line: "", reads: [], publishes: [] },
    off: { line: "everything", reads: [], publishes: [] },
    "a~convert": { line: "", reads: ["iot.raw.mock.d1"], publishes: ["iot.processed.d1.*"] },
  });
});
