/** The worker thread that runs the flows: its own connection to the bus, its own event loop, one engine. */
import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { loadCatalog } from "../../nodes/contract/catalog.ts";
import { systemClock } from "../../nodes/contract/clock.ts";
import type { BusOptions } from "../bus/connect-options.ts";
import { connectBus } from "../bus/nats-bus.ts";
import { createLog } from "../log.ts";
import { createEndpointsProxy } from "./endpoint-bridge.ts";
import { Engine } from "./engine.ts";
import { Errors } from "./errors.ts";
import { Latency } from "./latency.ts";
import { startMetrics } from "./metrics.ts";
import { Taps } from "./taps.ts";
import type { FromWorker, ToWorker, WorkerOptions } from "./worker-messages.ts";

const port = parentPort;
if (port === null) throw new Error("worker.ts runs as a worker thread");
const { options, endpoints } = workerData as { options: WorkerOptions<BusOptions>; endpoints: MessagePort };

const tell = (message: FromWorker) => port.postMessage(message);
const log = createLog(options.log).child({ thread: "runtime" });
const [bus, catalog] = await Promise.all([connectBus({ ...options.bus, log }), loadCatalog()]);
const latency = new Latency();
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
  outputSubject: options.outputSubject,
  random: Math.random,
});
engine.onActivity((activity) => tell({ type: "activity", activity }));
const metrics = startMetrics({ bus, clock: systemClock, engine, latency, periodMs: options.metricsPeriodMs });

async function handle(message: ToWorker): Promise<void> {
  switch (message.type) {
    case "apply":
      tell({ type: "applied", call: message.call, result: await engine.apply(message.plan) });
      return;
    case "tap":
      engine.tap(message.targets);
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

port.on("message", (message: ToWorker) => void handle(message));
tell({ type: "ready" });
