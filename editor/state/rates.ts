/** Rates out of counters that only grow, and short series of values for plots. Pure. */
import type { NodeCounters } from "../../server/api/contract.ts";

/** Counters at one moment of the viewer's monotonic clock, in milliseconds. */
export interface Reading {
  readonly atMs: number;
  readonly counters: NodeCounters;
}

export interface Rates {
  readonly received: number;
  readonly emitted: number;
  readonly failed: number;
  /** Out by port, for nodes that count by port. */
  readonly ports?: Readonly<Record<string, number>>;
}

export const noRates: Rates = { received: 0, emitted: 0, failed: 0 };

/** Messages a second that leave by a port. Nodes that do not count by port have only one. */
export function rateOf(rates: Rates, port: string): number {
  return rates.ports === undefined ? rates.emitted : (rates.ports[port] ?? 0);
}
const windowMs = 3_000;

/** Adds a reading and forgets what no rate needs any more. Counters that went back mean a restart: it begins anew. */
export function addReading(readings: readonly Reading[], next: Reading): readonly Reading[] {
  const last = readings.at(-1);
  if (last !== undefined && isRestart(last.counters, next.counters)) return [next];
  // The newest reading before the window stays: it is where the window's growth is counted from.
  const firstInside = readings.findIndex(({ atMs }) => atMs >= next.atMs - windowMs);
  const from = firstInside === -1 ? readings.length - 1 : firstInside - 1;
  return [...readings.slice(Math.max(0, from)), next];
}

/** Messages a second at `nowMs`. A node that reports nothing has the counters of its last report. */
export function ratesAt(readings: readonly Reading[], nowMs: number): Rates {
  const last = readings.at(-1);
  const begin = nowMs - windowMs;
  const before = readings.findLast(({ atMs }) => atMs <= begin);
  const first = before ?? readings[0];
  if (first === undefined || last === undefined) return noRates;
  const sinceMs = before === undefined ? first.atMs : begin;
  const seconds = (nowMs - sinceMs) / 1000;
  if (seconds < 0.2) return noRates;
  const rate = (field: "received" | "emitted" | "failed") => (last.counters[field] - first.counters[field]) / seconds;
  const { ports } = last.counters;
  const earlier = first.counters.ports ?? {};
  const byPort =
    ports && Object.entries(ports).map(([port, count]) => [port, (count - (earlier[port] ?? 0)) / seconds]);
  return {
    received: rate("received"),
    emitted: rate("emitted"),
    failed: rate("failed"),
    ...(byPort === undefined ? {} : { ports: Object.fromEntries(byPort) }),
  };
}

function isRestart(before: NodeCounters, after: NodeCounters): boolean {
  return after.received < before.received || after.emitted < before.emitted || after.failed < before.failed;
}

/** The newest points of a series, oldest first, at most `capacity`. Times in milliseconds of the wall clock. */
export interface Series {
  readonly times: readonly number[];
  readonly values: readonly number[];
}

export function appendPoint(series: Series | undefined, atMs: number, value: number, capacity: number): Series {
  if (series === undefined) return { times: [atMs], values: [value] };
  const skip = series.times.length >= capacity ? series.times.length - capacity + 1 : 0;
  return { times: [...series.times.slice(skip), atMs], values: [...series.values.slice(skip), value] };
}
