/** The worker thread that runs the flows: its own connection to the bus, its own event loop, one engine. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { systemClock } from "../../nodes/contract/clock.ts";
import { connectBusPool } from "../bus/bus-pool.ts";
import { createLog } from "../log.ts";
import { nodesFolder } from "../product.ts";
import { createEndpointsProxy } from "./endpoint-bridge.ts";
import { Engine } from "./engine.ts";
import { Errors } from "./errors.ts";
import { Latency } from "./latency.ts";
import { startMetrics } from "./metrics.ts";
import { createStateProxy } from "./state-bridge.ts";
import { Taps } from "./taps.ts";
import type { FromWorker, RuntimeWorkerOptions, ToWorker } from "./worker-messages.ts";

const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread");
const { endpoints } = workerData as { endpoints: MessagePort };
const catalogLoading = loadCatalog(nodesFolder);
const options = await new Promise<RuntimeWorkerOptions>((resolve) =>
  port.once("message", (message: ToWorker) => {
    if (message.type === "start") resolve(message.options);
  }),
);

const tell = (message: FromWorker) => port.postMessage(message);
const log = createLog(options.log).child({ thread: "runtime" });
const [bus, catalog] = await Promise.all([
  connectBusPool({ ...options.bus, log }, options.connections),
  catalogLoading,
]);
const latency = new Latency();
const states = createStateProxy((request) => tell({ type: "state", request }));
const engine = new Engine({
  bus,
  catalog,
  clock: systemClock,
  log,
  errors: new Errors(bus, systemClock, log, options.errorSubject),
  taps: new Taps(),
  latency,
  endpoints: createEndpointsProxy(endpoints),
  filesRoot: options.filesRoot,
  reach: options.reach,
  stateStore: states.store,
  outputSubject: options.outputSubject,
  replayPerS: options.replayPerS,
  random: Math.random,
});
engine.onActivity((activity) => tell({ type: "activity", activity }));
const metrics = startMetrics({ bus, clock: systemClock, engine, latency, periodMs: options.metricsPeriodMs });

async function handle(message: Exclude<ToWorker, { type: "start" }>): Promise<void> {
  switch (message.type) {
    case "apply":
      tell({ type: "applied", call: message.call, result: await engine.apply(message.plan) });
      return;
    case "retry":
      tell({ type: "retried", call: message.call, outcome: await engine.retry(message.message) });
      return;
    case "committed":
      engine.committed(message.kept);
      return;
    case "trace":
      tell({ type: "traced", call: message.call, hops: await engine.trace(message.traceId) });
      return;
    case "recent":
      tell({ type: "messages", call: message.call, messages: await engine.recent(message.places) });
      return;
    case "probe":
      tell({ type: "probed", call: message.call, result: await engine.probe(message.request) });
      return;
    case "command":
      tell({ type: "commanded", call: message.call, isDone: await engine.command(message.command) });
      return;
    case "tap":
      engine.tap(message.targets);
      return;
    case "state":
      states.answered(message.answer);
      return;
    case "stop":
      metrics.cancel();
      await engine.stop();
      await bus.drain();
      tell({ type: "stopped" });
      port?.close();
      endpoints.close();
  }
}

port.on("message", (message: Exclude<ToWorker, { type: "start" }>) => void handle(message));
tell({ type: "ready" });
