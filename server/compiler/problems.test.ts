import { expect, test } from "vitest";
import type { FlowDocument } from "../../flows/format/document.ts";
import { catalogOf } from "../../nodes/contract/catalog.ts";
import { compile } from "./compile.ts";
import { catalog, compileFlows, flow, settings } from "./fake-nodes.ts";

interface Case {
  readonly is: string;
  readonly flows: FlowDocument | readonly FlowDocument[];
  readonly faults: readonly string[];
  /** Of the first problem. */
  readonly says?: RegExp;
}

const broker = { id: "broker", type: "mqtt" };
const mock = (...devices: string[]) => ({ type: "adapter.mock", config: { devices } });

const cases: readonly Case[] = [
  {
    is: "an unknown type names the nearest known one",
    flows: flow({ a: "rule.fliter" }),
    faults: ["error unknown-type f/a"],
    says: /there is no node type "rule\.fliter"; did you mean "rule\.filter"\?/,
  },
  {
    is: "an unknown type that is like none names some",
    flows: flow({ a: "x.unheard-of-entirely" }),
    faults: ["error unknown-type f/a"],
    says: /choose one of "adapter\.mqtt", .* and \d+ more/,
  },
  {
    is: "a value of a wrong kind",
    flows: flow({ a: { type: "rule.filter", config: { min: "80" } } }),
    faults: ["error bad-config f/a min"],
    says: /^min must be a number$/,
  },
  {
    is: "an unknown field names the nearest",
    flows: flow({ a: { type: "rule.filter", config: { mim: 80 } } }),
    faults: ["error bad-config f/a mim"],
    says: /"mim" is not a field; did you mean "min"\?/,
  },
  {
    is: "an unknown field deep inside names the nearest there",
    flows: flow(
      {
        a: { type: "adapter.mqtt", config: { connection: "broker", topics: [{ filter: "a", filer: "b" }] } },
        s: "sink.console",
      },
      ["a > s"],
      { connections: [broker] },
    ),
    faults: ["error bad-config f/a topics.0.filer"],
    says: /"filer" is not a field of topics\[0\]; did you mean "filter"\?/,
  },
  {
    is: "a connection that does not exist",
    flows: flow({ s: { type: "sink.mqtt", config: { broker: "brocker" } } }, [], { connections: [broker] }),
    faults: ["error unknown-connection f/s broker", "warning unused-connection f connections.0"],
    says: /"brocker" does not exist; did you mean "broker"\?/,
  },
  {
    is: "a connection that does not exist where there is none to choose",
    flows: flow({ s: { type: "sink.mqtt", config: { broker: "plant" } } }),
    faults: ["error unknown-connection f/s broker"],
    says: /add one of type Fake under Connections/,
  },
  {
    is: "no connection chosen",
    flows: flow({ s: "sink.mqtt" }),
    faults: ["error bad-config f/s broker"],
    says: /^broker: choose a connection of type/,
  },
  {
    is: "a connection of another type",
    flows: flow({ s: { type: "sink.mqtt", config: { broker: "plc" } } }, [], {
      connections: [{ id: "plc", type: "modbus", config: { host: "h" } }],
    }),
    faults: ["error wrong-connection-type f/s broker"],
  },
  {
    is: "a connection with a wrong configuration",
    flows: flow({ s: { type: "sink.mqtt", config: { broker: "broker" } } }, [], {
      connections: [{ ...broker, config: { port: 1883.5 } }],
    }),
    faults: ["error bad-config f connections.0.config.port"],
    says: /connection "broker": port must be a whole number/,
  },
  {
    is: "a connection of an unknown type",
    flows: flow({ r: "rule.filter" }, [], { connections: [{ id: "c", type: "mqqt" }] }),
    faults: ["error unknown-connection-type f connections.0.type", "warning unused-connection f connections.0"],
    says: /did you mean "mqtt"\?/,
  },
  {
    is: "two connections with one id",
    flows: flow({ s: { type: "sink.mqtt", config: { broker: "broker" } } }, [], { connections: [broker, broker] }),
    faults: ["error duplicate-connection-id f connections.1.id"],
  },
  {
    is: "a connection nobody uses",
    flows: flow({ r: "rule.filter" }, [], { connections: [broker] }),
    faults: ["warning unused-connection f connections.0"],
  },
  {
    is: "wires whose ends do not exist",
    flows: flow({ alert: "rule.filter", log: "sink.console" }, ["alrt > log", "alert > logg"]),
    faults: ["error dangling-wire f wires.0.from", "error dangling-wire f wires.1.to"],
    says: /there is no node "alrt"; did you mean "alert"\?/,
  },
  {
    is: "a port that does not exist names those there are",
    flows: flow({ a: "rule.filter", s: "sink.console" }, ["a.cleared > s"]),
    faults: ["error dangling-wire f wires.0.port"],
    says: /has no output "cleared"; it has "out", "rejected", "failed"/,
  },
  {
    is: "an input that does not exist",
    flows: { ...flow({ a: "rule.filter", s: "sink.console" }), wires: [{ from: "a", to: "s", input: "other" }] },
    faults: ["error dangling-wire f wires.0.input"],
    says: /has no input "other"; it has "in"/,
  },
  {
    is: "two nodes with one id",
    flows: {
      ...flow({}),
      nodes: [flow({ r: "rule.filter" }), flow({ r: "sink.console" })].flatMap(({ nodes }) => nodes),
    },
    faults: ["error duplicate-node-id f nodes.1.id"],
  },
  {
    is: "the same wire twice",
    flows: flow({ a: "rule.filter", s: "sink.console" }, ["a > s", "a.out > s"]),
    faults: ["warning duplicate-wire f wires.1"],
  },
  {
    is: "a wire from a rule to a plugin",
    flows: flow({ r: "rule.filter", v: "plugin.validate" }, ["r > v"]),
    faults: ["error wrong-stages f wires.0"],
    says: /plugins come before rules; move the plugin before the rule/,
  },
  {
    is: "a wire out of a sink",
    flows: flow({ s: "sink.console", r: "rule.filter" }, ["s > r"]),
    faults: ["error wrong-stages f wires.0"],
    says: /a sink is where a flow ends/,
  },
  {
    is: "a wire into an adapter",
    flows: flow({ a: mock("d1"), r: "rule.filter" }, ["r > a", "a > r"]),
    faults: ["error wrong-stages f wires.0"],
    says: /turn the wire round/,
  },
  {
    is: "points wired to a plugin that takes raw readings",
    flows: flow({ a: "plugin.convert", b: "plugin.convert", r: "rule.filter" }, ["a > b", "b > r"]),
    faults: ["error wrong-stages f wires.0"],
    says: /takes raw readings: wire it to an adapter/,
  },
  {
    is: "a wire from a node to itself",
    flows: flow({ r: "rule.filter" }, ["r > r"]),
    faults: ["error self-wire f wires.0"],
  },
  {
    is: "rules wired in a circle",
    flows: flow({ a: "rule.filter", b: "rule.filter", c: "rule.filter" }, ["a > b", "b > c", "c.rejected > a"]),
    faults: ["error cycle f/a"],
    says: /a → b → c → a/,
  },
  {
    is: "a rule id taken in the same flow",
    flows: flow({ a: { type: "rule.filter", ruleId: "f_b" }, b: "rule.filter" }),
    faults: ["error duplicate-rule-id f/b"],
    says: /"f_b" is taken by f\/a/,
  },
  {
    is: "a rule id taken in another flow: the first keeps it and runs",
    flows: [
      flow({ a: { type: "rule.filter", ruleId: "hot" } }),
      flow({ b: { type: "rule.filter", ruleId: "hot" } }, [], { id: "g" }),
    ],
    faults: ["error duplicate-rule-id g/b"],
    says: /taken by f\/a/,
  },
  {
    is: "a rule id of a flow that cannot run is free for one that can",
    flows: [
      flow({ a: { type: "rule.filter", ruleId: "hot", config: { min: "x" } } }),
      flow({ b: { type: "rule.filter", ruleId: "hot" } }, [], { id: "g" }),
    ],
    faults: ["error bad-config f/a min", "error duplicate-rule-id f/a"],
  },
  {
    is: "two flows with one id: the first runs",
    flows: [flow({ r: "rule.filter" }), flow({ s: "sink.console" })],
    faults: ["error duplicate-flow-id f id"],
  },
  {
    is: "two adapters of one protocol that publish the same device",
    flows: [
      flow({ a: mock("d1", "d2"), s: "sink.console" }, ["a > s"]),
      flow({ b: mock("d2", "d3"), s: "sink.console" }, ["b > s"], { id: "g" }),
    ],
    faults: ["warning overlapping-devices g/b"],
    says: /publishes "d2" as f\/a does/,
  },
  {
    is: "a subject nobody can subscribe to",
    flows: flow({ r: { type: "rule.filter", subject: "iot..x" } }),
    faults: ["error bad-subject f/r"],
  },
  {
    is: "R166 a subject that looks right and matches nothing (A-1, A-7)",
    flows: flow({
      r: { type: "rule.filter", subject: "iot.processed.*" },
      s: { type: "sink.console", subject: "iot.alerts.*" },
    }),
    faults: ["warning silent-subject f/r", "warning silent-subject f/s"],
    says: /use iot\.processed\.>/,
  },
  {
    is: "R166 ids that cannot stand in a subject as they are (A-15)",
    flows: flow({ a: mock("plc.1", "ok"), r: { type: "rule.filter", ruleId: "a b" } }, ["a > r"]),
    faults: ["warning encoded-id f/a", "warning encoded-id f/r"],
    says: /"plc\.1" as plc%2E1/,
  },
  {
    is: "R166 a durable flow that reads what no stream stores (A-16, A-22)",
    flows: flow({ r: { type: "rule.filter", subject: "x.in.>" }, s: "sink.console" }, ["r > s"], {
      delivery: "durable",
    }),
    faults: ["warning not-stored f/r"],
    says: /x\.in\.> is not stored in IOT_DATA/,
  },
  {
    is: "a plugin for points that nothing leads to",
    flows: flow({ v: "plugin.validate", r: "rule.filter" }, ["v > r"]),
    faults: ["error no-upstream f/v"],
    says: /wire an adapter or plugin to it, or give it a subject/,
  },
  {
    is: "a subject that overlaps in part with what the wires carry",
    flows: flow({ p: "plugin.convert", r: { type: "rule.filter", subject: "iot.processed.d1.t" } }, ["p > r"]),
    faults: ["error overlapping-subject f/r"],
    says: /choose a subject that covers iot\.processed\.\*\.\* or stays apart/,
  },
  {
    is: "a plugin whose points nobody takes",
    flows: flow({ a: mock("d1"), c: "plugin.convert" }, ["a > c"]),
    faults: ["warning unread-output f/c"],
    says: /nothing takes what "c" publishes on iot\.processed\.d1\.\*/,
  },
  {
    is: "a plugin whose points a rule of another flow takes by subject",
    flows: [flow({ a: mock("d1"), c: "plugin.convert" }, ["a > c"]), flow({ r: "rule.filter" }, [], { id: "g" })],
    faults: [],
  },
  { is: "a rule whose results nobody takes: they stay on the bus", flows: flow({ r: "rule.filter" }), faults: [] },
  {
    is: "fields that mean nothing for the type",
    flows: flow({ a: { ...mock("d1"), subject: "x" }, s: { type: "sink.console", ruleId: "x" } }, ["a > s"]),
    faults: ["warning ignored-field f/a", "warning ignored-field f/s"],
  },
];

