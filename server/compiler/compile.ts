/** From flow documents to the plan. Pure: no file, no network, no clock. Never throws on a document that was checked. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import type { Catalog } from "../../nodes/contract/catalog.ts";
import { silence } from "./check.ts";
import { duplicateRuleIds, overlappingDevices, unreadOutputs } from "./conflicts.ts";
import { type CompiledFlow, compileFlow } from "./flow-plan.ts";
import { insights, type NodeInsight } from "./insight.ts";
import { type BusLoop, busLoops } from "./loops.ts";
import type { Plan } from "./plan.ts";
import type { CompilerSettings } from "./settings.ts";
import { ruleInput } from "./settings.ts";
import { streamsFor } from "./streams.ts";

export interface Compiled {
  /** The enabled flows without errors, in the order given. */
  readonly plan: Plan;
  /** Of all flows, also of those that are not enabled. Without a flow: about the settings. */
  readonly problems: readonly Problem[];
  /** By flow, then by node. */
  readonly nodes: Readonly<Record<string, Readonly<Record<string, NodeInsight>>>>;
}

/**
 * Compiles all flows together. A flow with an error is left out of the plan and its problems say why; the others are
 * compiled. Where two flows cannot both run, the one that comes first does.
 */
export function compile(flows: readonly FlowDocument[], catalog: Catalog, settings: CompilerSettings): Compiled {
  const compiled = flows.map((document) => compileFlow(document, catalog, settings));
  duplicateFlowIds(compiled);
  duplicateRuleIds(compiled);
  overlappingDevices(compiled);
  unreadOutputs(compiled);
  loopsWithinFlows(compiled);
  loopsBetweenFlows(compiled);
  const planned = runnable(compiled).map(({ plan }) => plan);
  const streams = streamsFor(planned);
  return {
    plan: { flows: planned, streams },
    problems: [...settingsProblems(compiled, settings), ...compiled.flatMap(({ problems }) => problems.all)],
    nodes: Object.fromEntries(compiled.toReversed().map((flow) => [flow.document.id, insights(flow, streams)])),
  };
}

function runnable(flows: readonly CompiledFlow[]): CompiledFlow[] {
  return flows.filter(({ document, problems }) => document.enabled && !problems.hasErrors());
}

function duplicateFlowIds(flows: readonly CompiledFlow[]): void {
  const seen = new Set<string>();
  for (const { document, problems } of flows) {
    const message = `there is another flow with the id "${document.id}"; give one of them another id`;
    if (seen.has(document.id)) problems.error("duplicate-flow-id", { path: ["id"] }, message);
    seen.add(document.id);
  }
}

function loopsWithinFlows(flows: readonly CompiledFlow[]): void {
  for (const flow of flows) for (const loop of busLoops([flow])) tellLoop(flow, loop);
}

function loopsBetweenFlows(flows: readonly CompiledFlow[]): void {
  for (;;) {
    const running = runnable(flows);
    if (running.length < 2) return;
    const loops = busLoops(running).filter((loop) => loop.flows.size > 1);
    for (const loop of loops) {
      const last = running.findLast(({ document }) => loop.flows.has(document.id));
      if (last !== undefined && (loop.isCertain || loops.every(({ isCertain }) => !isCertain))) tellLoop(last, loop);
    }
    // A flow that was left out may have hidden another loop.
    if (loops.every(({ isCertain }) => !isCertain)) return;
  }
}

function tellLoop({ document, problems }: CompiledFlow, { flow, node, isCertain, message }: BusLoop): void {
  const where = flow === document.id ? { node } : {};
  problems.add(isCertain ? "error" : "warning", "bus-loop", where, message);
}

/** Settings that do not mean what they seem to, told once and only when a flow is concerned. */
function settingsProblems(flows: readonly CompiledFlow[], settings: CompilerSettings): Problem[] {
  const rules = flows.flatMap(({ graph }) => [...graph.nodes.values()].filter(({ category }) => category === "rule"));
  if (rules.length === 0) return [];
  const problems: Problem[] = [];
  const warn = (code: string, message: string) => problems.push({ code, severity: "warning", message });
  const { inputSubject, outputSubject } = settings;
  const widened = ruleInput(settings);
  const silent = silence(widened);
  if (widened !== inputSubject)
    warn(
      "widened-subject",
      `rule_engine.nats.input_subject is ${inputSubject}, where * stands for exactly one part; rules listen to ${widened}. Write that, or set input_match to "literal"`,
    );
  if (silent !== undefined) warn("silent-subject", `rule_engine.nats.input_subject: ${silent}`);
  if (outputSubject !== "iot.rules.*" && outputSubject !== "iot.rules.>")
    warn("output-template", outputWords(outputSubject));
  return problems;
}

function outputWords(outputSubject: string): string {
  return /[*>]/.test(outputSubject)
    ? `rule_engine.nats.output_subject is ${outputSubject}: nothing can be published on a wildcard, so it is read as a template in which it stands for the rule id; what listens to iot.rules.* hears no results`
    : `rule_engine.nats.output_subject is ${outputSubject}: all rules publish their results there; write ${outputSubject}.* to have one subject for each rule`;
}
