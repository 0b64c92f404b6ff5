/** Runs a plan. Start, deploy and rollback are one operation: make what runs equal to the plan, touching what differs. */
import type { Problem } from "../../flows/format/problem.ts";
import type { Timer } from "../../nodes/contract/clock.ts";
import type { State } from "../../nodes/contract/connection.ts";
import type { AlarmCommand } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import { diff, type PlanDiff } from "../compiler/diff.ts";
import { type FlowPlan, findNode, type NodePlan, nodeKey, type OperatorPlan, type Plan } from "../compiler/plan.ts";
import type { NodeState } from "../node-state.ts";
import type { Activity, NodeStatus, TraceHop } from "./activity.ts";
import { ActivityFeed } from "./activity-feed.ts";
import { AdapterNode } from "./adapter-node.ts";
import { ConnectionSet } from "./connection-set.ts";
import { ConsumerSet } from "./consumer-set.ts";
import { OperatorNode } from "./operator-node.ts";
import { OperatorStates } from "./operator-states.ts";
import { PointJson } from "./point-json.ts";
import type {
  ApplyResult,
  KeptNodes,
  MessagePlace,
  ProbeRequest,
  ProbeResult,
  RetriedMessage,
  RetryOutcome,
  Runtime,
  TapTarget,
} from "./port.ts";
import { probe } from "./probe.ts";
import { ProcessorNode } from "./processor-node.ts";
import { retryMessage } from "./retry.ts";
import type { Services } from "./services.ts";
import { SinkNode } from "./sink-node.ts";
import { StoredOutput } from "./stored-output.ts";
import { SubscriptionSet } from "./subscription-set.ts";

export type RunningNode = AdapterNode | OperatorNode | ProcessorNode | SinkNode;

const emptyPlan: Plan = { flows: [], streams: [] };
const activityPeriodMs = 250;
/** A connector that has not said within this time that it can never start is left to its own retries. */
const startSettleMs = 500;
const drainMs = 5_000;

