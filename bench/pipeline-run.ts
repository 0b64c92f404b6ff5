/** One measurement of `pipeline.ts`, in its own process: `by-hand` or `compiled`, the url of the bus, how many messages. */
import { z } from "zod";
import type { NodeDefinition } from "../nodes/contract/catalog.ts";
import { type AdapterContext, defineConnector } from "../nodes/contract/connector.ts";
import { runByHand } from "./by-hand.ts";
import { startEngine } from "./engine.ts";
import { Load } from "./load.ts";

const window = 1_000;
const [, , what, url = "", count = ""] = process.argv;

/** A mock device that reads as fast as the flow can follow. */
let device: AdapterContext<unknown> | undefined;
const benchAdapter = defineConnector({
  type: "adapter.bench",
  title: "Bench",
  summary: "",
  help: "",
  icon: "bolt",
  protocol: "mock",
  config: z.object({}),
  examples: [],
  scope: () => ({ devices: ["d1"] }),
  async open(_config, context) {
    device = context;
    return { close: async () => undefined };
  },
});

const document = {
  format: 1,
  id: "bench",
  nodes: [
    { id: "mock", type: "adapter.bench" },
    { id: "convert", type: "plugin.convert" },
    {
      id: "filter",
      type: "rule.filter",
      config: { mode: "expression", expression: "value >= -1000 && value <= 1000000000" },
    },
    {
      id: "transform",
      type: "rule.transform",
      config: {
        steps: [
          { op: "scale", factor: 1.8 },
          { op: "offset", offset: 32 },
          { op: "round", decimals: 2 },
        ],
      },
    },
  ],
  wires: [
    { from: "mock", to: "convert" },
    { from: "convert", to: "filter" },
    { from: "filter", to: "transform" },
  ],
};

async function runCompiled(load: Load): Promise<void> {
  const { bus, engine } = await startEngine(url, document, [benchAdapter as NodeDefinition]);
  bus.subscribe("iot.rules.bench_transform", () => load.arrived());
  await bus.flush(1_000);
  await load.run((payload) => {
    void device?.emit({ device_id: "d1", payload, encoding: "json", metadata: {} });
  });
  await engine.stop();
  await bus.drain();
}

const run = what === "by-hand" ? (load: Load) => runByHand(url, load) : runCompiled;
await run(new Load(5_000, window));
const total = Number(count);
const load = new Load(total, window);
const cpuBefore = process.cpuUsage();
const startedMs = performance.now();
await run(load);
const elapsedMs = performance.now() - startedMs;
const { user, system } = process.cpuUsage(cpuBefore);
process.send?.({ perSecond: (total / elapsedMs) * 1_000, cpuUsPerMessage: (user + system) / total }, () =>
  process.exit(0),
);
