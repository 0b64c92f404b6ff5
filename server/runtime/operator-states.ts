/**
 * What operators remember, kept by the store: changes are collected about once a second, all nodes in the same moment,
 * and saved in one piece; a node that starts gets its own back.
 */
import { isOperator } from "../../nodes/contract/catalog.ts";
import type { Timer } from "../../nodes/contract/clock.ts";
import type { PlanDiff } from "../compiler/diff.ts";
import { findNode, nodeKey, type Plan } from "../compiler/plan.ts";
import type { NodeRef, NodeState, NodeStateChange } from "../node-state.ts";
import { OperatorNode } from "./operator-node.ts";
import type { Services } from "./services.ts";

const periodMs = 1_000;
/** Saving takes at most this part of the time, however much there is to save. */
const share = 0.1;

interface Pending extends NodeRef {
  readonly basis: string;
  readonly clear: boolean;
  readonly entries: Map<string, string | null>;
}

export class OperatorStates {
  #services: Services;
  #nodes: ReadonlyMap<string, unknown>;
  /** Not yet on disk, by node. */
  #pending = new Map<string, Pending>();
  #isFailing = false;
  #tookMs = 0;
  #timer: Timer | undefined;

  /** `nodes` are those that run, by their keys, as they come and go. */
  constructor(services: Services, nodes: ReadonlyMap<string, unknown>) {
    this.#services = services;
    this.#nodes = nodes;
  }

  /** Saves again and again, each time by way of `save`, which calls the method of the same name when it is its turn. */
  start(save: () => Promise<void>): void {
    if (this.#services.stateStore === undefined) return;
    const waitMs = Math.max(periodMs, this.#tookMs / share);
    this.#timer = this.#services.clock.after(waitMs, () => {
      void save().finally(() => {
        if (this.#timer !== undefined) this.start(save);
      });
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  /**
   * What is stored of the operators that start or change between the two plans, by their keys. A store that fails is as
   * good as an empty one; it is told in the log.
   */
  async load({ started, restarted }: PlanDiff, before: Plan, next: Plan): Promise<ReadonlyMap<string, NodeState>> {
    const remembers = ({ flow, node }: NodeRef) =>
      [before, next].some((plan) => {
        const definition = this.#services.catalog.nodes.get(findNode(plan, flow, node)?.type ?? "");
        return definition !== undefined && isOperator(definition) && definition.state !== undefined;
      });
    const nodes = [...started, ...restarted].filter(remembers);
    if (nodes.length === 0) return new Map();
    try {
      const states = (await this.#services.stateStore?.load(nodes)) ?? [];
      return new Map(states.map((state) => [nodeKey(state.flow, state.node), state]));
    } catch (err) {
      this.#services.log.error({ err }, "cannot read what rules remember; they begin anew");
      return new Map();
    }
  }

  /** To be called once nothing leads back: what was stored of nodes that are gone, or under another basis, is of no use. */
  forget({ stopped, started, restarted }: PlanDiff, loaded: ReadonlyMap<string, NodeState>): void {
    for (const ref of stopped) this.#clear(ref);
    for (const ref of [...started, ...restarted]) {
      const key = nodeKey(ref.flow, ref.node);
      const running = this.#nodes.get(key);
      const before = loaded.get(key);
      if (before !== undefined && !(running instanceof OperatorNode && running.basis() === before.basis))
        this.#clear(ref);
    }
  }

  /** Takes over what changed in a node, to be saved with the next. */
  collect(node: OperatorNode): void {
    const state = node.snapshot("changed");
    if (state === undefined || state.entries.length === 0) return;
    this.#add({ flow: node.flow, node: node.plan.id, ...state, clear: false });
  }

  /** Resolves when everything that changed until now is on disk; what cannot be saved is tried again the next time. */
  async save(): Promise<void> {
    const startedMs = this.#services.clock.monotonic();
    for (const node of this.#nodes.values()) if (node instanceof OperatorNode) this.collect(node);
    if (this.#pending.size === 0) return;
    const sent = this.#pending;
    this.#pending = new Map();
    try {
      await this.#services.stateStore?.save(
        [...sent.values()].map((change) => ({ ...change, entries: [...change.entries] })),
      );
      if (this.#isFailing) this.#services.log.info({}, "what rules remember is saved again");
      this.#isFailing = false;
    } catch (err) {
      if (!this.#isFailing)
        this.#services.log.error(
          { err },
          "cannot save what rules remember; if the gateway is killed now, they begin from before",
        );
      this.#isFailing = true;
      const since = this.#pending;
      this.#pending = sent;
      for (const change of since.values()) this.#add({ ...change, entries: [...change.entries] });
    }
    this.#tookMs = this.#services.clock.monotonic() - startedMs;
  }

  #clear({ flow, node }: NodeRef): void {
    this.#add({ flow, node, basis: "", clear: true, entries: [] });
  }

  #add({ entries, ...change }: NodeStateChange): void {
    const key = nodeKey(change.flow, change.node);
    const before = this.#pending.get(key);
    if (before === undefined || change.clear) {
      this.#pending.set(key, { ...change, entries: new Map(entries) });
    } else {
      const isSame = before.basis === change.basis;
      const merged = isSame ? before.entries : new Map<string, string | null>();
      for (const [entry, json] of entries) merged.set(entry, json);
      this.#pending.set(key, { ...change, clear: before.clear || !isSame, entries: merged });
    }
  }
}
