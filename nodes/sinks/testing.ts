/** For tests of sinks: records, and a sink opened alone, without a runtime. */
import { type Clock, systemClock } from "../contract/clock.ts";
import type { SinkContext, SinkDefinition, SinkRecord } from "../contract/connector.ts";
import { PartialWriteError } from "../contract/errors.ts";
import { connectorSurroundings } from "../contract/testing.ts";

export function record(data: Readonly<Record<string, unknown>>): SinkRecord {
  return {
    subject: "iot.rules.hot",
    data,
    traceId: "trace-1",
    timestamp: "2026-01-01T10:00:00.000Z",
    text: JSON.stringify({ version: "1.0.0", data }),
  };
}

/** A good point of device `d1`, key `temperature`, at 10:00 on the first of January 2026. */
export function point(value: unknown, more: Readonly<Record<string, unknown>> = {}): SinkRecord {
  const fixed = { device_id: "d1", key: "temperature", type: "float", quality: 0, tags: {} };
  return record({ ...fixed, timestamp: "2026-01-01T10:00:00.000Z", value, ...more });
}

type AnySink = Pick<SinkDefinition, "open"> & { readonly config: { parse(config: unknown): never } };

/** Opens the sink with a configuration as it stands in a flow. */
export async function openSink(
  sink: { open: unknown; config: unknown },
  config: Readonly<Record<string, unknown>>,
  context: Partial<SinkContext<unknown>> & { readonly clock?: Clock } = {},
) {
  const { open, config: schema } = sink as AnySink;
  const statuses: string[] = [];
  const lost: Error[] = [];
  const abort = new AbortController();
  const opened = await open(schema.parse(config), {
    clock: systemClock,
    signal: abort.signal,
    status: (state, detail) => void statuses.push(`${state}: ${detail}`),
    lost: (error) => void lost.push(error),
    connection: undefined,
    ...connectorSurroundings(),
    ...context,
  } as SinkContext<unknown>);
  return {
    statuses,
    lost,
    close: () => opened.close(),
    abort: () => abort.abort(),
    write: (...records: readonly SinkRecord[]) => opened.write(records, new AbortController().signal),
    /** Answers what was refused, as `"index: reason"`. */
    refusals: async (...records: readonly SinkRecord[]) => {
      try {
        await opened.write(records, new AbortController().signal);
        return [];
      } catch (error) {
        if (!(error instanceof PartialWriteError)) throw error;
        return error.rejected.map(({ index, reason }) => `${index}: ${reason}`);
      }
    },
  };
}
