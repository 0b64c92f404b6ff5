/** Everything that goes over HTTP and WebSocket between the server and its clients. Types only: the editor imports this. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import type { CatalogDescription } from "../../nodes/contract/describe.ts";
import type { ExpressionDescription } from "../../nodes/expression/describe.ts";
import type { Plan } from "../compiler/plan.ts";
import type { Activity, NodeActivity, NodeStatus, TraceHop } from "../runtime/activity.ts";
import type { MessagePlace } from "../runtime/port.ts";

export type { FlowConnection, FlowDocument, FlowNode, FlowWire } from "../../flows/format/document.ts";
export type { Problem } from "../../flows/format/problem.ts";
export type {
  CatalogDescription,
  ConnectionDescription,
  JsonSchema,
  NodeDescription,
} from "../../nodes/contract/describe.ts";
export type { Category, Port } from "../../nodes/contract/node.ts";
export type { ExpressionDescription } from "../../nodes/expression/describe.ts";
export type { Plan } from "../compiler/plan.ts";
export type {
  Activity,
  NodeActivity,
  NodeCounters,
  NodeStatus,
  RuntimeError,
  TapSample,
  TraceHop,
} from "../runtime/activity.ts";
export type { MessagePlace } from "../runtime/port.ts";

/** `method path` → what is sent and what is answered. Every failure answers `ApiError` with a 4xx or 5xx status. */
export interface Routes {
  "GET /api/health": { answer: Health };
  "GET /api/catalog": { answer: CatalogDescription };
  "GET /api/flows": { answer: readonly StoredFlow[] };
  "GET /api/flows/:id": { answer: StoredFlow };
  /** Checks and compiles one document beside all others that are deployed; changes nothing. */
  "POST /api/check": { body: { readonly document: unknown }; answer: CheckAnswer };
  /** All or nothing. 409 `ConflictAnswer` when a base revision is not the present one; 422 `RefusedAnswer` with problems. */
  "POST /api/deploy": { body: DeployRequest; answer: DeployAnswer };
  /** Deploys one document; `If-Match` holds the base revision. */
  "PUT /api/flows/:id": { body: unknown; answer: DeployAnswer };
  "DELETE /api/flows/:id": { answer: DeployAnswer };
  "GET /api/flows/:id/revisions": { answer: readonly Revision[] };
  "GET /api/flows/:id/revisions/:revision": { answer: StoredFlow };
  "GET /api/plan": { answer: Plan };
  /** Everything known now of every node: what a client shows before the first live event. */
  "GET /api/status": { answer: { readonly statuses: readonly NodeStatus[]; readonly nodes: readonly NodeActivity[] } };
  /** Which nodes a message passed that was sampled for somebody; no hops when it is not known any more. */
  "GET /api/traces/:id": { answer: { readonly hops: readonly TraceHop[] } };
  /** What may stand in an expression. */
  "GET /api/expressions": { answer: ExpressionDescription };
  /** Tries an expression on the latest messages of nodes that run; changes nothing. */
  "POST /api/evaluate": { body: EvaluateRequest; answer: EvaluateAnswer };
  /** Publishes a payload on a concrete subject, exactly as `nats pub` would. */
  "POST /api/publish": { body: { readonly subject: string; readonly payload: unknown }; answer: { readonly ok: true } };
}
export type RouteName = keyof Routes;

export interface ApiError {
  readonly error: { readonly code: string; readonly message: string };
}

export interface Health {
  readonly status: "ok" | "degraded" | "failed";
  readonly version: string;
  readonly uptimeS: number;
  readonly bus: {
    readonly state: "connected" | "disconnected" | "closed";
    readonly url: string;
    readonly server: string;
    readonly detail: string;
  };
  readonly jetstream: { readonly enabled: boolean; readonly healthy: boolean; readonly detail: string };
  readonly natsServer: { readonly embedded: boolean; readonly state: string; readonly detail: string };
  readonly runtime: {
    readonly state: string;
    readonly flows: number;
    readonly nodes: number;
    readonly failing: number;
  };
}

export interface StoredFlow {
  readonly document: FlowDocument;
  /** Counts deployments of this flow, from 1; 0 = a file that was never deployed through the API. */
  readonly revision: number;
  /** RFC 3339. */
  readonly deployedAt: string;
  readonly author: string;
  /** Why it is stored but does not run. */
  readonly problems: readonly Problem[];
}

