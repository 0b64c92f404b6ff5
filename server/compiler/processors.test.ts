import { describe, expect, test } from "vitest";
import { diff } from "./diff.ts";
import { explain } from "./explain.ts";
import { compileFlows, flow } from "./fake-nodes.ts";

const broker = { connections: [{ id: "plant", type: "mqtt", config: {} }] };

describe("plugins and rules with a peer", () => {
  test("are called by what stands before them in their stage, and call what stands behind", () => {
    const { node, reads, problems } = compileFlows([
      flow(
        { plc: "adapter.mock", side: "plugin.sidecar", check: "plugin.validate", hot: "rule.filter", ask: "rule.ask" },
        ["plc > side", "side > check", "check > hot", "hot > ask"],
      ),
    ]);
    expect(problems).toEqual([]);
    expect(node("plc~convert")).toMatchObject({ next: { out: ["side"] }, unpublished: ["out"] });
    expect(node("side")).toMatchObject({
      isProcessor: true,
      inputs: [],
      next: { out: ["check"] },
      unpublished: ["out"],
    });
    expect(node("hot")).toMatchObject({ next: { out: ["ask"] } });
    expect(node("ask")).toMatchObject({ isProcessor: true, ruleId: "f_ask", inputs: [] });
    expect(reads("hot")).toEqual(["iot.processed.*.* < check.out"]);
  });

  test("one whose peer sends by itself needs no input, listens to nothing then, and publishes raw readings as well", () => {
    const { node, problems } = compileFlows([
      flow({ side: "plugin.sidecar", check: "plugin.validate", out: "sink.console" }, ["side > check", "check > out"]),
    ]);
    expect(problems).toEqual([]);
    expect(node("side")).toMatchObject({ inputs: [], publishes: ["iot.raw.isp.*"] });
  });

  test("have a failed port when they are rules", () => {
    const { faults, reads } = compileFlows([flow({ ask: "rule.ask", log: "sink.console" }, ["ask.failed > log"])]);
    expect(faults).toEqual([]);
    expect(reads("log")).toEqual(["iot.rules.f_ask.failed < ask.failed"]);
  });

  test("may leave their connection out, and are started again when it changes", () => {
    const using = (host: string) =>
      compileFlows([
        flow({ ask: { type: "rule.ask", config: { broker: "plant" } } }, [], {
          connections: [{ id: "plant", type: "mqtt", config: { host } }],
        }),
      ]);
    const without = compileFlows([flow({ ask: "rule.ask" })]);
    expect(without.node("ask")).not.toHaveProperty("connection");
    expect(using("a").node("ask")).toMatchObject({ connection: "plant" });
    expect(diff(using("a").plan, using("b").plan).restarted).toEqual([{ flow: "f", node: "ask" }]);
    expect(explain(using("a").plan, [])).toMatch(/connection +plant/);
  });

  test("a connection that does not exist is told", () => {
    const { faults } = compileFlows([flow({ ask: { type: "rule.ask", config: { broker: "plnt" } } }, [], broker)]);
    expect(faults).toContain("error unknown-connection f/ask broker");
  });

  test("a rule that publishes on what it listens to is a loop", () => {
    const config = { subject: "iot.processed.a.b" };
    expect(compileFlows([flow({ ask: { type: "rule.ask", config } })]).faults).toEqual(["error bus-loop f/ask"]);
  });

  test("a plugin that publishes the raw readings it listens to is a loop", () => {
    const { faults } = compileFlows([
      flow({ side: { type: "plugin.sidecar", subject: "iot.raw.>" }, out: "sink.console" }, ["side > out"]),
    ]);
    expect(faults).toEqual(["error bus-loop f/side"]);
  });
});
