/** Operators: plugins and rules. Pure and synchronous, so that the runtime can fuse them into plain function calls. */
import type { z } from "zod";
import type { Clock } from "./clock.ts";
import type { ConfigSchema, NodeDeclaration, OutputsFrom, Port, Scope } from "./node.ts";
import type { Aggregate, Alert, Point, Raw } from "./point.ts";

/** Follows one reading through the gateway. Opaque to nodes: pass on what you were given. */
export interface Trace {
  readonly id: string;
  readonly hops: number;
}

/** What goes with an emitted point. */
export interface Emission {
  /** An output port other than `out`. */
  readonly port?: string;
  readonly alerts?: readonly Alert[];
  readonly aggregates?: readonly Aggregate[];
  /** Why the point took this port; shown beside it. */
  readonly reason?: string;
  /** Needed outside `process`, in timers: the trace of the message that caused this one. */
  readonly trace?: Trace;
}

/** What a person asks of an alarm, which is known by the id of its latest occurrence. */
export type AlarmCommand = {
  /** `id` of the alert. */
  readonly id: string;
  /** Who asks, as it is to be told. */
  readonly by: string;
} & (
  | { readonly verb: "acknowledge" }
  | { readonly verb: "unshelve" }
  /** Milliseconds since 1970; a rule may allow less. */
  | { readonly verb: "shelve"; readonly untilMs: number }
);

export interface OperatorContext<State = unknown> {
  readonly clock: Clock;
  /** `{flow}_{node}` unless the document sets one. */
  readonly ruleId: string;
  readonly ruleName: string;
  /**
   * What the node remembered when it last ran, by entry, as its `state` declares it; empty when there is nothing. Times
   * in it are wall-clock times: timers are armed again for what is left of them.
   */
  readonly restored: ReadonlyMap<string, State>;
  /** Sends a point to whatever is wired to the port, and to the port's subjects. Never throws back into the node. Not from within `create`. */
  emit(point: Point, emission?: Emission): void;
  /** Tells something that concerns no single message, on `iot.errors.{module}.{type}`, in the log and in the editor. */
  report(type: string, message: string): void;
}

export interface Operator<Input, State = unknown> {
  /**
   * Handles one input; emits any number of points before it returns. Throws `MessageError` when this input cannot be
   * handled: it is published on the failed subjects with the original, and the next one goes on.
   */
  process(input: Input, trace: Trace): void;
  /**
   * The state to outlive a restart: all entries, or those that changed since the last call of either kind, `undefined`
   * for one that is gone. Asked for about once a second, between two messages, so `process` only has to note what it
   * touches. Needs `state` in the declaration.
   */
  snapshot?(which: "all" | "changed"): Iterable<readonly [entry: string, state: State | undefined]>;
  /** Carries out what is asked of an alarm, between two messages; false when it has no such alarm, or nothing to do. */
  command?(command: AlarmCommand): boolean;
  /** Cancels timers and lets go of state. */
  close?(): void;
}

/**
 * What an operator remembers over a restart of the gateway, an end of the worker, and a deploy that leaves it as it is.
 * It is a map of entries, such as one for each series, so that saving costs what changed and not what there is. A
 * gateway that is killed comes back with the state of about a second before.
 */
export interface OperatorState<Schema extends ConfigSchema, State> {
  /** The shape of one entry, plain JSON. A saved one that does not fit is left out with a warning. */
  readonly entry: z.ZodType<State>;
  /**
   * What in the configuration gives the state its meaning. While this is the same as JSON, the state goes on under a
   * changed configuration; else the node begins anew. The whole configuration when left out.
   */
  basis?(config: z.output<Schema>): unknown;
}

export interface OperatorDefinition<
  Schema extends ConfigSchema = ConfigSchema,
  Accepts extends "raw" | "point" = "raw" | "point",
  State = unknown,
> extends NodeDeclaration<`plugin.${string}` | `rule.${string}`, Schema> {
  /** Raw readings from adapters, or points. A rule always takes points. */
  readonly accepts: Accepts;
  /** Output ports; `[out]` when left out. Every rule also has `failed`, which the runtime adds. */
  readonly outputs?: readonly Port[];
  /** Ports before those, by the configuration. */
  readonly outputsFrom?: OutputsFrom;
  /** Which devices and keys leave by `out` and the ports of `outputsFrom`, given which come in; the same when left out. */
  scope?(config: z.output<Schema>, incoming: Scope): Scope;
  /** Subjects it publishes on besides those of its stage, as concrete or wildcard subjects; for the loop check. */
  publishes?(config: z.output<Schema>): readonly string[];
  /** Plugins only: whether it may send several points in one message, on `iot.processed.batch.{device_id}`. */
  batches?(config: z.output<Schema>): boolean;
  readonly state?: OperatorState<Schema, State>;
  create(
    config: z.output<Schema>,
    context: OperatorContext<State>,
  ): Operator<Accepts extends "raw" ? Raw : Point, State>;
}

/** Declares a plugin or rule: the default export of a `*.node.ts`. */
export function defineOperator<Schema extends ConfigSchema, Accepts extends "raw" | "point", State = unknown>(
  definition: OperatorDefinition<Schema, Accepts, State>,
): OperatorDefinition<Schema, Accepts, State> & { readonly kind: "operator" } {
  return { ...definition, kind: "operator" };
}
