/** Collects what the nodes tell, and says only what has changed since it was last asked. */
import type { Clock } from "../../nodes/contract/clock.ts";
import type { State } from "../../nodes/contract/connection.ts";
import { nodeKey } from "../compiler/plan.ts";
import type { Activity, NodeActivity, NodeCounters, NodeStatus } from "./activity.ts";
import type { Counters } from "./counters.ts";
import type { Errors } from "./errors.ts";
import type { Taps } from "./taps.ts";

export interface Reporting {
  readonly flow: string;
  readonly plan: { readonly id: string };
  readonly counters: Counters;
  readonly last: NodeActivity["last"];
  buffer?(): NodeActivity["buffer"];
}

export class ActivityFeed {
  #clock: Clock;
  #statuses = new Map<string, NodeStatus>();
  #changed = new Set<string>();
  #reported = new Map<string, NodeCounters>();
  #buffers = new Map<string, string>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Answers the state before, when it was another one. */
  setStatus(flow: string, node: string, state: State, detail: string): State | undefined {
    const key = nodeKey(flow, node);
    const before = this.#statuses.get(key);
    if (before?.state === state && before.detail === detail) return undefined;
    const sinceMs = before?.state === state ? before.sinceMs : this.#clock.now();
    this.#statuses.set(key, { flow, node, state, detail, sinceMs });
    this.#changed.add(key);
    return before?.state === state ? undefined : before?.state;
  }

  statuses(): Iterable<NodeStatus> {
    return this.#statuses.values();
  }

  forget(flow: string, node: string): void {
    const key = nodeKey(flow, node);
    this.#statuses.delete(key);
    this.#changed.delete(key);
    this.#reported.delete(key);
    this.#buffers.delete(key);
  }

  take(nodes: Iterable<Reporting>, taps: Taps, errors: Errors): Activity {
    const active: NodeActivity[] = [];
    for (const node of nodes) {
      const { flow, plan, counters, last } = node;
      const key = nodeKey(flow, plan.id);
      const before = this.#reported.get(key);
      const buffer = node.buffer?.();
      const isSameBuffer = buffer === undefined || this.#buffers.get(key) === shownOf(buffer);
      if (before !== undefined && counters.equals(before) && isSameBuffer) continue;
      if (buffer !== undefined) this.#buffers.set(key, shownOf(buffer));
      const copy = counters.copy();
      this.#reported.set(key, copy);
      const shown = last && { last: { device_id: last.device_id, key: last.key, value: last.value } };
      active.push({ flow, node: plan.id, counters: copy, ...(buffer === undefined ? {} : { buffer }), ...shown });
    }
    const statuses = [...this.#changed].flatMap((key) => this.#statuses.get(key) ?? []);
    this.#changed.clear();
    return { statuses, nodes: active, ...taps.take(), errors: errors.take() };
  }
}

/** An age that only grows is worth telling once a second. */
function shownOf({ oldestAgeMs, ...rest }: NonNullable<NodeActivity["buffer"]>): string {
  return JSON.stringify({ ...rest, oldestAgeS: Math.floor(oldestAgeMs / 1_000) });
}
