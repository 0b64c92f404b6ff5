/** The streams that flows rely on, and who reads what through them. */
import { covers, overlaps, stageSubjects } from "../bus/subjects.ts";
import type { ConsumerPlan, FlowPlan, NodePlan, Plan, SubscriptionPlan } from "./plan.ts";
import type { CompilerSettings } from "./settings.ts";

export type StreamPlan = Plan["streams"][number];

export const dataStream: StreamPlan = {
  name: "IOT_DATA",
  subjects: ["iot.processed.>", "iot.rules.>", "iot.alerts.>", "iot.aggregated.>"],
};
export const deadLetterStream: StreamPlan = { name: "IOT_DLQ", subjects: ["iot.errors.*.dead_letter"] };
/** What adapters of durable flows read: only what such a flow listens to, since it is stored twice that way. */
export const rawStreamName = "IOT_RAW";

/** The consumers that all durable rules, and all durable plugins, of a gateway share. */
const stageConsumers = { rule: "rule_engine_consumer", plugin: "plugin_manager_consumer" } as const;
const defaultQueueGroup = "rule_engine_workers";

/** The fewest messages a sink may have in hand, so that it can fill a batch while another is written. */
const leastPendingOfSink = 1_000;

type Reading = Pick<Extract<NodePlan, { category: "plugin" | "rule" | "sink" }>, "inputs" | "consumer">;

/** How a node reads: through a consumer what a stream holds, as it passes by what none does. */
export function readingOf(
  node: { readonly id: string; readonly category: "plugin" | "rule" | "sink"; readonly isProcessor: boolean },
  flow: { readonly id: string; readonly delivery: FlowPlan["delivery"] },
  inputs: readonly SubscriptionPlan[],
  { stored, queueGroup }: CompilerSettings,
): Reading {
  // A processor answers later, from memory: what it has taken cannot be acknowledged when its call returns.
  const isWanted = node.category === "sink" || (flow.delivery === "durable" && !node.isProcessor);
  if (stored === undefined || !isWanted) return { inputs };
  const isRaw = ({ subject }: SubscriptionPlan) => subject.startsWith("iot.raw.");
  const isStored = (input: SubscriptionPlan) =>
    node.category === "plugin" ? isRaw(input) : dataStream.subjects.some((subject) => covers(subject, input.subject));
  if (!inputs.some(isStored)) return { inputs };
  const consumer: ConsumerPlan = {
    stream: node.category === "plugin" ? rawStreamName : dataStream.name,
    name: consumerName(node, flow.id, queueGroup),
    ackWaitMs: stored.ackWaitMs,
    maxPending: node.category === "sink" ? Math.max(stored.maxPending, leastPendingOfSink) : stored.maxPending,
  };
  return { consumer, inputs: inputs.map((input) => (isStored(input) ? { ...input, stored: true as const } : input)) };
}

/** Ids have no underscores, so two nodes never share a name. Gateways of one queue group share the work, others do not. */
function consumerName(
  { id, category }: { readonly id: string; readonly category: "plugin" | "rule" | "sink" },
  flow: string,
  queueGroup: string,
): string {
  if (category === "sink") return `${queueGroup}_${flow}_${id}`;
  return queueGroup === defaultQueueGroup ? stageConsumers[category] : `${stageConsumers[category]}_${queueGroup}`;
}

/** Sinks read through the data stream and give up into the other; so do the rules of durable flows. */
export function streamsFor(flows: readonly FlowPlan[]): StreamPlan[] {
  const nodes = flows.flatMap((flow) => flow.nodes);
  const needed = new Set(nodes.flatMap((node) => (node.category === "adapter" ? [] : (node.consumer?.stream ?? []))));
  if (needed.size === 0) return [];
  const raw = nodes.flatMap((node) => (node.category === "plugin" && node.consumer !== undefined ? node.inputs : []));
  const subjects = withoutOverlaps(raw.filter(({ stored }) => stored === true).map(({ subject }) => subject));
  return [dataStream, deadLetterStream, ...(subjects.length === 0 ? [] : [{ name: rawStreamName, subjects }])];
}

/** A stream takes no two patterns that overlap: what another covers goes, and what overlaps in part gives way to all. */
function withoutOverlaps(subjects: readonly string[]): readonly string[] {
  const distinct = [...new Set(subjects)].sort();
  const kept = distinct.filter((subject) => !distinct.some((other) => other !== subject && covers(other, subject)));
  const isApart = kept.every((subject, index) => !kept.slice(index + 1).some((other) => overlaps(subject, other)));
  return isApart ? kept : [stageSubjects.plugin];
}

/** Adapters of a durable flow whose readings a plugin of it reads through the stream: they wait until it has them. */
export function withStoredReadings(nodes: readonly NodePlan[]): NodePlan[] {
  const read = nodes.flatMap((node) => (node.category === "plugin" ? node.inputs.filter(({ stored }) => stored) : []));
  return nodes.map((node) => {
    const isRead = node.publishes.every((subject) => read.some((input) => covers(input.subject, subject)));
    return node.category === "adapter" && read.length > 0 && isRead ? { ...node, stored: true } : node;
  });
}
