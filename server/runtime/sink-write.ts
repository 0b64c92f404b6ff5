/** One write of a sink, bounded in time, and where its definition comes from. */
import { isSink } from "../../nodes/contract/catalog.ts";
import type { Clock, Timer } from "../../nodes/contract/clock.ts";
import type { OpenedSink, SinkDefinition } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import type { Services } from "./services.ts";
import type { Waiting } from "./sink-queue.ts";

/** A target that neither confirms nor refuses for so long counts as away. */
const timeoutMs = 60_000;

/** Rejects with `ConnectionError`, and aborts the write, when it takes too long. */
export async function writeInTime(clock: Clock, open: OpenedSink, batch: readonly Waiting[]): Promise<void> {
  const abort = new AbortController();
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = clock.after(timeoutMs, () => {
      reject(new ConnectionError(`the target has not confirmed a batch within ${timeoutMs / 1_000} s`));
      abort.abort();
    });
  });
  const records = batch.map(({ record }) => record);
  try {
    await Promise.race([open.write(records, abort.signal), late]);
  } finally {
    timer?.cancel();
  }
}

export function sinkDefinition(services: Services, type: string): SinkDefinition {
  const definition = services.catalog.nodes.get(type);
  if (definition === undefined || !isSink(definition)) throw new Error(`${type} is not a sink`);
  return definition;
}
