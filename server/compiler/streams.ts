/** The streams that flows rely on. */
import type { FlowPlan, Plan } from "./plan.ts";

export type StreamPlan = Plan["streams"][number];

export const dataStream: StreamPlan = { name: "IOT_DATA", subjects: ["iot.processed.>", "iot.rules.>"] };
export const deadLetterStream: StreamPlan = { name: "IOT_DLQ", subjects: ["iot.errors.*.dead_letter"] };

/** Sinks read through the data stream and give up into the other; so do the rules of durable flows. */
export function streamsFor(flows: readonly FlowPlan[]): StreamPlan[] {
  const isNeeded = flows.some(({ nodes, delivery }) =>
    nodes.some(({ category }) => category === "sink" || (category === "rule" && delivery === "durable")),
  );
  return isNeeded ? [dataStream, deadLetterStream] : [];
}
