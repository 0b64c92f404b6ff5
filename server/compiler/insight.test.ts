import { expect, test } from "vitest";
import { compile } from "./compile.ts";
import { catalog, flow, settings } from "./fake-nodes.ts";

test("of each node it is said what it reads from whom, whom it calls and which stream keeps what it publishes", () => {
  const document = flow(
    {
      plc: { type: "adapter.mqtt", config: { connection: "broker", devices: ["d1"] } },
      hot: { type: "rule.filter", config: { min: 80 } },
      very: { type: "rule.filter", config: { min: 90 } },
      log: "sink.console",
    },
    ["plc > hot", "hot > very", "very > log"],
    { connections: [{ id: "broker", type: "mqtt", config: { host: "10.0.0.5" } }] },
  );
  const nodes = compile([document], catalog, settings).nodes["f"] ?? {};
  expect(nodes["plc"]?.compiled).toEqual({ inputs: [], calls: [], streams: [] });
  expect(nodes["plc~convert"]?.compiled).toMatchObject({ streams: ["IOT_DATA"] });
  expect(nodes["hot"]?.compiled).toMatchObject({
    ruleId: "f_hot",
    queue: expect.stringMatching(/\.f\.hot$/),
    inputs: [{ from: ["plc~convert"] }],
    calls: [{ port: "out", nodes: ["very"] }],
    streams: ["IOT_DATA"],
  });
  expect(nodes["log"]?.compiled?.inputs).toMatchObject([{ subject: "iot.rules.f_very", from: ["very"] }]);
});

test("an input without a wire hears anybody, and its copies only from outside", () => {
  const document = flow({ log: "sink.console" }, []);
  const { compiled } = compile([document], catalog, settings).nodes["f"]?.["log"] ?? {};
  expect(compiled?.inputs.map(({ from }) => from)).toEqual(["anybody", "outside"]);
});
