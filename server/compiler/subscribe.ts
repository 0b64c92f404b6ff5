/** What each node subscribes to. No two subscriptions of a node overlap, so that no message reaches it twice. */
import { covers, overlaps, stageSubjects, subjectPatterns, subjects } from "../bus/subjects.ts";
import { isFused } from "./fuse.ts";
import { type FlowGraph, type GraphNode, labelOf } from "./graph.ts";
import type { SubscriptionPlan } from "./plan.ts";
import type { ProblemList } from "./problem-list.ts";
import { maxNarrowSubjects, type PortSubjects, portSubjects } from "./publish.ts";
import type { ScopeOf } from "./scope.ts";
import { type CompilerSettings, ruleInput, sinkInput } from "./settings.ts";
import { isSource, takesCommands, takesRaw } from "./wires.ts";

type Accepted = readonly { readonly node: string; readonly port: string }[];
type Input = Omit<SubscriptionPlan, "queue">;

export function subscriptions(
  node: GraphNode,
  graph: FlowGraph,
  scopeOf: ScopeOf,
  settings: CompilerSettings,
  problems: ProblemList,
): SubscriptionPlan[] {
  if (node.category === "adapter" && !takesCommands(node)) return [];
  const queue = `${settings.queueGroup}.${graph.document.id}.${node.id}`;
  const wired = wireInputs(node, graph, scopeOf, settings);
  if (node.category === "adapter") {
    const commands: Input = { subject: subjects.commands(graph.document.id, node.id), accepts: "any" };
    return [...wired, commands].map((input) => ({ ...input, queue }));
  }
  const isWired = graph.wired.has(node.id) || node.isImplicit;
  const inputs = node.subject !== undefined ? withSubject(node, node.subject, wired, problems) : wired;
  const all = isWired || node.subject !== undefined ? inputs : stageInputs(node, settings);
  return all
    .toSorted((a, b) => (a.subject < b.subject ? -1 : 1))
    .map(({ subject, accepts, ...rest }) => ({ subject, queue, accepts, ...rest }));
}

function wireInputs(node: GraphNode, graph: FlowGraph, scopeOf: ScopeOf, settings: CompilerSettings): Input[] {
  const upstream = (graph.into.get(node.id) ?? []).flatMap(({ from, port }) => {
    const source = graph.nodes.get(from);
    if (source === undefined || isFused(source, node)) return [];
    return [{ node: from, port, subjects: portSubjects(source, port, scopeOf, settings) }];
  });
  const byWide = new Map<string, typeof upstream>();
  for (const source of upstream) {
    const { wide } = source.subjects;
    const sources = byWide.get(wide);
    if (sources === undefined) byWide.set(wide, [source]);
    else sources.push(source);
  }
  return [...byWide].flatMap(([wide, sources]) => mergeInputs(wide, sources));
}

/** One input for each subject; a subject that another covers goes to that one, and too many give way to `wide`. */
function mergeInputs(
  wide: string,
  sources: readonly { readonly node: string; readonly port: string; readonly subjects: PortSubjects }[],
): Input[] {
  const distinct = [...new Set(sources.flatMap(({ subjects }) => subjects.narrow))];
  const kept =
    distinct.length > maxNarrowSubjects ? [wide] : distinct.filter((subject) => !hasCover(subject, distinct));
  return kept.map((subject) => {
    const accepts = sources
      .filter(({ subjects }) => subjects.narrow.some((narrow) => covers(subject, narrow)))
      .map(({ node, port }) => ({ node, port }));
    return { subject, accepts: accepts.toSorted(byNodeAndPort) };
  });
}

function hasCover(subject: string, others: readonly string[]): boolean {
  return others.some((other) => other !== subject && covers(other, subject));
}

function byNodeAndPort(a: Accepted[number], b: Accepted[number]): number {
  return `${a.node}\n${a.port}` < `${b.node}\n${b.port}` ? -1 : 1;
}

/**
 * The node's own subject beside its wires. NATS gives a message to one subscription of a queue group, whichever of two
 * that overlap, so what the subject does not cover as a whole must not touch it.
 */
function withSubject(node: GraphNode, subject: string, wired: readonly Input[], problems: ProblemList): Input[] {
  const apart = wired.filter((input) => !covers(subject, input.subject));
  const touching = apart.filter((input) => overlaps(subject, input.subject)).map((input) => input.subject);
  if (touching.length > 0) {
    const carried = touching.join(", ");
    const message = `${labelOf(node)} listens to ${subject}, which overlaps with what its wires carry, ${carried}; remove the wires, or choose a subject that covers ${carried} or stays apart from it`;
    problems.error("overlapping-subject", { node: node.id }, message);
  }
  return [{ subject, accepts: "any" }, ...apart.filter((input) => !touching.includes(input.subject))];
}

function stageInputs(node: GraphNode, settings: CompilerSettings): Input[] {
  if (isSource(node)) return [];
  if (node.category === "rule") return [{ subject: ruleInput(settings), accepts: "any" }];
  if (node.category === "sink") {
    const results: Input = { subject: sinkInput(settings), accepts: "any" };
    const outcomes: Input = { subject: subjectPatterns.anySuccess, accepts: "any", foreignOnly: true };
    return overlaps(results.subject, outcomes.subject) ? [results] : [results, outcomes];
  }
  // All of iot.processed is where a plugin's own points go: one that takes points has to be told what to listen to.
  return takesRaw(node) ? [{ subject: stageSubjects.plugin, accepts: "any" }] : [];
}
