/** Runs a trial: the production compiler and engine on a bus in memory, with time moved by hand. Nothing leaves the process. */
import type { Problem } from "../../flows/format/problem.ts";
import { checkDocument } from "../../flows/format/read.ts";
import type { Catalog } from "../../nodes/contract/catalog.ts";
import { MemoryBus } from "../bus/memory-bus.ts";
import { compile } from "../compiler/compile.ts";
import type { FlowPlan } from "../compiler/plan.ts";
import type { CompilerSettings } from "../compiler/settings.ts";
import { createLog } from "../log.ts";
import { Engine } from "../runtime/engine.ts";
import { Errors } from "../runtime/errors.ts";
import { Latency } from "../runtime/latency.ts";
import { revealSecrets } from "../runtime/reveal-secrets.ts";
import type { Services } from "../runtime/services.ts";
import { StoredOutput } from "../runtime/stored-output.ts";
import { Taps } from "../runtime/taps.ts";
import { capturedCatalog, capturedFlow, isCaptured } from "./captured.ts";
import { inputProblems, sender } from "./inputs.ts";
import { Record } from "./record.ts";
import type { TrialAnswer, TrialRequest } from "./trial.ts";
import { TrialClock } from "./trial-clock.ts";

const refused = () => Promise.reject(new Error("nothing is served in a trial"));

export async function runTrial(
  { document, startMs, inputs, endMs }: TrialRequest,
  catalog: Catalog,
  settings: CompilerSettings,
): Promise<TrialAnswer> {
  const compiled = compileOne(document, catalog, settings);
  if (!compiled.ok) return compiled;
  const { flow, warnings } = compiled;
  const problems = inputProblems(inputs, flow, catalog);
  if (problems.length > 0) return { ok: false, problems };

  const clock = new TrialClock(startMs);
  const record = new Record(clock, flow.nodes);
  const bus = new MemoryBus();
  const log = createLog({ level: "silent", format: "json" });
  const errors = new Errors(bus, clock, log, settings.errorSubject);
  const given: Omit<Services, "results"> = {
    bus,
    catalog: capturedCatalog(catalog),
    clock,
    log,
    errors,
    taps: new Taps(),
    latency: new Latency(),
    witness: record,
    endpoints: { websocket: refused, http: refused },
    filesRoot: "",
    reach: { loopback: false, privateNetworks: false },
    stateStore: undefined,
    replayPerS: 0,
    outputSubject: settings.outputSubject,
    random: () => 0,
  };
  const services: Services = { ...given, results: new StoredOutput(given) };
  const settle = async () => {
    // All that is asynchronous here are promises and microtasks of our own; a turn of the event loop for each timer would
    // make an hour of the flow take seconds.
    await new Promise<void>((resolve) => process.nextTick(resolve));
    record.addErrors(errors.take());
    return !record.isFull;
  };
  const engine = new Engine(services);
  const applied = await engine.apply({ flows: [capturedFlow(flow)], streams: [] });
  if (!applied.ok) return applied;
  const send = sender(services, flow, engine.nodes(), record);
  for (const input of inputs.toSorted((a, b) => a.atMs - b.atMs)) {
    await clock.moveTo(input.atMs, settle);
    if (record.isFull) break;
    send(input);
    await settle();
  }
  if (!record.isFull) await clock.moveTo(endMs, settle);
  const captured = flow.nodes.filter(isCaptured).map(({ id }) => id);
  return { ok: true, warnings, events: record.events, errors: record.errors, captured, isCut: record.isFull };
}

/** Secrets are not in a trial: whatever would need them is not opened. Durable flows run live: nothing is stored. */
function compileOne(
  document: unknown,
  catalog: Catalog,
  settings: CompilerSettings,
): { ok: true; flow: FlowPlan; warnings: readonly Problem[] } | { ok: false; problems: readonly Problem[] } {
  const read = checkDocument(document, "the flow");
  if (!read.ok) return read;
  const { plan, problems } = compile([{ ...read.document, enabled: true, delivery: "live" }], catalog, settings);
  const [flow] = revealSecrets(plan, () => "secret-placeholder").plan.flows;
  return flow === undefined ? { ok: false, problems } : { ok: true, flow, warnings: problems };
}
