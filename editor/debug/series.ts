import type { DebugEntry } from "./samples.ts";
import { summaryOf } from "./summary.ts";

export interface Series {
  readonly name: string;
  /** Seconds since 1970, as uPlot wants them. */
  readonly times: readonly number[];
  readonly values: readonly number[];
}

const longest = 300;

/** The numbers that the same port of the same node sent for the same device and key, oldest first. */
export function seriesOf(entry: DebugEntry, entries: readonly DebugEntry[]): Series | undefined {
  const own = summaryOf(entry);
  if (entry.kind !== "message" || own.number === undefined) return undefined;
  const points = entries.flatMap((other) => {
    if (other.kind !== "message" || other.node !== entry.node || other.flow !== entry.flow) return [];
    const { device, key, number } = summaryOf(other);
    const same = other.port === entry.port && device === own.device && key === own.key;
    return same && number !== undefined ? [{ time: other.atMs / 1000, number }] : [];
  });
  if (points.length < 2) return undefined;
  const latest = points.sort((a, b) => a.time - b.time).slice(-longest);
  return {
    name: [own.device, own.key].filter(Boolean).join(" "),
    times: latest.map(({ time }) => time),
    values: latest.map(({ number }) => number),
  };
}
