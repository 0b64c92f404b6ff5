/** A document running in an engine as the worker has it, for measurements in a process of their own. */
import { checkDocument } from "../flows/format/read.ts";
import { type Catalog, catalogOf, loadCatalog, type NodeDefinition } from "../nodes/contract/catalog.ts";
import { systemClock } from "../nodes/contract/clock.ts";
import { connectBus } from "../server/bus/nats-bus.ts";
import { compile } from "../server/compiler/compile.ts";
import type { Plan } from "../server/compiler/plan.ts";
import { createLog } from "../server/log.ts";
import { nodesFolder } from "../server/product.ts";
import { Engine } from "../server/runtime/engine.ts";
import { Errors } from "../server/runtime/errors.ts";
import { Latency } from "../server/runtime/latency.ts";
import { Taps } from "../server/runtime/taps.ts";

/** Rejects when the document does not compile or cannot start. `more` are node types besides those that ship. */
export async function startEngine(url: string, document: object, more: readonly NodeDefinition[] = []) {
  const shipped = await loadCatalog(nodesFolder);
  const catalog = catalogOf([...shipped.nodes.values(), ...shipped.connections.values(), ...more]);
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
  return startPlan(url, plan, catalog);
}

/** The same for what is compiled already. */
export async function startPlan(url: string, plan: Plan, catalog: Catalog, jetstream = false) {
  const log = createLog({ level: "error", format: "text" });
  const bus = await connectBus({ servers: url, name: "bench", jetstream, log });
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
    outputSubject: "iot.rules.*",
    replayPerS: 0,
    random: Math.random,
  });
  const applied = await engine.apply(plan);
  if (!applied.ok) throw new Error(JSON.stringify(applied.problems));
  await bus.flush(1_000);
  return { bus, engine };
}

function noEndpoints(): Promise<never> {
  return Promise.reject(new Error("no endpoints here"));
}
