/** The shared connections of all flows, kept equal to the plan. */
import { type ConnectionPlan, nodeKey, type Plan } from "../compiler/plan.ts";
import { ConnectionNode, type Follower } from "./connection-node.ts";
import type { Services } from "./services.ts";

export class ConnectionSet {
  #services: Services;
  #running = new Map<string, ConnectionNode>();

  constructor(services: Services) {
    this.#services = services;
  }

  /**
   * Closes what is gone or changed, opens what is new or changed. Answers the first attempts, by flow and connection:
   * each rejects when its connection can never be opened this way.
   */
  async reconcile(plan: Plan): Promise<readonly { flow: string; id: string; started: Promise<void> }[]> {
    const wanted = plan.flows.flatMap((flow) => flow.connections.map((connection) => ({ flow: flow.id, connection })));
    const same = new Set(
      wanted
        .filter(({ flow, connection }) => {
          const running = this.#running.get(nodeKey(flow, connection.id));
          return running !== undefined && JSON.stringify(running.plan) === JSON.stringify(connection);
        })
        .map(({ flow, connection }) => nodeKey(flow, connection.id)),
    );
    for (const [key, running] of this.#running) {
      if (same.has(key)) continue;
      this.#running.delete(key);
      await running.stop();
    }
    return wanted
      .filter(({ flow, connection }) => !same.has(nodeKey(flow, connection.id)))
      .map(({ flow, connection }) => ({ flow, id: connection.id, started: this.#start(flow, connection) }));
  }

  async #start(flow: string, plan: ConnectionNode["plan"]): Promise<void> {
    const connection = new ConnectionNode(this.#services, plan);
    this.#running.set(nodeKey(flow, plan.id), connection);
    await connection.start();
  }

  /** The client of a running connection, if it has exactly this configuration and is open. */
  clientOf(flow: string, plan: ConnectionPlan): unknown {
    const running = this.#running.get(nodeKey(flow, plan.id));
    return running !== undefined && JSON.stringify(running.plan) === JSON.stringify(plan)
      ? running.client()
      : undefined;
  }

  follow(flow: string, connection: string, follower: Follower): void {
    this.#running.get(nodeKey(flow, connection))?.follow(follower);
  }

  unfollow(follower: Follower): void {
    for (const connection of this.#running.values()) connection.unfollow(follower);
  }
}
