/** What is wrong, or looks wrong, with one flow once its graph and subscriptions are known. */
import { isAdapter } from "../../nodes/contract/catalog.ts";
import { covers, overlaps, subjectDocs } from "../bus/subjects.ts";
import { encodeToken } from "../bus/tokens.ts";
import { circles } from "./circles.ts";
import { isFused } from "./fuse.ts";
import { type FlowGraph, type GraphNode, labelOf } from "./graph.ts";
import type { SubscriptionPlan } from "./plan.ts";
import type { ProblemList } from "./problem-list.ts";
import { dataStream } from "./streams.ts";
import { isSource, takesRaw } from "./wires.ts";

/** What a node subscribes to, by its id. */
export type InputsOf = (node: string) => readonly SubscriptionPlan[];

export function checkFlow(graph: FlowGraph, inputsOf: InputsOf, problems: ProblemList): void {
  inputless(graph, problems);
  const isRound = fusedCircles(graph, problems);
  // What a refused wire or a circle leaves unreached needs no words of its own.
  if (graph.isComplete && !isRound) unreachable(graph, inputsOf, problems);
  for (const node of graph.nodes.values()) {
    silentSubject(node, problems);
    encodedIds(node, problems);
    if (graph.document.delivery === "durable") unstored(node, inputsOf(node.id), problems);
  }
}

function fusedSuccessors({ nodes, outOf }: FlowGraph, node: GraphNode): string[] {
  const targets = (outOf.get(node.id) ?? []).map(({ to }) => nodes.get(to)).filter((target) => target !== undefined);
  return targets.filter((target) => isFused(node, target)).map(({ id }) => id);
}

function fusedCircles(graph: FlowGraph, problems: ProblemList): boolean {
  const edges = new Map([...graph.nodes.values()].map((node) => [node.id, fusedSuccessors(graph, node)]));
  const found = circles(edges);
  for (const circle of found) {
    const [first = ""] = circle;
    const message = `the wires run in a circle: ${[...circle, first].join(" → ")}; remove one of them`;
    problems.error("cycle", { node: first }, message);
  }
  return found.length > 0;
}

function inputless({ nodes, wired }: FlowGraph, problems: ProblemList): void {
  for (const node of nodes.values()) {
    const needsTelling = node.category === "plugin" && !takesRaw(node) && !isSource(node) && !node.isImplicit;
    if (!needsTelling || wired.has(node.id) || node.subject !== undefined) continue;
    const message = `${labelOf(node)} takes points and nothing leads to it; wire an adapter or plugin to it, or give it a subject`;
    problems.error("no-upstream", { node: node.id }, message);
  }
}

/** Nodes that no message can reach, because what is wired to them is disabled or itself out of reach. */
function unreachable(graph: FlowGraph, inputsOf: InputsOf, problems: ProblemList): void {
  const reached = new Set<string>();
  const next = [...graph.nodes.values()].filter((node) => isSource(node) || inputsOf(node.id).length > 0);
  for (const node of next) {
    if (reached.has(node.id)) continue;
    reached.add(node.id);
    for (const id of fusedSuccessors(graph, node)) {
      const successor = graph.nodes.get(id);
      if (successor !== undefined) next.push(successor);
    }
  }
  for (const node of graph.nodes.values())
    if (!reached.has(node.id) && graph.wired.has(node.id)) {
      const message = `nothing reaches ${labelOf(node)}: what is wired to it is disabled or itself unreachable; enable it, or remove the wires to let the node listen to the subject of its stage`;
      problems.warning("unreachable", { node: node.id }, message);
    }
}

const documented = Object.keys(subjectDocs).map((pattern) => pattern.replace(/\{\w+\}/g, "*"));
const isEverUsed = (subject: string) => documented.some((pattern) => overlaps(pattern, subject));

/** `iot.processed.*` looks right and matches nothing that has four parts. */
export function silence(subject: string): string | undefined {
  if (!subject.startsWith("iot.") || isEverUsed(subject)) return undefined;
  const deeper = [subject.replace(/\.\*$/, ".>"), `${subject}.>`].find(isEverUsed);
  const remedy = deeper === undefined ? "choose one of the documented subjects" : `use ${deeper}`;
  return `the gateway publishes nothing that ${subject} matches, since * stands for exactly one part; ${remedy}`;
}

function silentSubject({ id, subject }: GraphNode, problems: ProblemList): void {
  const message = subject === undefined ? undefined : silence(subject);
  if (message !== undefined) problems.warning("silent-subject", { node: id }, message);
}

/** Ids that cannot stand in a subject as they are: what people then subscribe to by hand looks different. */
function encodedIds({ id, definition, parsed, ruleId }: GraphNode, problems: ProblemList): void {
  const { devices = [], keys = [] } = isAdapter(definition) && parsed !== undefined ? definition.scope(parsed) : {};
  const encoded = [...devices, ...keys, ...(ruleId === undefined ? [] : [ruleId])].filter(
    (id) => encodeToken(id) !== id,
  );
  if (encoded.length === 0) return;
  const shown = encoded.slice(0, 3).map((id) => `"${id}" as ${encodeToken(id)}`);
  const rest = encoded.length > 3 ? ` and ${encoded.length - 3} more` : "";
  const message = `stands in subjects encoded: ${shown.join(", ")}${rest}. Payloads keep the id; for plain subjects use letters, digits, "_" and "-", and no reserved word`;
  problems.warning("encoded-id", { node: id }, message);
}

function unstored({ id, category }: GraphNode, inputs: readonly SubscriptionPlan[], problems: ProblemList): void {
  if (category !== "rule" && category !== "sink") return;
  for (const { subject } of inputs) {
    if (dataStream.subjects.some((stored) => covers(stored, subject))) continue;
    const message = `the flow is durable, but ${subject} is not stored in ${dataStream.name} (${dataStream.subjects.join(", ")}): what is published there while the gateway is down is lost`;
    problems.warning("not-stored", { node: id }, message);
  }
}