export class Engine implements Runtime {
  #services: Services;
  #plan: Plan = emptyPlan;
  #nodes = new Map<string, RunningNode>();
  /** Sinks under whose name a node of another kind runs now; they end with `#retire`. */
  #leaving: SinkNode[] = [];
  #connections: ConnectionSet;
  #subscriptions: SubscriptionSet;
  #states: OperatorStates;
  #consumers: ConsumerSet;
  #feed: ActivityFeed;
  #listeners = new Set<(activity: Activity) => void>();
  #json = new PointJson();
  #ticker: Timer;
  /** Changes are carried out one after the other. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(given: Omit<Services, "results">) {
    const services = { ...given, results: new StoredOutput(given) };
    this.#services = services;
    this.#connections = new ConnectionSet(services);
    this.#subscriptions = new SubscriptionSet(services);
    this.#consumers = new ConsumerSet(services);
    this.#states = new OperatorStates(services, this.#nodes);
    this.#states.start(() => this.#inTurn(() => this.#states.save()));
    this.#feed = new ActivityFeed(services.clock);
    this.#ticker = services.clock.every(activityPeriodMs, () => this.#tellActivity());
  }

  apply(plan: Plan): Promise<ApplyResult> {
    return this.#inTurn(() => this.#apply(plan));
  }

  #inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const result = this.#last.then(change);
    this.#last = result.catch(() => undefined);
    return result;
  }

  retry(message: RetriedMessage): Promise<RetryOutcome> {
    return retryMessage(this.#services, this.#nodes.get(nodeKey(message.flow, message.node)), message);
  }

  committed(kept: KeptNodes): void {
    this.#last = this.#last.then(() => this.#consumers.giveUp(kept));
  }

  tap(targets: readonly TapTarget[]): void {
    this.#services.taps.watch(targets);
    for (const node of this.#nodes.values()) this.#attachTap(node);
  }

  async trace(traceId: string): Promise<readonly TraceHop[]> {
    return this.#services.taps.traces.hopsOf(traceId);
  }

  async recent(places: readonly MessagePlace[]): Promise<readonly (Point | Raw)[]> {
    return places.flatMap(({ flow, node, side }) => {
      const running = this.#nodes.get(nodeKey(flow, node));
      return running !== undefined && "recent" in running ? running.recent(side) : [];
    });
  }

  probe(request: ProbeRequest): Promise<ProbeResult> {
    return probe(this.#services, request, (flow, connection) => this.#connections.clientOf(flow, connection));
  }

  async command(command: AlarmCommand): Promise<boolean> {
    for (const node of this.#nodes.values()) if (node instanceof OperatorNode && node.operate(command)) return true;
    return false;
  }

  onActivity(call: (activity: Activity) => void): () => void {
    this.#listeners.add(call);
    return () => this.#listeners.delete(call);
  }

  nodes(): Iterable<RunningNode> {
    return this.#nodes.values();
  }

  statuses(): Iterable<NodeStatus> {
    return this.#feed.statuses();
  }

  async stop(): Promise<void> {
    this.#states.stop();
    await this.#last;
    const change = diff(this.#plan, emptyPlan);
    await this.#switch(change, emptyPlan, new Map());
    await this.#states.save();
    await this.#retire(change);
    this.#tellActivity();
    this.#ticker.cancel();
    this.#listeners.clear();
  }

  async #apply(next: Plan): Promise<ApplyResult> {
    const current = this.#plan;
    const change = diff(current, next);
    const refused = this.#tryOut(change, next);
    if (refused.length > 0) return { ok: false, problems: refused };
    await this.#states.save();
    const saved = await this.#states.load(change, current, next);
    const failed = await this.#switch(change, next, saved);
    await this.#retire(change);
    if (failed.length > 0) {
      const back = diff(next, current);
      await this.#switch(back, current, await this.#states.load(back, next, current));
      await this.#retire(back);
      return { ok: false, problems: failed };
    }
    this.#states.forget(change, saved);
    const { started, restarted, rewired, stopped, kept } = change;
    return {
      ok: true,
      changes: {
        started: started.length,
        restarted: restarted.length,
        rewired: rewired.length,
        stopped: stopped.length,
        kept: kept.length,
      },
    };
  }

  /** Reads every new configuration and throws the results away: what is refused is refused before anything stops. */
  #tryOut(change: PlanDiff, next: Plan): readonly Problem[] {
    const problems: Problem[] = [];
    for (const { flow, node } of [...change.started, ...change.restarted]) {
      const plan = findNode(next, flow, node);
      const definition = plan && this.#services.catalog.nodes.get(plan.type);
      try {
        if (plan === undefined || definition === undefined) throw new Error("its type is not in the catalog");
        definition.config.parse(plan.config);
      } catch (error) {
        problems.push(cannotStart(flow, node, error));
      }
    }
    return problems;
  }

  /**
   * Carries a change out: sources that go stop, operators change, subscriptions follow, connectors open.
   * `saved` is what operators that start remember. Answers what could not start; the caller then switches back. What is
   * no longer wanted ends with `#retire`.
   */
  async #switch(change: PlanDiff, next: Plan, saved: ReadonlyMap<string, NodeState>): Promise<readonly Problem[]> {
    const problems: Problem[] = [];
    const attempt = async (flow: string, node: string, start: () => unknown) => {
      try {
        await start();
      } catch (error) {
        problems.push(cannotStart(flow, node, error));
      }
    };
    await this.#stopSources(change, next);
    const opening = await this.#changeOperators(change, next, saved, attempt);
    this.#wire();
    const nodeAt = (key: string) => this.#nodes.get(key);
    const readerAt = (key: string) => {
      const node = nodeAt(key);
      return node instanceof AdapterNode ? undefined : node;
    };
    await this.#consumers.reconcile(next, readerAt);
    await this.#subscriptions.reconcile(next, nodeAt);
    const connections = await this.#connections.reconcile(next);
    await this.#settled([
      ...connections.map(({ flow, id, started }) => attempt(flow, id, () => started)),
      ...opening.map(({ flow, plan }) => attempt(flow.id, plan.id, () => this.#open(flow, plan))),
    ]);
    this.#plan = next;
    return problems;
  }

  async #stopSources(change: PlanDiff, next: Plan): Promise<void> {
    for (const { flow, node } of [...change.stopped, ...change.restarted]) {
      const running = this.#nodes.get(nodeKey(flow, node));
      if (running === undefined) continue;
      if (!(running instanceof OperatorNode)) this.#connections.unfollow(running);
      if (running instanceof AdapterNode) await running.stop();
      const planned = findNode(next, flow, node);
      const changesKind = planned !== undefined && kindOf(planned) !== kindOf(running.plan);
      if (changesKind) this.#nodes.delete(nodeKey(flow, node));
      // What it has taken is written out when nothing more comes to it.
      if (changesKind && running instanceof SinkNode) this.#leaving.push(running);
      if (changesKind && running instanceof OperatorNode) running.close();
      if (changesKind && running instanceof ProcessorNode) await running.stop(drainMs);
    }
  }

  /** Changes operators in place, creates what is new, and answers the connectors that have to be opened. */
  async #changeOperators(
    change: PlanDiff,
    next: Plan,
    saved: ReadonlyMap<string, NodeState>,
    attempt: (flow: string, node: string, start: () => unknown) => Promise<void>,
  ): Promise<{ flow: FlowPlan; plan: NodePlan }[]> {
    const restarted = new Set(change.restarted.map(({ flow, node }) => nodeKey(flow, node)));
    const opening: { flow: FlowPlan; plan: NodePlan }[] = [];
    for (const flow of next.flows) {
      for (const plan of flow.nodes) {
        const key = nodeKey(flow.id, plan.id);
        const running = this.#nodes.get(key);
        const isNew = running === undefined;
        await attempt(flow.id, plan.id, () => {
          if (isNew) this.#add(this.#create(flow, plan, saved.get(key)));
          else if (running instanceof AdapterNode && plan.category === "adapter" && !restarted.has(key))
            running.plan = plan;
          else if (running instanceof SinkNode && plan.category === "sink" && !restarted.has(key)) running.rewire(plan);
          else if (plan.category !== "plugin" && plan.category !== "rule") return;
          else if (running instanceof ProcessorNode && !restarted.has(key)) running.describe(flow, plan);
          else if (running instanceof OperatorNode) {
            if (restarted.has(key)) this.#replace(running, flow, plan, saved.get(key));
            else running.describe(flow, plan);
          }
        });
        const isConnector = kindOf(plan) !== "operator";
        if (isConnector && (isNew || restarted.has(key))) opening.push({ flow, plan });
      }
    }
    return opening;
  }

  /** What changed since the last saving is kept for the next, unless the new configuration gives it no meaning. */
  #replace(running: OperatorNode, flow: FlowPlan, plan: OperatorPlan, saved: NodeState | undefined): void {
    if (running.basis() === running.basis(plan)) this.#states.collect(running);
    running.become(flow, plan, saved);
  }

  #create(flow: FlowPlan, plan: NodePlan, saved?: NodeState): RunningNode {
    const onStatus = (state: State, detail: string) => this.#setStatus(flow.id, plan.id, state, detail);
    if (plan.category === "adapter") return new AdapterNode(this.#services, flow.id, plan, onStatus);
    if (plan.category === "sink") return new SinkNode(this.#services, flow.id, plan, onStatus);
    if (plan.isProcessor === true) return new ProcessorNode(this.#services, flow, plan, this.#json, onStatus);
    onStatus("connected", "");
    return new OperatorNode(this.#services, flow, plan, this.#json, saved);
  }

  #add(node: RunningNode): void {
    this.#nodes.set(nodeKey(node.flow, node.plan.id), node);
    this.#attachTap(node);
  }

  #attachTap(node: RunningNode): void {
    node.tap = this.#services.taps.tapOf(node.flow, node.plan.id);
  }

  /** Opens a new connector, or one with a new configuration in place of the old. */
  async #open(flow: FlowPlan, plan: NodePlan): Promise<void> {
    let node = this.#nodes.get(nodeKey(flow.id, plan.id));
    if (node instanceof SinkNode && plan.category === "sink") {
      if (node.plan === plan) await node.start();
      else await node.replace(plan);
    } else if (node instanceof AdapterNode && plan.category === "adapter") {
      if (node.plan !== plan) {
        const { counters } = node;
        node = this.#create(flow, plan) as AdapterNode;
        Object.assign(node.counters, counters);
        this.#add(node);
      }
      await node.start();
    } else if (node instanceof ProcessorNode && plan.category !== "adapter" && plan.category !== "sink") {
      if (node.plan === plan) await node.start();
      else await node.replace(flow, plan);
    } else return;
    if (plan.connection !== undefined) this.#connections.follow(flow.id, plan.connection, node);
  }

  async #settled(starting: readonly Promise<void>[]): Promise<void> {
    if (starting.length === 0) return;
    let timer: Timer | undefined;
    const timeUp = new Promise<void>((resolve) => {
      timer = this.#services.clock.after(startSettleMs, resolve);
    });
    await Promise.race([Promise.all(starting), timeUp]);
    timer?.cancel();
  }

  #wire(): void {
    for (const node of this.#nodes.values()) {
      if (!(node instanceof OperatorNode || node instanceof ProcessorNode)) continue;
      const operatorAt = (id: string) => this.#nodes.get(nodeKey(node.flow, id));
      node.wire(
        new Map(
          Object.entries(node.plan.next).map(([port, ids]) => [
            port,
            ids.map(operatorAt).filter((target) => target instanceof OperatorNode || target instanceof ProcessorNode),
          ]),
        ),
      );
    }
  }

  async #retire(change: PlanDiff): Promise<void> {
    // First those that may still emit, so that the sinks behind them can take it.
    const ending = change.stopped.map(({ flow, node }) => this.#nodes.get(nodeKey(flow, node)));
    const processors = ending.filter((running) => running instanceof ProcessorNode);
    await Promise.all(processors.map((running) => running.stop(drainMs)));
    if (processors.length > 0) await this.#services.bus.flush(drainMs).catch(() => undefined);
    await Promise.all(this.#leaving.splice(0).map((sink) => sink.stop(drainMs)));
    for (const { flow, node } of change.stopped) {
      const running = this.#nodes.get(nodeKey(flow, node));
      if (running instanceof OperatorNode) running.close();
      if (running instanceof SinkNode) await running.stop(drainMs);
      this.#nodes.delete(nodeKey(flow, node));
      this.#feed.forget(flow, node);
    }
    await this.#services.results.idle(drainMs);
    await this.#consumers.closeEnded();
  }

  #setStatus(flow: string, node: string, state: State, detail: string): void {
    const before = this.#feed.setStatus(flow, node, state, detail);
    if (before !== undefined && state !== "stopped")
      this.#services.log.info({ flow, node, state }, detail === "" ? `${node} is ${state}` : `${node}: ${detail}`);
  }

  #tellActivity(): void {
    for (const node of this.#nodes.values()) if (node instanceof SinkNode) node.refresh();
    if (this.#listeners.size === 0) return;
    const activity = this.#feed.take(this.#nodes.values(), this.#services.taps, this.#services.errors);
    for (const listener of this.#listeners) listener(activity);
  }
}

function kindOf(plan: NodePlan): "adapter" | "operator" | "processor" | "sink" {
  if (plan.category === "adapter" || plan.category === "sink") return plan.category;
  return plan.isProcessor === true ? "processor" : "operator";
}

function cannotStart(flow: string, node: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return { code: "cannot-start", severity: "error", flow, node, message: `${node} cannot start: ${message}` };
}