test.each(cases)("$is", ({ flows, faults, says = /./ }) => {
  const compiled = compileFlows([flows].flat());
  expect(compiled.faults).toEqual(faults);
  if (faults.length > 0) expect(compiled.problems[0]?.message).toMatch(says);
  const refused = compiled.problems.filter(({ severity }) => severity === "error").map(({ flow }) => flow);
  if (refused.length > 0 && !Array.isArray(flows)) expect(compiled.plan.flows).toEqual([]);
});

test("all problems are told at once", () => {
  const { faults } = compileFlows([
    flow({ a: "rule.nonsense", b: { type: "rule.filter", config: { min: "x", max: 1 } }, s: "sink.mqtt" }, [
      "b > nowhere",
    ]),
  ]);
  expect(faults).toEqual([
    "error unknown-type f/a",
    "error bad-config f/b min",
    "error bad-config f/b max",
    "error bad-config f/s broker",
    "error dangling-wire f wires.0.to",
  ]);
});

test("of two flows that cannot both run, the first does", () => {
  const rule = (id: string) => flow({ r: { type: "rule.filter", ruleId: "hot" } }, [], { id });
  expect(compileFlows([rule("f"), rule("g")]).plan.flows.map(({ id }) => id)).toEqual(["f"]);
});

test("without a conversion in the catalog, an adapter wired to a rule is told", () => {
  const definitions = [...catalog.nodes.values(), ...catalog.connections.values()];
  const poorer = catalogOf(definitions.filter(({ type }) => type !== "plugin.convert"));
  const { problems } = compile([flow({ a: mock("d1"), r: "rule.filter" }, ["a > r"])], poorer, settings);
  expect(problems.map(({ code }) => code)).toContain("no-conversion");
});
