import { expect, test } from "vitest";
import { compileFlows, flow } from "./fake-nodes.ts";

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
                stored: true,
              },
            ],
            consumer: {
              stream: "IOT_DATA",
              name: "rule_engine_workers_f_log",
              ackWaitMs: 30_000,
              maxPending: 1_000,
            },
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
      { name: "IOT_DATA", subjects: ["iot.processed.>", "iot.rules.>", "iot.alerts.>", "iot.aggregated.>"] },
      { name: "IOT_DLQ", subjects: ["iot.errors.*.dead_letter"] },
    ],
  });
});

test("R135 the error subject of the settings is left to the runtime and not part of the plan", () => {
  const flows = [flow({ r: "rule.filter" })];
  expect(compileFlows(flows, { errorSubject: "iot.errors.rules" }).plan).toEqual(compileFlows(flows).plan);
});

test("copies of a result are published as the flow says; failures always", () => {
  const document = flow({ r: "rule.filter" }, [], { results: { status: false, data: false } });
  expect(compileFlows([document]).node("r").publishes).toEqual([
    "iot.rules.f_r",
    "iot.rules.f_r.rejected",
    "iot.rules.f_r.failed",
  ]);
});

test("what is rejected is published, and where the flow switches it off only when something is wired to the port", () => {
  const nodes = { r: "rule.sieve", next: "rule.filter", log: "sink.console" };
  const subject = "iot.rules.f_r.rejected";
  const publishes = (wires: readonly string[], results = {}) => {
    const { publishes, ...plan } = compileFlows([flow(nodes, wires, { results })]).node("r");
    expect(plan).toMatchObject(publishes.includes(subject) ? {} : { unpublished: ["rejected"] });
    return publishes.includes(subject);
  };
  expect(publishes(["r > log"])).toBe(true);
  const off = { rejected: false };
  expect(publishes(["r > log"], off)).toBe(false);
  expect(publishes(["r.rejected > log"], off)).toBe(true);
  expect(publishes(["r.rejected > next"], off)).toBe(true);
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

test("R010 what a plugin turns away is on the errors, never on iot.processed; rules and sinks wired to it listen there", () => {
  const { node, reads, problems } = compileFlows([
    flow({ c: "plugin.convert", v: "plugin.validate", p: "plugin.rename", r: "rule.filter", s: "sink.console" }, [
      "c > v",
      "v > r",
      "v.invalid > r",
      "v.invalid > s",
      "v.invalid > p",
      "p > s",
    ]),
  ]);
  expect(problems).toEqual([]);
  expect(node("v")).toMatchObject({ next: { invalid: ["p"] }, publishes: ["iot.processed.*.*"] });
  expect(reads("r")).toEqual(["iot.errors.plugins.invalid < v.invalid", "iot.processed.*.* < v.out"]);
  expect(reads("s")).toEqual(["iot.errors.plugins.invalid < v.invalid", "iot.processed.*.* < p.out"]);
});

test("R008 ports that the configuration names can be wired; one that it no longer names is told with those it does", () => {
  const config = { routes: [{ name: "hot" }, { name: "cold" }] };
  const nodes = { c: "plugin.convert", v: { type: "plugin.route", config }, a: "rule.filter", b: "rule.filter" };
  const { reads, problems } = compileFlows([flow(nodes, ["c > v", "v.hot > a", "v > b"])]);
  expect(problems).toEqual([]);
  expect(reads("a")).toEqual(["iot.processed.*.* < v.hot"]);
  expect(reads("b")).toEqual(["iot.processed.*.* < v.out"]);
  const renamed = compileFlows([flow(nodes, ["c > v", "v.warm > a"])]);
  expect(renamed.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
    'dangling-wire: "v" has no output "warm"; it has "hot", "cold", "out"',
  ]);
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
  const said = Object.entries(nodes["f"] ?? {}).map(([id, { compiled: _compiled, ...insight }]) => [id, insight]);
  expect(Object.fromEntries(said)).toEqual({
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
