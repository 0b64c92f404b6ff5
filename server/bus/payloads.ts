/** What the gateway itself adds to points on the bus: results, errors, dead letters, metrics. Types only. */
import type { Aggregate, Alert, Point } from "../../nodes/contract/point.ts";

/**
 * A rule's result is a point with what the rule says about it, so that whoever understands points understands results.
 * `original` is the point that went in, `processed` the one that came out.
 */
export interface RuleResult extends Point {
  readonly rule_id: string;
  readonly rule_name: string;
  readonly flow_id: string;
  readonly success: boolean;
  readonly original: Point;
  readonly processed: Point | null;
  readonly actions: readonly {
    /** The node's type, without `rule.`. */
    readonly type: string;
    readonly success: boolean;
    readonly error?: string;
  }[];
  readonly processed_at: string;
  readonly alerts?: readonly Alert[];
  readonly aggregates?: readonly Aggregate[];
  readonly port?: string;
  readonly reason?: string;
  readonly error?: { readonly type: string; readonly message: string; readonly node: string; readonly attempt: number };
}

/** What became of a command. */
export interface CommandReply {
  readonly ok: boolean;
  readonly device_id?: string;
  readonly key?: string;
  readonly value?: unknown;
  /** Why it was not carried out, or that nobody knows. */
  readonly error?: { readonly type: string; readonly message: string };
  /** What the adapter says beside it, such as the function used. */
  readonly [detail: string]: unknown;
}

export interface ErrorReport {
  readonly type: string;
  readonly message: string;
  readonly module: string;
  readonly flow?: string;
  readonly node?: string;
  readonly device_id?: string;
  readonly key?: string;
  readonly trace_id?: string;
  /** The subject the message came on. */
  readonly subject?: string;
  /** What it was, cut to a size that fits. */
  readonly original?: string;
  /** The point, when a plugin turned one away: what a rule wired to that port gets. */
  readonly point?: Point;
  readonly timestamp: string;
}

export interface DeadLetter {
  readonly subject: string;
  readonly payload_base64: string;
  readonly error: string;
  readonly attempts: number;
  readonly flow: string;
  readonly node: string;
  readonly timestamp: string;
}

export interface PerformanceReport {
  readonly timestamp: string;
  readonly period_ms: number;
  readonly [figure: string]: number | string;
}

export interface HealthReport {
  readonly timestamp: string;
  readonly healthy: boolean;
  readonly state: string;
  readonly detail: string;
  readonly nodes?: number;
  readonly failing?: readonly string[];
}
