/** Circles over the bus: a flow that publishes, perhaps by way of others, what it listens to. */
import { covers, overlaps } from "../bus/subjects.ts";
import { isReservedToken } from "../bus/tokens.ts";
import { circles, type Edges } from "./circles.ts";
import type { CompiledFlow } from "./flow-plan.ts";
import { nodeKey, type SubscriptionPlan } from "./plan.ts";
import type { Publication } from "./publish.ts";

export interface BusLoop {
  /** Those it runs through. */
  readonly flows: ReadonlySet<string>;
  /** The node that hears what should not reach it. */
  readonly flow: string;
  readonly node: string;
  /** Whether messages do come round, or only if ids happen to match or something fails. */
  readonly isCertain: boolean;
  readonly message: string;
}

/** Circles in what these flows do together. A flow's own fused circles are not among them. */
export function busLoops(flows: readonly CompiledFlow[]): BusLoop[] {
  const certain = circles(busEdges(flows, comesRound)).filter(crossesBus);
  const inCertain = new Set(certain.flat());
  const possible = circles(busEdges(flows, mayComeRound)).filter(crossesBus);
  return [
    ...certain.map((circle) => describeLoop(circle, true)),
    ...possible
      .filter((circle) => !circle.some((at) => inCertain.has(at)))
      .map((circle) => describeLoop(circle, false)),
  ];
}

type Heard = (publication: Publication, listened: string) => boolean;

const comesRound: Heard = ({ subject, kind }, listened) => {
  if (kind === "declared") return overlaps(subject, listened);
  return kind === "stage" && covers(listened, subject);
};

const mayComeRound: Heard = ({ subject, kind }, listened) =>
  overlaps(subject, listened) && (kind !== "stage" || !listensToReservedWord(subject, listened));

/** A `*` of a stage's subject stands for an encoded id, and those are never a reserved word. */
function listensToReservedWord(published: string, listened: string): boolean {
  const words = listened.split(".");
  return published.split(".").some((token, index) => token === "*" && isReservedToken(words[index] ?? ""));
}

/** No id and no subject has a space. */
const busPrefix = "bus ";
const foreignPrefix = "bus, unnamed ";

/**
 * From a node to what its wires lead to and to the subjects it can be heard on; from a subject to who listens to all of
 * it. Inputs with wires take only what their upstream sent, or a message that names no node: one in bare format.
 */
function busEdges(flows: readonly CompiledFlow[], heard: Heard): Edges {
  const edges = new Map<string, string[]>();
  const listened = new Map<string, string>();
  const isAnyBare = flows.some(({ plan }) => plan.results.format === "bare");
  for (const { document, graph, inputs } of flows) {
    for (const { id, category } of graph.nodes.values()) {
      if (category === "adapter") continue;
      const key = nodeKey(document.id, id);
      edges.set(
        key,
        (graph.outOf.get(id) ?? []).map(({ to }) => nodeKey(document.id, to)),
      );
      for (const input of inputs.get(id) ?? []) {
        if (!isAnyBare && !takesAll(input)) continue;
        const place = `${takesAll(input) ? busPrefix : foreignPrefix}${input.subject}`;
        listened.set(place, input.subject);
        edges.set(place, [...(edges.get(place) ?? []), key]);
      }
    }
  }
  const places = [...listened];
  for (const { document, graph, publications, plan } of flows)
    for (const [id, published] of publications) {
      const isBare = plan.results.format === "bare" && graph.nodes.get(id)?.category === "rule";
      const audible = places.filter(([place]) => isBare || place.startsWith(busPrefix));
      const reached = audible.filter(([, subject]) => published.some((publication) => heard(publication, subject)));
      edges.get(nodeKey(document.id, id))?.push(...reached.map(([place]) => place));
    }
  return edges;
}

function takesAll({ accepts, foreignOnly }: SubscriptionPlan): boolean {
  return accepts === "any" && foreignOnly !== true;
}

function subjectOf(place: string): string | undefined {
  const prefix = [busPrefix, foreignPrefix].find((prefix) => place.startsWith(prefix));
  return prefix === undefined ? undefined : place.slice(prefix.length);
}

function crossesBus(circle: readonly string[]): boolean {
  return circle.some((place) => subjectOf(place) !== undefined);
}

function describeLoop(circle: readonly string[], isCertain: boolean): BusLoop {
  const at = circle.findIndex((place) => subjectOf(place) !== undefined) + 1;
  const fromReader = [...circle.slice(at), ...circle.slice(0, at)];
  const [reader = ""] = fromReader;
  const [flow = "", node = ""] = reader.split("/");
  const round = [...fromReader, reader].map((place) => subjectOf(place) ?? place).join(" → ");
  const message = isCertain
    ? `messages would go round for ever: ${round}; listen to a narrower subject, or publish on another`
    : `messages may come round: ${round}; make sure that the devices, keys or failures differ, or listen to a narrower subject (a message that passes too many rules is stopped)`;
  const flows = new Set(circle.filter((place) => subjectOf(place) === undefined).map((key) => key.split("/")[0] ?? ""));
  return { flows, flow, node, isCertain, message };
}
