/** Everything that goes over HTTP and WebSocket between the server and its clients. Types only: the editor imports this. */
import type { FlowDocument } from "../../flows/format/document.ts";
import type { Problem } from "../../flows/format/problem.ts";
import type { ImportResult } from "../../flows/import/report.ts";
import type { Probed } from "../../nodes/contract/connector.ts";
import type { CatalogDescription } from "../../nodes/contract/describe.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { ExpressionDescription } from "../../nodes/expression/describe.ts";
import type { GrantableRole, Role } from "../accounts/roles.ts";
import type { NodeInsight } from "../compiler/insight.ts";
import type { Plan } from "../compiler/plan.ts";
import type { Activity, NodeActivity, NodeStatus, TraceHop } from "../runtime/activity.ts";
import type { MessagePlace } from "../runtime/port.ts";
import type { AlarmCounts, AlarmEventRow, AlarmJournalEntry, AlarmRow } from "../store/alarms.ts";
import type { DeadLetterAction } from "../store/dead-letter-actions.ts";
import type { TrialAnswer, TrialInput, TrialRequest } from "../trial/trial.ts";
import type { Download } from "./download.ts";

export type { FlowConnection, FlowDocument, FlowNode, FlowWire } from "../../flows/format/document.ts";
export type { Problem } from "../../flows/format/problem.ts";
export type { ImportResult } from "../../flows/import/report.ts";
export type {
  CatalogDescription,
  ConnectionDescription,
  JsonSchema,
  NodeDescription,
} from "../../nodes/contract/describe.ts";
export type { Category, Port } from "../../nodes/contract/node.ts";
export type { ExpressionDescription } from "../../nodes/expression/describe.ts";
export type { GrantableRole, Role } from "../accounts/roles.ts";
export type { CompiledNode, NodeInsight } from "../compiler/insight.ts";
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
export type { AlarmCounts, AlarmEventRow, AlarmJournalEntry, AlarmRow } from "../store/alarms.ts";
export type { DeadLetterAction } from "../store/dead-letter-actions.ts";
export type { TrialError, TrialEvent, TrialInput, TrialReading } from "../trial/trial.ts";
export type { Download } from "./download.ts";

