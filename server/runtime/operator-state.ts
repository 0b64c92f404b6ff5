/** One operator's state: to JSON texts and back. */
import { createHash } from "node:crypto";
import type { Operator, OperatorDefinition } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { OperatorPlan } from "../compiler/plan.ts";
import type { Log } from "../log.ts";
import type { NodeState, NodeStateChange } from "../node-state.ts";

type Definition = Pick<OperatorDefinition, "state" | "config" | "type">;

/** Fingerprint of what gives the state its meaning; `undefined` for a type that remembers nothing. */
export function stateBasis({ state, config, type }: Definition, plan: OperatorPlan): string | undefined {
  if (state === undefined) return undefined;
  const parsed = config.parse(plan.config);
  const basis = JSON.stringify([type, state.basis?.(parsed) ?? parsed]);
  return createHash("sha256").update(basis).digest("hex").slice(0, 16);
}

/** The entries that fit; the others are left out, and the log says how many and why the first did not. */
export function readState(
  { state }: Definition,
  saved: Pick<NodeState, "entries"> | undefined,
  log: Log,
): ReadonlyMap<string, unknown> {
  const restored = new Map<string, unknown>();
  if (state === undefined || saved === undefined) return restored;
  let left = 0;
  let why = "";
  for (const [entry, json] of saved.entries) {
    try {
      restored.set(entry, state.entry.parse(JSON.parse(json)));
    } catch (error) {
      if (left++ === 0) why = `${entry}: ${error instanceof Error ? error.message : String(error)}`;
    }
  }
  if (left > 0) log.warn({ left, why }, "some of what the node remembered does not fit and is left out");
  return restored;
}

export function writeState(operator: Operator<Point | Raw>, which: "all" | "changed"): NodeStateChange["entries"] {
  if (operator.snapshot === undefined) return [];
  return [...operator.snapshot(which)].map(([entry, state]) => [
    entry,
    state === undefined ? null : JSON.stringify(state),
  ]);
}
