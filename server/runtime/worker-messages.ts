/** What the main thread and the worker say to each other. */
import type { Reach } from "../../nodes/contract/connector.ts";
import type { AlarmCommand } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { BusOptions } from "../bus/connect-options.ts";
import type { Plan } from "../compiler/plan.ts";
import type { LogOptions } from "../log.ts";
import type { Activity, TraceHop } from "./activity.ts";
import type {
  ApplyResult,
  KeptNodes,
  MessagePlace,
  ProbeRequest,
  ProbeResult,
  RetriedMessage,
  RetryOutcome,
  TapTarget,
} from "./port.ts";
import type { StateAnswer, StateRequest } from "./state-bridge.ts";

/** Everything a worker needs to run flows; plain data, so that it can be another thread or another process. */
export interface WorkerOptions<BusOptions> {
  readonly bus: BusOptions;
  /** To publish through. */
  readonly connections: number;
  readonly log: LogOptions;
  readonly filesRoot: string;
  readonly reach: Reach;
  readonly outputSubject: string;
  readonly errorSubject?: string;
  readonly replayPerS: number;
  readonly metricsPeriodMs: number;
}

export type RuntimeWorkerOptions = WorkerOptions<Omit<BusOptions, "log">>;

export type ToWorker =
  /** The first message, and only once. */
  | { readonly type: "start"; readonly options: RuntimeWorkerOptions }
  | { readonly type: "apply"; readonly call: number; readonly plan: Plan }
  | { readonly type: "retry"; readonly call: number; readonly message: RetriedMessage }
  | { readonly type: "committed"; readonly kept: KeptNodes }
  | { readonly type: "trace"; readonly call: number; readonly traceId: string }
  | { readonly type: "recent"; readonly call: number; readonly places: readonly MessagePlace[] }
  | { readonly type: "probe"; readonly call: number; readonly request: ProbeRequest }
  | { readonly type: "command"; readonly call: number; readonly command: AlarmCommand }
  | { readonly type: "tap"; readonly targets: readonly TapTarget[] }
  | { readonly type: "state"; readonly answer: StateAnswer }
  | { readonly type: "stop" };

export type FromWorker =
  | { readonly type: "ready" }
  | { readonly type: "applied"; readonly call: number; readonly result: ApplyResult }
  | { readonly type: "retried"; readonly call: number; readonly outcome: RetryOutcome }
  | { readonly type: "traced"; readonly call: number; readonly hops: readonly TraceHop[] }
  | { readonly type: "messages"; readonly call: number; readonly messages: readonly (Point | Raw)[] }
  | { readonly type: "probed"; readonly call: number; readonly result: ProbeResult }
  | { readonly type: "commanded"; readonly call: number; readonly isDone: boolean }
  | { readonly type: "activity"; readonly activity: Activity }
  | { readonly type: "state"; readonly request: StateRequest }
  | { readonly type: "stopped" };