/** `method path` → what is sent and what is answered. Every failure answers `ApiError` with a 4xx or 5xx status. */
export interface Routes {
  "GET /api/health": { answer: Health };
  /** This table as OpenAPI 3.1. */
  "GET /api/openapi.json": { answer: Readonly<Record<string, unknown>> };
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
  /**
   * Reads once what an adapter of a document would read, deployed or not; nothing of it reaches the bus. 422 with problems
   * when its configuration is wrong, 502 when the device or its connection cannot be reached.
   */
  "POST /api/probe": { body: ProbeBody; answer: ProbeAnswer };
  "GET /api/plan": { answer: Plan };
  /** Everything known now of every node: what a client shows before the first live event. */
  "GET /api/status": { answer: { readonly statuses: readonly NodeStatus[]; readonly nodes: readonly NodeActivity[] } };
  /** Which nodes a message passed that was sampled for somebody; no hops when it is not known any more. */
  "GET /api/traces/:id": { answer: { readonly hops: readonly TraceHop[] } };
  /** What may stand in an expression. */
  "GET /api/expressions": { answer: ExpressionDescription };
  /** Tries an expression on the latest messages of nodes that run; changes nothing. */
  "POST /api/evaluate": { body: EvaluateRequest; answer: EvaluateAnswer };
  /** The latest messages of plugins and rules that run, in no order; changes nothing. */
  "POST /api/recent": { body: { readonly places: readonly MessagePlace[] }; answer: readonly LiveMessage[] };
  /**
   * Sends messages through a flow that need not be deployed, in virtual time, and answers what each node made of them.
   * Nothing is read from devices and nothing is sent. 404 when `test` does not stand beside the flow any more.
   */
  "POST /api/trial": { body: TrialBody; answer: TrialOutcome };
  /** What stands in the file of tests beside a flow. */
  "GET /api/flows/:id/tests": { answer: SavedTests };
  /** What a Node-RED export, or a file of ours, becomes; changes nothing. `name` is the file, for messages. */
  "POST /api/import": { body: { readonly text: string; readonly name: string }; answer: ImportResult };
  "GET /api/session": { answer: Session };
  /** Makes the first user with the link that the gateway printed, and signs them in. */
  "POST /api/setup": {
    body: { readonly token: string; readonly name: string; readonly password: string };
    answer: Session;
  };
  /** Signs in. 401 when name or password are wrong, 429 with `Retry-After` after too many tries. */
  "POST /api/session": { body: { readonly name: string; readonly password: string }; answer: Session };
  "DELETE /api/session": { answer: Done };
  /** One's own; an admin's are everybody's. */
  "GET /api/sessions": { answer: readonly SessionInfo[] };
  "DELETE /api/sessions/:id": { answer: Done };
  "PUT /api/password": { body: { readonly current: string; readonly next: string }; answer: Done };
  "GET /api/users": { answer: readonly UserInfo[] };
  "POST /api/users": {
    body: { readonly name: string; readonly password: string; readonly role: GrantableRole };
    answer: Done;
  };
  "PUT /api/users/:name": {
    body: { readonly role?: GrantableRole; readonly isDisabled?: boolean; readonly password?: string };
    answer: Done;
  };
  "DELETE /api/users/:name": { answer: Done };
  "GET /api/tokens": { answer: readonly TokenInfo[] };
  /** The answer is the only time the token is shown. */
  "POST /api/tokens": {
    body: { readonly title: string; readonly role: GrantableRole; readonly days: number };
    answer: { readonly token: string };
  };
  "DELETE /api/tokens/:id": { answer: Done };
  /** Names only: a secret can be set and removed, never read. */
  "GET /api/secrets": { answer: readonly SecretInfo[] };
  "PUT /api/secrets/:name": { body: { readonly value: string }; answer: Done };
  "DELETE /api/secrets/:name": { answer: Done };
  /** Newest first; `?before=`, `?limit=`, `?actor=`, `?text=`. */
  "GET /api/audit": { answer: readonly AuditInfo[] };
  "GET /api/audit/check": { answer: AuditCheck };
  /** The whole gateway as a `tar.gz`, for `sluice restore`: everything but the key of the secrets. One at a time: 409. */
  "POST /api/backup": { answer: Download };
  /** `?show=current|active|unacknowledged|shelved|all`, `?level=`, `?device=`, `?text=`, `?limit=`; what needs somebody first. */
  "GET /api/alarms": { answer: AlarmList };
  /** Everything that happened to one occurrence, oldest first. */
  "GET /api/alarms/:id/journal": { answer: readonly AlarmJournalEntry[] };
  /** What happened to all of them, newest first: `?before=` (an id), `?level=`, `?text=`, `?limit=`. */
  "GET /api/alarm-journal": { answer: readonly AlarmEventRow[] };
  /** 409 when there is nothing to acknowledge. */
  "POST /api/alarms/:id/acknowledge": { body: { readonly comment?: string }; answer: Done };
  /** `until` is RFC 3339; the rule may allow less. */
  "POST /api/alarms/:id/shelve": { body: { readonly until: string; readonly comment?: string }; answer: Done };
  "POST /api/alarms/:id/unshelve": { body: { readonly comment?: string }; answer: Done };
  "POST /api/alarms/:id/comment": { body: { readonly comment: string }; answer: Done };
  /** Publishes a payload on a concrete subject, exactly as `nats pub` would. */
  "POST /api/publish": { body: { readonly subject: string; readonly payload: unknown }; answer: { readonly ok: true } };
  /**
   * Messages that were given up, oldest first. Query: `after` (a sequence), `limit` (1 to 500, 100 if left out), `flow`,
   * `node`.
   */
  "GET /api/dead-letters": { answer: DeadLetterList };
  "GET /api/dead-letters/:sequence": { answer: DeadLetterDetail };
  /**
   * Gives it once more to the node that gave it up, and to no other; with `payload` in place of what it was. It goes from
   * the list when the node has taken it. 409 when the node refuses it again (`refused`), does not run, or a replay of it
   * is under way.
   */
  "POST /api/dead-letters/:sequence/replay": { body: { readonly payload?: string }; answer: ReplayAnswer };
  /** Discards it for good. */
  "DELETE /api/dead-letters/:sequence": { answer: { readonly ok: true } };
  /** What was done with dead letters, newest first; `limit` as above. */
  "GET /api/dead-letter-actions": { answer: readonly DeadLetterAction[] };
}
export type RouteName = keyof Routes;

export type LiveMessage = Point | Raw;

