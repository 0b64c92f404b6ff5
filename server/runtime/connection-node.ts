/** A running shared connection, and the connectors that follow it: they open when it opens and close when it closes. */
import type { State } from "../../nodes/contract/connection.ts";
import type { ConnectionPlan } from "../compiler/plan.ts";
import { Peer } from "./peer.ts";
import type { Services } from "./services.ts";

export interface Follower {
  connectionOpened(client: unknown): void;
  /** Resolves when the follower no longer uses the client. */
  connectionClosed(): Promise<void>;
  connectionStatus(state: State, detail: string): void;
}

interface OpenClient {
  readonly client: unknown;
  close(): Promise<void>;
}

export class ConnectionNode {
  readonly plan: ConnectionPlan;
  #followers = new Set<Follower>();
  #peer: Peer<OpenClient>;
  #status: { state: State; detail: string } = { state: "connecting", detail: "" };

  /** Throws when the configuration is refused. */
  constructor(services: Services, plan: ConnectionPlan) {
    this.plan = plan;
    const definition = services.catalog.connections.get(plan.type);
    if (definition === undefined) throw new Error(`there is no connection of type ${plan.type}`);
    const config = definition.config.parse(plan.config);
    this.#peer = new Peer<OpenClient>({
      clock: services.clock,
      random: services.random,
      open: (context) => definition.open(config, context),
      close: async (open) => {
        await Promise.all([...this.#followers].map((follower) => follower.connectionClosed()));
        await open.close();
      },
      onOpen: ({ client }) => {
        for (const follower of this.#followers) follower.connectionOpened(client);
      },
      onStatus: (state, detail) => {
        this.#status = { state, detail };
        if (state !== "connected") for (const follower of this.#followers) follower.connectionStatus(state, detail);
      },
    });
  }

  start(): Promise<void> {
    return this.#peer.start();
  }

  /** `undefined` while it is not open. */
  client(): unknown {
    return this.#peer.current()?.client;
  }

  follow(follower: Follower): void {
    this.#followers.add(follower);
    const open = this.#peer.current();
    if (open === undefined) follower.connectionStatus(this.#status.state, this.#status.detail);
    else follower.connectionOpened(open.client);
  }

  unfollow(follower: Follower): void {
    this.#followers.delete(follower);
  }

  stop(): Promise<void> {
    return this.#peer.stop();
  }
}
