/** A running plugin or rule. Stays the same object when its configuration changes, so wires and counters stay too. */
import { randomUUID } from "node:crypto";
import { isOperator } from "../../nodes/contract/catalog.ts";
import { outputsOf } from "../../nodes/contract/describe.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import type { Emission, Operator, Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { FlowPlan, OperatorPlan } from "../compiler/plan.ts";
import type { NodeState, NodeStateChange } from "../node-state.ts";
import { Counters } from "./counters.ts";
import { readState, stateBasis, writeState } from "./operator-state.ts";
import { type Output, pluginOutput, ruleOutput } from "./output.ts";
import type { PointJson } from "./point-json.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

type AnyOperator = Operator<Point | Raw>;

export class OperatorNode {
  readonly counters = new Counters();
  readonly flow: string;
  plan: OperatorPlan;
  tap: Tap | undefined;
  last: Point | undefined;

  #services: Services;
  #json: PointJson;
  #flowPlan: FlowPlan;
  #output: Output;
  #operator: AnyOperator;
  #firstPort: string;
  #next = new Map<string, readonly OperatorNode[]>();
  /** What is being processed now; `undefined` while a timer emits. */
  #input: Point | undefined;
  #trace: Trace | undefined;

  /** `saved` is what the node remembered when it last ran. Throws when the configuration is refused: nothing runs then. */
  constructor(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson, saved: NodeState | undefined) {
    this.flow = flow.id;
    this.plan = plan;
    this.#services = services;
    this.#json = json;
    this.#flowPlan = flow;
    this.#firstPort = this.#firstPortOf(plan);
    this.#operator = this.#make(flow, plan, saved);
    this.#output = this.#makeOutput();
  }

  /** Under what its state has a meaning; of another configuration than its own when `plan` is given. */
  basis(plan = this.plan): string | undefined {
    return stateBasis(this.#definition(plan), plan);
  }

  /** What it remembers; `undefined` for a type that remembers nothing. */
  snapshot(which: "all" | "changed"): Pick<NodeStateChange, "basis" | "entries"> | undefined {
    if (this.#operator.snapshot === undefined) return undefined;
    const basis = this.basis();
    if (basis === undefined) return undefined;
    try {
      return { basis, entries: writeState(this.#operator, which) };
    } catch (error) {
      this.#services.log.error({ err: error, flow: this.flow, node: this.plan.id }, "a node threw while it was saved");
      return undefined;
    }
  }

  /** Throws when the configuration is refused. */
  #make(flow: FlowPlan, plan: OperatorPlan, saved: Pick<NodeState, "basis" | "entries"> | undefined): AnyOperator {
    const definition = this.#definition(plan);
    const state = saved?.basis === stateBasis(definition, plan) ? saved : undefined;
    const ruleId = plan.ruleId ?? "";
    const name = () => this.#flowPlan.names[plan.id] || flow.names[plan.id] || plan.id;
    return definition.create(definition.config.parse(plan.config), {
      clock: this.#services.clock,
      ruleId,
      get ruleName() {
        return name();
      },
      restored: readState(definition, state, this.#services.log.child({ flow: flow.id, node: plan.id })),
      emit: (point, emission) => this.#emit(point, emission),
    }) as AnyOperator;
  }

  #definition({ type }: OperatorPlan) {
    const definition = this.#services.catalog.nodes.get(type);
    if (definition === undefined || !isOperator(definition)) throw new Error(`${type} is not a plugin or rule`);
    return definition;
  }

  /**
   * Goes on with a new configuration between two messages, and with its state where that keeps its meaning; else with
   * what was `saved`, if that has one. Throws when the configuration is refused, and goes on as it was.
   */
  become(flow: FlowPlan, plan: OperatorPlan, saved: NodeState | undefined): void {
    const old = this.#operator;
    const goesOn = this.basis() === this.basis(plan);
    const all = goesOn ? (this.snapshot("all") as NodeState | undefined) : saved;
    this.#operator = this.#make(flow, plan, all);
    this.describe(flow, plan);
    this.#close(old);
  }

  /** Takes over names, result settings and wiring, which need no new operator. */
  describe(flow: FlowPlan, plan: OperatorPlan): void {
    this.plan = plan;
    this.#firstPort = this.#firstPortOf(plan);
    this.#flowPlan = flow;
    this.#output = this.#makeOutput();
  }

  wire(next: ReadonlyMap<string, readonly OperatorNode[]>): void {
    this.#next = new Map(next);
  }

  receive(input: Point | Raw, trace: Trace): void {
    this.counters.received++;
    const point = "key" in input ? (input as Point) : undefined;
    this.#input = point;
    this.#trace = trace;
    try {
      this.#operator.process(input, trace);
    } catch (error) {
      this.#fail(input, trace, error);
    }
    this.#output.messageDone(trace);
    this.#input = undefined;
    this.#trace = undefined;
  }

  close(): void {
    this.#close(this.#operator);
  }

  #firstPortOf({ type }: OperatorPlan): string {
    const definition = this.#services.catalog.nodes.get(type);
    return (definition && outputsOf(definition)[0]?.name) ?? "out";
  }

  #makeOutput(): Output {
    const make = this.plan.category === "rule" ? ruleOutput : pluginOutput;
    return make(this.#services, this.#flowPlan, this.plan, this.#json);
  }

  #emit(point: Point, emission: Emission | undefined): void {
    const port = emission?.port ?? "out";
    const trace = emission?.trace ?? this.#trace ?? { id: randomUUID(), hops: 0 };
    if (port === "failed") {
      this.#report(point, trace, "validation", emission?.reason ?? "the node could not handle this message");
      return;
    }
    this.counters.emitted++;
    this.counters.countOut(port);
    this.counters.lastMessageMs = this.#services.clock.now();
    if (port === this.#firstPort) this.last = point;
    const original = this.#input ?? point;
    this.#output.publish(port, point, original, trace, emission);
    if (this.tap?.wants(port)) this.tap.sample(port, trace.id, this.counters.lastMessageMs, this.#json.of(point));
    const next = this.#next.get(port);
    if (next !== undefined) for (const node of next) node.receive(point, trace);
  }

  #fail(input: Point | Raw, trace: Trace, error: unknown): void {
    const known = error instanceof MessageError;
    const type = known ? error.type : "internal";
    const message = error instanceof Error ? error.message : String(error);
    if (!known) this.#services.log.error({ err: error, flow: this.flow, node: this.plan.id }, "a node threw");
    this.#report(input, trace, type, message);
  }

  #report(input: Point | Raw, trace: Trace, type: string, message: string): void {
    this.counters.failed++;
    const point = "key" in input ? (input as Point) : undefined;
    const original = point === undefined ? JSON.stringify(input) : this.#json.of(point);
    this.#services.errors.report({
      module: this.plan.category,
      flow: this.flow,
      node: this.plan.id,
      type,
      message,
      deviceId: input.device_id,
      key: point?.key,
      traceId: trace.id,
      original,
    });
    if (this.tap?.wants("failed")) this.tap.sample("failed", trace.id, this.#services.clock.now(), original);
    if (point === undefined) return;
    this.counters.countOut("failed");
    this.#output.publishFailure(point, trace, { type, message });
    const next = this.#next.get("failed");
    if (next !== undefined) for (const node of next) node.receive(point, trace);
  }

  #close(operator: AnyOperator): void {
    try {
      operator.close?.();
    } catch (error) {
      this.#services.log.error({ err: error, flow: this.flow, node: this.plan.id }, "a node threw while it closed");
    }
  }
}