export interface TrialBody extends Pick<TrialRequest, "document" | "inputs" | "endMs"> {
  /** 2026-01-01T00:00:00Z when left out. */
  readonly startMs?: number;
  /** The name of a test beside the flow: what is sent is what it sends, and the outcome is compared with what it expects. */
  readonly test?: string;
}
export type TrialOutcome = TrialAnswer & {
  /** Where the outcome is not what the test expects, in lines; with `test` only. */
  readonly failures?: readonly { readonly atMs: number; readonly lines: readonly string[] }[];
};
export interface SavedTests {
  readonly tests: readonly SavedTest[];
  /** Why the file cannot be read. */
  readonly faults: readonly string[];
}
export interface SavedTest extends Pick<TrialRequest, "startMs" | "endMs"> {
  readonly name: string;
  readonly inputs: readonly TrialInput[];
}

export interface AlarmList {
  readonly alarms: readonly AlarmRow[];
  /** Of all, whatever the filter. */
  readonly counts: AlarmCounts;
  /** In each of the last 60 minutes, oldest first. */
  readonly raisedPerMinute: readonly number[];
}

export interface Done {
  readonly ok: true;
}

export interface Session {
  /**
   * `setup`: there is no user yet; whoever has the printed link makes the first. `signed-out`: sign in.
   * `open`: nobody has to sign in here.
   */
  readonly state: "setup" | "signed-out" | "signed-in" | "open";
  /** Empty unless signed in. */
  readonly name: string;
  readonly role: Role;
}
export interface SessionInfo {
  readonly id: string;
  readonly user: string;
  readonly browser: string;
  /** RFC 3339, as all times. */
  readonly since: string;
  readonly lastUsed: string;
  readonly isThis: boolean;
}
export interface UserInfo {
  readonly name: string;
  readonly role: GrantableRole;
  readonly isDisabled: boolean;
  readonly createdAt: string;
}
export interface TokenInfo {
  readonly id: string;
  readonly title: string;
  readonly role: GrantableRole;
  readonly createdBy: string;
  readonly lastUsed: string;
  readonly expires: string;
}
export interface SecretInfo {
  readonly name: string;
  readonly changedBy: string;
  readonly changedAt: string;
}
export interface AuditInfo {
  readonly id: number;
  readonly at: string;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly target: string;
  /** `ok`, or why not. */
  readonly outcome: string;
  readonly detail: Readonly<Record<string, unknown>>;
}
export interface AuditCheck {
  readonly entries: number;
  /** The first entry that was changed, or after which one is missing; `null` when all hold. */
  readonly brokenAt: number | null;
  readonly lastHash: string;
}

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
  /** What somebody should know or do something about, in plain words: a clock that jumped, a disk that fills, a store that was harmed. */
  readonly notices: readonly string[];
  readonly runtime: {
    readonly state: string;
    readonly flows: number;
    readonly nodes: number;
    readonly failing: number;
  };
}

export interface DeadLetterSummary {
  /** Its name: of all messages in the stream IOT_DLQ it has this number. */
  readonly sequence: number;
  /** RFC 3339: when it was given up. */
  readonly at: string;
  readonly flow: string;
  readonly node: string;
  /** What it came on. */
  readonly subject: string;
  /** Why it was given up. */
  readonly error: string;
  readonly attempts: number;
  readonly traceId: string;
  /** The beginning of the payload. */
  readonly excerpt: string;
  /** A replay is under way: the node's target has not taken it yet. */
  readonly isReplaying: boolean;
}
export interface DeadLetterList {
  readonly letters: readonly DeadLetterSummary[];
  /** Of all, whatever was asked for. */
  readonly total: number;
  /** `after` for the next part; `null` at the end. */
  readonly next: number | null;
}
export interface DeadLetterDetail extends DeadLetterSummary {
  /** The complete message as text: byte for byte as it came when it is UTF-8. */
  readonly payload: string;
}
export interface ReplayAnswer {
  /** `waiting`: the node has it, but its target is away; it stays in the list, marked, until it is delivered. */
  readonly state: "delivered" | "waiting";
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
export interface ProbeBody {
  readonly document: unknown;
  /** The id of the adapter. */
  readonly node: string;
  /** Only these keys; all when left out. */
  readonly keys?: readonly string[];
}
export interface ProbeAnswer {
  readonly values: readonly Probed[];
  readonly tookMs: number;
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
  /** When somebody begins to look, and whenever something happened to alarms. */
  | { readonly type: "alarms"; readonly counts: AlarmCounts }
  /** Somebody deployed: ids with their present revision, `0` when removed. */
  | {
      readonly type: "deployed";
      readonly flows: readonly { readonly id: string; readonly revision: number }[];
      readonly author: string;
    };
