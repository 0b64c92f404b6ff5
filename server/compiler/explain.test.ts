import { expect, test } from "vitest";
import { explain, problemsText } from "./explain.ts";
import { compileFlows, flow } from "./fake-nodes.ts";

test("the plan is told node by node, with the command that shows its messages", () => {
  const { plan, problems } = compileFlows([
    flow(
      {
        plc: { type: "adapter.mqtt", name: "Boiler PLC", config: { connection: "broker", devices: ["d1"] } },
        hot: { type: "rule.filter", ruleId: "hot" },
        late: "rule.filter",
        log: "sink.console",
      },
      ["plc > hot", "hot.rejected > late", "hot > log", "hot.rejected > log"],
      { connections: [{ id: "broker", type: "mqtt" }], results: { status: false, data: false } },
    ),
  ]);
  expect(explain(plan, problems)).toBe(`Flow f, live
  connection broker (mqtt)
  plc (adapter.mqtt) Boiler PLC
    connection broker
    publishes  iot.raw.mqtt.d1
    watch      nats sub "iot.raw.mqtt.d1"
  hot (rule.filter)
    rule id    hot
    reads      iot.processed.d1.* from plc~convert
    queue      rule_engine_workers.f.hot
    publishes  iot.rules.hot
    publishes  iot.rules.hot.rejected
    publishes  iot.rules.hot.failed
    calls      late from rejected
    watch      nats sub "iot.rules.hot"
  late (rule.filter)
    rule id    f_late
    publishes  iot.rules.f_late
    publishes  iot.rules.f_late.rejected
    publishes  iot.rules.f_late.failed
    watch      nats sub "iot.rules.f_late"
  log (sink.console)
    reads      iot.rules.hot from hot, stored
    reads      iot.rules.hot.rejected from hot.rejected, stored
    stream     IOT_DATA
    consumer   rule_engine_workers_f_log, at most 1000 unacknowledged
    watch      nats sub "iot.rules.hot"
  plc~convert (plugin.convert) Boiler PLC: convert
    reads      iot.raw.mqtt.d1 from plc
    queue      rule_engine_workers.f.plc~convert
    publishes  iot.processed.d1.*
    watch      nats sub "iot.processed.d1.*"

Stream IOT_DATA stores iot.processed.>, iot.rules.>, iot.alerts.>, iot.aggregated.>
Stream IOT_DLQ stores iot.errors.*.dead_letter
`);
});

test("problems are told one a line, errors first, with flow, node and field", () => {
  const { problems } = compileFlows(
    [flow({ r: { type: "rule.filter", config: { min: "x" } } }, [], { connections: [{ id: "c", type: "mqtt" }] })],
    { inputSubject: "iot.processed.*" },
  );
  expect(problemsText(problems).split("\n")).toEqual([
    "error   f/r: min must be a number [bad-config]",
    expect.stringMatching(/^warning rule_engine\.nats\.input_subject is iot\.processed\.\*.* \[widened-subject\]$/),
    'warning f connections[0]: no node uses the connection "c"; choose it in a node or remove it [unused-connection]',
    "",
  ]);
});

test("nothing to tell is told", () => {
  expect(explain({ flows: [], streams: [] }, [])).toBe("No flow runs.\n");
});
