/** One measurement of `pipeline.ts`, in its own process: `by-hand` or `compiled`, the url of the bus, how many messages. */
import { z } from "zod";
import { checkDocument } from "../flows/format/read.ts";
import { catalogOf, loadCatalog, type NodeDefinition } from "../nodes/contract/catalog.ts";
import { systemClock } from "../nodes/contract/clock.ts";
import { type AdapterContext, defineConnector } from "../nodes/contract/connector.ts";
import { connectBus } from "../server/bus/nats-bus.ts";
import { compile } from "../server/compiler/compile.ts";
import { createLog } from "../server/log.ts";
import { Engine } from "../server/runtime/engine.ts";
import { Errors } from "../server/runtime/errors.ts";
import { Latency } from "../server/runtime/latency.ts";
import { Taps } from "../server/runtime/taps.ts";
import { runByHand } from "./by-hand.ts";
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
  const log = createLog({ level: "error", format: "text" });
  const bus = await connectBus({ servers: url, name: "bench", jetstream: false, log });
  const shipped = await loadCatalog();
  const catalog = catalogOf([
    ...shipped.nodes.values(),
    ...shipped.connections.values(),
    benchAdapter as NodeDefinition,
  ]);
  const read = checkDocument(document, "bench");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const settings = {
    inputSubject: "iot.processed.>",
    inputMatch: "widen",
    outputSubject: "iot.rules.*",
    queueGroup: "bench",
    secrets: new Set<string>(),
    env: {},
  } as const;
  const { plan, problems } = compile([read.document], catalog, settings);
  if (plan.flows.length === 0) throw new Error(JSON.stringify(problems));
  const engine = new Engine({
    bus,
    catalog,
    clock: systemClock,
    log,
    errors: new Errors(bus, systemClock, log, undefined),
    taps: new Taps(),
    latency: new Latency(),
    endpoints: { websocket: noEndpoints, http: noEndpoints },
    filesRoot: "",
    reach: { loopback: true, privateNetworks: true },
    stateStore: { load: async () => [], save: async () => undefined },
    outputSubject: settings.outputSubject,
    random: Math.random,
  });
  const applied = await engine.apply(plan);
  if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
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

function noEndpoints(): Promise<never> {
  return Promise.reject(new Error("no endpoints here"));
}