export interface Revision {
  readonly revision: number;
  readonly deployedAt: string;
  readonly author: string;
  readonly message: string;
}

export interface CheckAnswer {
  readonly problems: readonly Problem[];
  /** By node id: what only the server can say about it. */
  readonly nodes: Readonly<Record<string, NodeInsight>>;
}
export interface NodeInsight {
  /** "value > 80 → critical". */
  readonly line: string;
  /** What it subscribes to: shown as a chip on an input without a wire. */
  readonly reads: readonly string[];
  readonly publishes: readonly string[];
}

export interface EvaluateRequest {
  readonly source: string;
  readonly kind: "expression" | "template";
  /** Names the node hands in besides those of the point. */
  readonly variables: readonly string[];
  /** Whose messages to try it on. */
  readonly places: readonly MessagePlace[];
}
/** `tags`: names that occur on these messages. */
export type EvaluateAnswer =
  | { readonly ok: true; readonly results: readonly EvaluateResult[]; readonly tags: readonly string[] }
  /** `position` counts characters from 0. */
  | { readonly ok: false; readonly message: string; readonly position: number; readonly tags: readonly string[] };
/** For the latest point of one series. Value and result as JSON, cut to 200 characters. */
export interface EvaluateResult {
  readonly device: string;
  readonly key: string;
  readonly value: string;
  readonly result?: string;
  /** Why there is no result for this point. */
  readonly error?: string;
}

export interface DeployRequest {
  readonly flows: readonly {
    readonly id: string;
    /** The revision the change is based on; 0 for a new flow. */
    readonly baseRevision: number;
    /** `null` removes the flow. */
    readonly document: unknown;
  }[];
  readonly message?: string;
}
export interface DeployAnswer {
  readonly flows: readonly { readonly id: string; readonly revision: number }[];
  readonly warnings: readonly Problem[];
  /** Counts of nodes. */
  readonly changes: {
    readonly started: number;
    readonly restarted: number;
    readonly rewired: number;
    readonly stopped: number;
    readonly kept: number;
  };
}
export interface ConflictAnswer extends ApiError {
  readonly conflicts: readonly { readonly id: string; readonly current: StoredFlow | null }[];
}
export interface RefusedAnswer extends ApiError {
  readonly problems: readonly Problem[];
}

/** Client → server on `/api/live`. */
export type LiveRequest =
  | { readonly type: "watch"; readonly flows: readonly string[] }
  /** Replaces the client's taps. An empty `port` means every port. */
  | { readonly type: "tap"; readonly taps: readonly Tap[] }
  /** Begins or ends `subjects` events: first all subjects known, then every second those that changed. */
  | { readonly type: "subjects"; readonly isWatching: boolean };
export interface Tap {
  readonly flow: string;
  readonly node: string;
  readonly port: string;
}

/** What the gateway hears on the bus, from when somebody begins to look. */
export interface SubjectsSeen {
  readonly subjects: readonly SubjectActivity[];
  /** Messages on subjects beyond the 2,000 that are told apart. */
  readonly unlisted: number;
  /** More comes than is listened to: counts are of the part that was heard, rates are extrapolated from it. */
  readonly isSampled: boolean;
  /** Why nothing can be heard; empty when all is well. */
  readonly problem: string;
}
export interface SubjectActivity {
  readonly subject: string;
  readonly count: number;
  readonly perSecond: number;
  /** Wall clock of about the last message, to the second. */
  readonly atMs: number;
  /** Of the last message, cut to 200 characters: its value as JSON, or whatever else it holds. */
  readonly value: string;
  /** Empty when the message names none. */
  readonly device: string;
  readonly key: string;
  /** `flow/node`; empty when it is none of ours. */
  readonly publisher: string;
}

/** Server → client on `/api/live`. */
export type LiveEvent =
  | ({ readonly type: "activity" } & Activity)
  | { readonly type: "health"; readonly health: Health }
  | ({ readonly type: "subjects" } & SubjectsSeen)
  /** Somebody deployed: ids with their present revision, `0` when removed. */
  | {
      readonly type: "deployed";
      readonly flows: readonly { readonly id: string; readonly revision: number }[];
      readonly author: string;
    };
