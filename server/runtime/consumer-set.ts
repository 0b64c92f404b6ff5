/** The readers of durable consumers, kept equal to the plan: one for each sink, one for each stage of durable flows. */
import type { ConsumerSettings, StoredBus, StoredMessage, StoredReader } from "../bus/bus.ts";
import { covers } from "../bus/subjects.ts";
import { type ConsumerPlan, nodeKey, type Plan, type SubscriptionPlan } from "../compiler/plan.ts";
import { handOver } from "./intake.ts";
import type { OperatorNode } from "./operator-node.ts";
import type { KeptNodes } from "./port.ts";
import type { ProcessorNode } from "./processor-node.ts";
import type { Services } from "./services.ts";
import { SharedMessages } from "./shared-messages.ts";
import { SinkNode } from "./sink-node.ts";

/** So long a deploy waits for a consumer to be there: what is published before it is there is not for it. */
const readyMs = 5_000;
const knownSubjects = 10_000;

type Node = OperatorNode | ProcessorNode | SinkNode;
type Hand = ReturnType<typeof handOver>;

interface Wanted {
  readonly consumer: ConsumerPlan;
  readonly members: { readonly node: Node; readonly inputs: readonly SubscriptionPlan[] }[];
}

export class ConsumerSet {
  readonly #services: Services;
  readonly #running = new Map<string, Running>();
  /** Not read any more, but not given up: the deployment may not be committed, or the node only be disabled. */
  readonly #left = new Map<string, Place>();

  constructor(services: Services) {
    this.#services = services;
  }

  /** Makes and changes readers, and has those that end take no more; `closeEnded` then ends them. */
  async reconcile(plan: Plan, nodeAt: (key: string) => Node | undefined): Promise<void> {
    const { stored } = this.#services.bus;
    const wanted = stored === undefined ? new Map<string, Wanted>() : wantedConsumers(plan, nodeAt);
    for (const [name, running] of this.#running) if (!wanted.has(name)) running.end();
    if (stored === undefined) return;
    const starting: Promise<void>[] = [];
    for (const [name, { consumer, members }] of wanted) {
      this.#left.delete(name);
      let running = this.#running.get(name);
      if (running === undefined) {
        running = new Running(this.#services, stored, consumer, members);
        this.#running.set(name, running);
        starting.push(running.reader.ready(readyMs));
      } else running.become(consumer, members);
    }
    await Promise.all(starting);
  }

  async closeEnded(): Promise<void> {
    const ended = [...this.#running].filter(([, { isEnding }]) => isEnding);
    for (const [name, { place }] of ended) {
      this.#running.delete(name);
      this.#left.set(name, place);
    }
    await Promise.all(ended.map(([, { reader }]) => reader.close()));
  }

  /** Removes the consumers that are not read any more and that no document needs. Those that cannot be are left. */
  async giveUp({ nodes, hasDurableFlow }: KeptNodes): Promise<void> {
    const kept = new Set(nodes);
    for (const [name, { consumer, sink }] of this.#left) {
      if (sink === undefined ? hasDurableFlow : kept.has(sink)) continue;
      this.#left.delete(name);
      await this.#services.bus.stored
        ?.removeConsumer(consumer.stream, consumer.name)
        .catch((err) => this.#services.log.warn({ err, consumer: consumer.name }, "a consumer could not be removed"));
    }
  }
}

function wantedConsumers(plan: Plan, nodeAt: (key: string) => Node | undefined): Map<string, Wanted> {
  const wanted = new Map<string, Wanted>();
  for (const flow of plan.flows)
    for (const planned of flow.nodes) {
      const node = nodeAt(nodeKey(flow.id, planned.id));
      if (planned.category === "adapter" || planned.consumer === undefined || node === undefined) continue;
      const name = `${planned.consumer.stream}/${planned.consumer.name}`;
      const inputs = planned.inputs.filter(({ stored }) => stored === true);
      const entry = wanted.get(name) ?? { consumer: planned.consumer, members: [] };
      entry.members.push({ node, inputs });
      wanted.set(name, entry);
    }
  return wanted;
}

interface Place {
  readonly consumer: ConsumerPlan;
  /** Whose it is; `undefined` when a whole stage shares it. */
  readonly sink: string | undefined;
}

class Running {
  readonly place: Place;
  readonly reader: StoredReader;
  readonly #services: Services;
  #members: Wanted["members"];
  #routes: readonly { readonly subject: string; readonly hand: Hand }[];
  readonly #messages = new SharedMessages();
  #bySubject = new Map<string, readonly Hand[]>();
  isEnding = false;

  constructor(services: Services, stored: StoredBus, consumer: ConsumerPlan, members: Wanted["members"]) {
    this.#services = services;
    const [first] = members;
    const sink =
      first !== undefined && first.node instanceof SinkNode ? nodeKey(first.node.flow, first.node.plan.id) : undefined;
    this.place = { consumer, sink };
    this.#members = members;
    this.#routes = this.#routesOf(members);
    this.reader = stored.read(settingsOf(consumer, members), consumer.maxPending, (message) => this.#receive(message));
    for (const { node } of members) if (node instanceof SinkNode) node.readThrough(this.reader);
  }

  become(consumer: ConsumerPlan, members: Wanted["members"]): void {
    this.isEnding = false;
    const isSame =
      JSON.stringify(members.map(({ inputs }) => inputs)) === JSON.stringify(this.#members.map(({ inputs }) => inputs));
    if (!isSame || members.some(({ node }, index) => node !== this.#members[index]?.node)) {
      this.#members = members;
      this.#routes = this.#routesOf(members);
      this.#bySubject.clear();
    }
    this.reader.update(settingsOf(consumer, members));
    for (const { node } of members) if (node instanceof SinkNode) node.readThrough(this.reader);
  }

  end(): void {
    this.isEnding = true;
    this.reader.setLimit(0);
  }

  #routesOf(members: Wanted["members"]) {
    return members.flatMap(({ node, inputs }) =>
      inputs.map((input) => ({ subject: input.subject, hand: handOver(this.#services, this.#messages, node, input) })),
    );
  }

  #receive(message: StoredMessage): void {
    if (this.place.sink === undefined) {
      this.#services.results.follow(message, () => {
        for (const hand of this.#handsFor(message.subject)) hand(message, message);
      });
      return;
    }
    let isInHand = false;
    for (const hand of this.#handsFor(message.subject)) isInHand = hand(message, message) || isInHand;
    if (!isInHand) message.done();
  }

  #handsFor(subject: string): readonly Hand[] {
    let hands = this.#bySubject.get(subject);
    if (hands === undefined) {
      hands = this.#routes.filter((route) => covers(route.subject, subject)).map(({ hand }) => hand);
      if (this.#bySubject.size > knownSubjects) this.#bySubject.clear();
      this.#bySubject.set(subject, hands);
    }
    return hands;
  }
}

function settingsOf(consumer: ConsumerPlan, members: Wanted["members"]): ConsumerSettings {
  const { stream, name, ackWaitMs, maxPending } = consumer;
  const all = [...new Set(members.flatMap(({ inputs }) => inputs.map(({ subject }) => subject)))];
  const subjects = all.filter((subject) => !all.some((other) => other !== subject && covers(other, subject)));
  const [first] = members;
  const owner =
    first !== undefined && first.node instanceof SinkNode
      ? { "sluice.flow": first.node.flow, "sluice.node": first.node.plan.id }
      : { "sluice.stage": first?.node.plan.category ?? "" };
  return { stream, name, subjects, ackWaitMs, maxAckPending: maxPending, owner };
}
