/** The last that every node said about itself: what a client is shown before anything moves. */
import { nodeKey, type Plan } from "../compiler/plan.ts";
import type { Activity, NodeActivity, NodeStatus } from "../runtime/activity.ts";

export interface Snapshot {
  readonly statuses: readonly NodeStatus[];
  readonly nodes: readonly NodeActivity[];
}

export class ActivityLog {
  readonly #statuses = new Map<string, NodeStatus>();
  readonly #nodes = new Map<string, NodeActivity>();

  add({ statuses, nodes }: Activity): void {
    for (const status of statuses) this.#statuses.set(nodeKey(status.flow, status.node), status);
    for (const activity of nodes) {
      const key = nodeKey(activity.flow, activity.node);
      const last = activity.last ?? this.#nodes.get(key)?.last;
      this.#nodes.set(key, last === undefined ? activity : { ...activity, last });
    }
  }

  /** Forgets the nodes that the plan no longer has. */
  keepOnly(plan: Plan): void {
    const present = new Set(
      plan.flows.flatMap(({ id, nodes, connections }) =>
        [...nodes, ...connections].map((part) => nodeKey(id, part.id)),
      ),
    );
    for (const known of [this.#statuses, this.#nodes])
      for (const key of known.keys()) if (!present.has(key)) known.delete(key);
  }

  snapshot(isWanted: (flow: string) => boolean = () => true): Snapshot {
    const wanted = ({ flow }: { readonly flow: string }) => isWanted(flow);
    return { statuses: [...this.#statuses.values()].filter(wanted), nodes: [...this.#nodes.values()].filter(wanted) };
  }
}
