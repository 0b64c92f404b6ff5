/** Operators: plugins and rules. Pure and synchronous, so that the runtime can fuse them into plain function calls. */
import type { z } from "zod";
import type { Clock } from "./clock.ts";
import type { ConfigSchema, NodeDeclaration, Port, Scope } from "./node.ts";
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

export interface OperatorContext {
  readonly clock: Clock;
  /** `{flow}_{node}` unless the document sets one. */
  readonly ruleId: string;
  readonly ruleName: string;
  /** Sends a point to whatever is wired to the port, and to the port's subjects. Never throws back into the node. */
  emit(point: Point, emission?: Emission): void;
}

export interface Operator<Input> {
  /**
   * Handles one input; emits any number of points before it returns. Throws `MessageError` when this input cannot be
   * handled: it is published on the failed subjects with the original, and the next one goes on.
   */
  process(input: Input, trace: Trace): void;
  /** Cancels timers and lets go of state. */
  close?(): void;
}

export interface OperatorDefinition<
  Schema extends ConfigSchema = ConfigSchema,
  Accepts extends "raw" | "point" = "raw" | "point",
> extends NodeDeclaration<`plugin.${string}` | `rule.${string}`, Schema> {
  /** Raw readings from adapters, or points. A rule always takes points. */
  readonly accepts: Accepts;
  /** Output ports; `[out]` when left out. Every rule also has `failed`, which the runtime adds. */
  readonly outputs?: readonly Port[];
  /** Which devices and keys leave by `out`, given which come in; the same when left out. */
  scope?(config: z.output<Schema>, incoming: Scope): Scope;
  /** Subjects it publishes on besides those of its stage, as concrete or wildcard subjects; for the loop check. */
  publishes?(config: z.output<Schema>): readonly string[];
  /** Plugins only: whether it may send several points in one message, on `iot.processed.batch.{device_id}`. */
  batches?(config: z.output<Schema>): boolean;
  create(config: z.output<Schema>, context: OperatorContext): Operator<Accepts extends "raw" ? Raw : Point>;
}

/** Declares a plugin or rule: the default export of a `*.node.ts`. */
export function defineOperator<Schema extends ConfigSchema, Accepts extends "raw" | "point">(
  definition: OperatorDefinition<Schema, Accepts>,
): OperatorDefinition<Schema, Accepts> & { readonly kind: "operator" } {
  return { ...definition, kind: "operator" };
}
