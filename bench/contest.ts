/** A sink and a plain script that write the same to the same target. */
import { systemClock } from "../nodes/contract/clock.ts";
import type { SinkContext, SinkRecord } from "../nodes/contract/connector.ts";

/** One target: both ways write the same batches to it, and resolve when it has confirmed them. */
export interface Contest {
  readonly name: string;
  /** Records in one batch, and batches in one round. */
  readonly batchSize: number;
  readonly batches: number;
  readonly sink: (records: readonly SinkRecord[]) => Promise<void>;
  readonly script: (records: readonly SinkRecord[]) => Promise<void>;
  close(): Promise<void>;
}

/** What the runtime gives a sink, as far as these need it. */
export function benchContext<Client>(connection: Client, filesRoot = ""): SinkContext<Client> {
  const unused = () => Promise.reject(new Error("not in this measurement"));
  return {
    clock: systemClock,
    signal: new AbortController().signal,
    status: () => undefined,
    lost: (error: Error) => {
      throw error;
    },
    endpoints: { websocket: unused, http: unused },
    connection,
    filesRoot,
    reach: { loopback: true, privateNetworks: true },
    streams: { ensure: unused, publish: unused },
  };
}
