import { expect, test } from "vitest";
import { compileFlows, flow } from "./fake-nodes.ts";

const line = { plc: "adapter.valve", hot: "rule.filter", log: "sink.console" };

test("an adapter that takes commands listens to its own subject, and to what is wired to it", () => {
  const alone = compileFlows([flow(line, ["plc > hot", "hot > log"])]);
  expect(alone.reads("plc")).toEqual(["sluice.commands.f.plc < any"]);
  const wired = compileFlows([flow(line, ["plc > hot", "hot > log", "hot.rejected > plc"])]);
  expect(wired.problems).toEqual([]);
  expect(wired.reads("plc")).toEqual(["iot.rules.f_hot.rejected < hot.rejected", "sluice.commands.f.plc < any"]);
});

test("a control loop over a device is no loop on the bus, and what the adapter reads is known all the same", () => {
  const { problems, reads } = compileFlows([
    flow({ ...line, plc: { type: "adapter.valve", config: { devices: ["d1"] } } }, ["plc > hot", "hot > plc"]),
  ]);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(reads("plc~convert")).toEqual(["iot.raw.mock.d1 < plc.out"]);
});

test("one that takes none by its configuration listens to nothing, and a wire to it is refused with the remedy", () => {
  const off = { type: "adapter.valve", config: { allowWrites: false } };
  expect(compileFlows([flow({ ...line, plc: off }, ["plc > hot", "hot > log"])]).reads("plc")).toEqual([]);
  const { problems } = compileFlows([flow({ ...line, plc: off }, ["plc > hot", "hot > plc"])]);
  expect(problems[0]).toMatchObject({ code: "wrong-stages", message: expect.stringContaining("allow writing in it") });
});

test("an adapter without an input, or another adapter before it, is refused", () => {
  const fake = compileFlows([flow({ ...line, mock: "adapter.mock" }, ["plc > hot", "hot > mock"])]);
  expect(fake.problems[0]?.message).toContain("it reads devices and has no input");
  const two = compileFlows([flow({ ...line, mock: "adapter.mock" }, ["mock > plc", "mock > hot"])]);
  expect(two.problems[0]?.message).toContain("put a plugin or rule in between");
});
