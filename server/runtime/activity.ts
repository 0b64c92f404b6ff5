/** What the runtime tells about itself: states, counters, samples. Types only; the live feed and metrics are made of it. */
import type { State } from "../../nodes/contract/connection.ts";

/** Counters only ever grow while the node runs; rates are made by whoever reads them twice. */
export interface NodeCounters {
  /** Messages in and out, points where one message holds several. */
  readonly received: number;
  readonly emitted: number;
  /** Messages out by port, `failed` included. Plugins and rules only: an adapter has one port, a sink none. */
  readonly ports?: Readonly<Record<string, number>>;
  /** Messages it could not handle. */
  readonly failed: number;
  /** Messages given up because a mailbox was full. */
  readonly dropped: number;
  /** Waiting for it now, in memory or in the stream. */
  readonly queued: number;
  /** Wall clock of the last message out, milliseconds; 0 = none yet. */
  readonly lastMessageMs: number;
}

export interface NodeStatus {
  readonly flow: string;
  readonly node: string;
  readonly state: State;
  /** In plain words; empty when there is nothing to say. */
  readonly detail: string;
  /** Wall clock, milliseconds. */
  readonly sinceMs: number;
}

/** The store-and-forward buffer of a sink: messages that stay in the stream until its target has confirmed them. */
export interface NodeBuffer {
  readonly waiting: number;
  /** Of the oldest that waits; 0 when none does. */
  readonly oldestAgeMs: number;
  /** 0 to 1: how much of the stream's room what waits takes. At 1 the oldest are lost. */
  readonly fill: number;
  /** Dropped by the stream before they were delivered; counted in `dropped` as well. */
  readonly lost: number;
  /** Why the last write failed; empty when none has. */
  readonly lastError: string;
}

export interface NodeActivity {
  readonly flow: string;
  readonly node: string;
  readonly counters: NodeCounters;
  /** Sinks that read through a stream. */
  readonly buffer?: NodeBuffer;
  /** The last point that left it by its first port, for the card. */
  readonly last?: { readonly device_id: string; readonly key: string; readonly value: unknown };
}

/** One message seen on a tap: what left `node` by `port`. */
export interface TapSample {
  readonly flow: string;
  readonly node: string;
  readonly port: string;
  readonly traceId: string;
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  /** The payload as JSON text, cut to 16 kB. */
  readonly text: string;
  readonly truncated: boolean;
}

/** One place that a message passed: what came into `node` (`port` is `in`), or what left it by `port`. */
export interface TraceHop {
  readonly flow: string;
  readonly node: string;
  readonly port: string;
  /** Wall clock, milliseconds. */
  readonly atMs: number;
  /** As JSON text, cut to 16 kB. */
  readonly text: string;
  readonly truncated: boolean;
  /** The series of the point that made the node emit this one; absent when no point did. */
  readonly cause?: { readonly device_id: string; readonly key: string };
}

/** Something went wrong with a message or a peer: what the Debug drawer shows in red. */
export interface RuntimeError {
  readonly flow: string;
  readonly node: string;
  readonly atMs: number;
  readonly type: string;
  readonly message: string;
  readonly traceId?: string;
}

/** Sent by the runtime every 250 ms: only what changed since the last one. */
export interface Activity {
  readonly statuses: readonly NodeStatus[];
  readonly nodes: readonly NodeActivity[];
  readonly samples: readonly TapSample[];
  /** Samples left out because there were more than the feed carries. */
  readonly skipped: number;
  readonly errors: readonly RuntimeError[];
}
