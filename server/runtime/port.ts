/** The typed message port between the main thread and the worker that runs the flows. */
import type { Problem } from "../../flows/format/problem.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { Plan } from "../compiler/plan.ts";
import type { Activity, TraceHop } from "./activity.ts";

interface Changes {
  readonly started: number;
  readonly restarted: number;
  readonly rewired: number;
  readonly stopped: number;
  readonly kept: number;
}

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
  tap(targets: readonly TapTarget[]): void;
  /** Which nodes a message passed that was sampled for a tap, in order; empty when it is not known any more. */
  trace(traceId: string): Promise<readonly TraceHop[]>;
  /** The latest messages of plugins and rules, as far as they run, in no order. */
  recent(places: readonly MessagePlace[]): Promise<readonly (Point | Raw)[]>;
  onActivity(call: (activity: Activity) => void): () => void;
  /** Lets messages under way finish, closes connectors, then the bus connection. */
  stop(): Promise<void>;
}

export type ApplyResult =
  | { readonly ok: true; readonly changes: Changes }
  | { readonly ok: false; readonly problems: readonly Problem[] };
