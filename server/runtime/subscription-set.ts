/** The bus subscriptions of all running nodes, kept equal to the plan. */
import type { BusSubscription } from "../bus/bus.ts";
import { nodeKey, type Plan } from "../compiler/plan.ts";
import { AdapterNode } from "./adapter-node.ts";
import { subscribeCommands } from "./commands.ts";
import { subscribe, subscriptionKey } from "./intake.ts";
import type { OperatorNode } from "./operator-node.ts";
import type { ProcessorNode } from "./processor-node.ts";
import type { Services } from "./services.ts";
import { SharedMessages } from "./shared-messages.ts";
import type { SinkNode } from "./sink-node.ts";

type RunningNode = AdapterNode | OperatorNode | ProcessorNode | SinkNode;

const flushMs = 2_000;

interface Running {
  /** A node that becomes one of another kind under the same name is another object. */
  readonly node: RunningNode;
  readonly subscription: BusSubscription;
}

export class SubscriptionSet {
  #services: Services;
  #messages = new SharedMessages();
  /** By node and what is subscribed to. */
  #running = new Map<string, Running>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** New subscriptions first, so that nothing published meanwhile is missed; then those no longer wanted end. */
  async reconcile(plan: Plan, nodeAt: (key: string) => RunningNode | undefined): Promise<void> {
    const wanted = new Map<string, Running>();
    let added = false;
    for (const flow of plan.flows) {
      for (const planned of flow.nodes) {
        const key = nodeKey(flow.id, planned.id);
        const node = nodeAt(key);
        if (node === undefined) continue;
        for (const input of planned.inputs ?? []) {
          // What its stream holds comes through the node's consumer, unless the server turns out to store nothing.
          if (input.stored === true && this.#services.bus.stored !== undefined) continue;
          const name = `${key} ${subscriptionKey(input)}`;
          const running = this.#running.get(name);
          // An adapter with a new configuration is another object, and may become one only later: it is looked up each time.
          if (running?.node === node || (node instanceof AdapterNode && running?.node instanceof AdapterNode))
            wanted.set(name, running);
          else {
            added = true;
            const subscription =
              node instanceof AdapterNode
                ? subscribeCommands(this.#services, flow.id, planned.id, input, () => adapterAt(nodeAt(key)))
                : subscribe(this.#services, this.#messages, node, input);
            wanted.set(name, { node, subscription });
          }
        }
      }
    }
    const ending = [...this.#running].filter(([name, running]) => wanted.get(name) !== running);
    this.#running = wanted;
    // A bus that is away gets the subscriptions when it is back.
    if (added) await this.#services.bus.flush(flushMs).catch(() => undefined);
    await Promise.all(ending.map(([, { subscription }]) => subscription.drain().catch(() => undefined)));
  }
}

function adapterAt(node: RunningNode | undefined): AdapterNode | undefined {
  return node instanceof AdapterNode ? node : undefined;
}
