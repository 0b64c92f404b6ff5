/** Places in streams that a gateway left behind when it was killed in the middle of a deployment. */
import type { Bus } from "./bus/bus.ts";
import { nodeKey } from "./compiler/plan.ts";
import { dataStream } from "./compiler/streams.ts";
import type { FlowRecord } from "./store/store.ts";

/**
 * Removes the consumers of sinks that stand in no document: their deployment was never committed. Only for a NATS that
 * nobody else uses, and before anything is deployed. Rejects when NATS cannot be asked.
 */
export async function removeOrphans(
  stored: NonNullable<Bus["stored"]>,
  flows: readonly Pick<FlowRecord, "id" | "document">[],
): Promise<void> {
  const documents = new Map(flows.map(({ id, document }) => [id, document]));
  const wanted = new Set(
    flows.flatMap(({ id, document }) => document?.nodes.map((node) => nodeKey(id, node.id)) ?? []),
  );
  for (const { name, owner } of await stored.consumers(dataStream.name)) {
    const { "sluice.flow": flow, "sluice.node": node } = owner;
    // Of a document that cannot be read it is not known what it holds.
    const isUnreadable = flow !== undefined && documents.has(flow) && documents.get(flow) === undefined;
    if (flow === undefined || node === undefined || isUnreadable || wanted.has(nodeKey(flow, node))) continue;
    await stored.removeConsumer(dataStream.name, name);
  }
}
