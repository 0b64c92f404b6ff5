/** A trial: what goes into a flow that is not deployed, and what came of it. Plain data, for the worker, the API and tests of flows. */
import type { Problem } from "../../flows/format/problem.ts";

export interface TrialRequest {
  /** The flow, in the form of its file. It runs even where it is not enabled. */
  readonly document: unknown;
  /** What the wall clock shows when it starts, milliseconds since 1970. */
  readonly startMs: number;
  readonly inputs: readonly TrialInput[];
  /** When it ends, after its start. Time passes only in the trial. */
  readonly endMs: number;
}

/** `atMs` counts from the start of the trial. */
export type TrialInput = { readonly atMs: number; readonly node: string } & (
  | { readonly reading: TrialReading }
  /** What would come in on the node's subject: a point, a list of points, for a sink any object. */
  | { readonly message: unknown }
);

/** What an adapter would have read: it leaves the adapter, or goes into a plugin that takes readings. */
export interface TrialReading {
  readonly payload: unknown;
  /** The adapter's own device where this is left out, or else the node's id. */
  readonly device?: string | undefined;
  /** `text` for a text and `json` for anything else where this is left out. */
  readonly encoding?: "text" | "base64" | "json" | undefined;
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
}

/** One message at one node. */
export interface TrialEvent {
  /** Since the start. */
  readonly atMs: number;
  readonly node: string;
  /** `in`: what a sink, or a node with a peer, was given and would have sent on. */
  readonly port: string;
  readonly traceId: string;
  /** A point or reading, with `reason`, `alerts` and `aggregates` where the node adds them; for a sink the message it was given. */
  readonly message: unknown;
}

export interface TrialError {
  readonly atMs: number;
  readonly node: string;
  readonly type: string;
  readonly message: string;
}

export type TrialAnswer =
  | {
      readonly ok: true;
      readonly warnings: readonly Problem[];
      /** In the order in which they happened. */
      readonly events: readonly TrialEvent[];
      readonly errors: readonly TrialError[];
      /** Nodes that were not opened: adapters read nothing, sinks and nodes with a peer sent nothing. */
      readonly captured: readonly string[];
      /** It stopped at `trialLimits.events` or `trialLimits.bytes`: what came after is missing. */
      readonly isCut: boolean;
    }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export const trialLimits = {
  inputs: 1_000,
  events: 10_000,
  /** Of all events together, as JSON. */
  bytes: 8_000_000,
  /** Time within the trial. */
  lengthMs: 7 * 86_400_000,
  /** Time it may take. */
  wallMs: 15_000,
} as const;
