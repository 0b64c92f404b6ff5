/** A running plugin or rule. Stays the same object when its configuration changes, so wires and counters stay too. */
import { randomUUID } from "node:crypto";
import { isOperator } from "../../nodes/contract/catalog.ts";
import type { AlarmCommand, Emission, Operator, Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { FlowPlan, OperatorPlan } from "../compiler/plan.ts";
import type { NodeState, NodeStateChange } from "../node-state.ts";
import type { Counters } from "./counters.ts";
import { readState, stateBasis, writeState } from "./operator-state.ts";
import { Outlet, type Receiver } from "./outlet.ts";
import type { PointJson } from "./point-json.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

type AnyOperator = Operator<Point | Raw>;

export class OperatorNode implements Receiver {
  readonly counters: Counters;
  readonly flow: string;

  #services: Services;
  #flowPlan: FlowPlan;
  #outlet: Outlet;
  #operator: AnyOperator;
  /** What is being processed now; `undefined` while a timer emits. */
  #input: Point | undefined;
  #trace: Trace | undefined;

  /** `saved` is what the node remembered when it last ran. Throws when the configuration is refused: nothing runs then. */
  constructor(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson, saved: NodeState | undefined) {
    this.flow = flow.id;
    this.#services = services;
    this.#flowPlan = flow;
    this.#outlet = new Outlet(services, flow, plan, json);
    this.counters = this.#outlet.counters;
    this.#operator = this.#make(flow, plan, saved);
  }

  get plan(): OperatorPlan {
    return this.#outlet.plan;
  }
  recent(side: "in" | "out"): readonly (Point | Raw)[] {
    return side === "in" ? this.#outlet.recentInputs() : this.#outlet.recentOutputs();
  }
  get last(): Point | undefined {
    return this.#outlet.last;
  }
  set tap(tap: Tap | undefined) {
    this.#outlet.tap = tap;
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
      report: (type, message) =>
        this.#services.errors.report({ module: plan.category, flow: this.flow, node: plan.id, type, message }),
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
    this.#flowPlan = flow;
    this.#outlet.describe(flow, plan);
  }

  wire(next: ReadonlyMap<string, readonly Receiver[]>): void {
    this.#outlet.wire(next);
  }

  receive(input: Point | Raw, trace: Trace): void {
    this.#outlet.received(input, trace);
    this.#input = "key" in input ? (input as Point) : undefined;
    this.#trace = trace;
    try {
      this.#operator.process(input, trace);
    } catch (error) {
      this.#outlet.fail(input, trace, error);
    }
    this.#input = undefined;
    this.#trace = undefined;
  }

  /** False for a node that has no such alarm. */
  operate(command: AlarmCommand): boolean {
    return this.#operator.command?.(command) ?? false;
  }

  settle(settled: Set<unknown> = new Set()): void {
    this.#outlet.settle(settled);
  }

  close(): void {
    this.#close(this.#operator);
  }

  #emit(point: Point, emission: Emission | undefined): void {
    const trace = emission?.trace ?? this.#trace ?? { id: randomUUID(), hops: 0 };
    this.#outlet.emit(point, this.#input, trace, emission);
    if (this.#trace === undefined) this.#outlet.settleSoon();
  }

  #close(operator: AnyOperator): void {
    try {
      operator.close?.();
    } catch (error) {
      this.#services.log.error({ err: error, flow: this.flow, node: this.plan.id }, "a node threw while it closed");
    }
  }
}
