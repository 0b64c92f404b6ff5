/** The typed message port between the main thread and the worker that runs the flows. */
import type { Problem } from "../../flows/format/problem.ts";
import type { Probed } from "../../nodes/contract/connector.ts";
import type { AlarmCommand } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { FlowPlan, Plan } from "../compiler/plan.ts";
import type { Activity, TraceHop } from "./activity.ts";

interface Changes {
  readonly started: number;
  readonly restarted: number;
  readonly rewired: number;
  readonly stopped: number;
  readonly kept: number;
}

/** What the documents still hold, also those that do not run now and go on later from where they were. */
export interface KeptNodes {
  /** As `nodeKey` makes them. */
  readonly nodes: readonly string[];
  readonly hasDurableFlow: boolean;
}

export interface RetriedMessage {
  readonly flow: string;
  readonly node: string;
  readonly subject: string;
  /** As JSON text. */
  readonly text: string;
}
export type RetryOutcome = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** What is tapped: `port` empty = every port of the node. */
export interface TapTarget {
  readonly flow: string;
  readonly node: string;
  readonly port: string;
}

/** What came into a node, or what left it by its first port. */
export interface MessagePlace {
  readonly flow: string;
  readonly node: string;
  readonly side: "in" | "out";
}

/** A running set of flows, wherever it runs. The main thread holds a proxy of the worker's. */
export interface Runtime {
  /**
   * Makes the running flows what the plan says, touching only what differs. When something that is new or changed
   * cannot start, everything is as it was before and the problems say why.
   */
  apply(plan: Plan): Promise<ApplyResult>;
  /** The last plan that was applied stands for good: places in streams of nodes that no document has are given up. */
  committed(kept: KeptNodes): void;
  /**
   * Gives a message once more to the node that gave it up, and to no other. Resolves when the node has settled it, which
   * may take as long as its target is away; rejects when the runtime ends before that.
   */
  retry(message: RetriedMessage): Promise<RetryOutcome>;
  tap(targets: readonly TapTarget[]): void;
  /** Which nodes a message passed that was sampled for a tap, in order; empty when it is not known any more. */
  trace(traceId: string): Promise<readonly TraceHop[]>;
  /** The latest messages of plugins and rules, as far as they run, in no order. */
  recent(places: readonly MessagePlace[]): Promise<readonly (Point | Raw)[]>;
  /** Reads once what an adapter would read, deployed or not. Never rejects. */
  probe(request: ProbeRequest): Promise<ProbeResult>;
  /** Asks the rule that has the alarm; false when none has, or there is nothing to do. */
  command(command: AlarmCommand): Promise<boolean>;
  onActivity(call: (activity: Activity) => void): () => void;
  /** Lets messages under way finish, closes connectors, then the bus connection. */
  stop(): Promise<void>;
}

export interface ProbeRequest {
  /** With the node and its connection; it need not be deployed. */
  readonly flow: FlowPlan;
  /** The id of an adapter. */
  readonly node: string;
  /** Empty: all. */
  readonly keys: readonly string[];
}
export type ProbeResult =
  | { readonly ok: true; readonly values: readonly Probed[]; readonly tookMs: number }
  | { readonly ok: false; readonly message: string };

export type ApplyResult =
  | { readonly ok: true; readonly changes: Changes }
  | { readonly ok: false; readonly problems: readonly Problem[] };
