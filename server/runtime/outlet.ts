/** Where what a plugin or rule emits leaves it: the subjects of its stage, the tap, and the nodes fused behind it. */
import { isPluginOrRule } from "../../nodes/contract/catalog.ts";
import { isRejecting, outputsOf } from "../../nodes/contract/describe.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import type { Emission, Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { FlowPlan, OperatorPlan } from "../compiler/plan.ts";
import { Counters } from "./counters.ts";
import { type Output, pluginOutput, ruleOutput } from "./output.ts";
import type { PointJson } from "./point-json.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

/** Messages that a node remembers, for people who try an expression on them. */
const recentLimit = 16;

/** What can stand behind a node in the same stage. */
export interface Receiver {
  receive(input: Point | Raw, trace: Trace): void;
  /**
   * All that one message, or one turn of a timer, caused has been emitted: what was held back to be sent together is
   * sent, here and behind. `settled` are those that have done so.
   */
  settle(settled: Set<unknown>): void;
}

export class Outlet {
  readonly counters = new Counters();
  readonly flow: string;
  plan: OperatorPlan;
  tap: Tap | undefined;
  last: Point | undefined;

  #services: Services;
  #json: PointJson;
  #output: Output;
  /** Whose points the card shows; every port's when `undefined`. */
  #shownPort: string | undefined;
  #rejecting: ReadonlySet<string>;
  #isSettling = false;
  #next = new Map<string, readonly Receiver[]>();
  #inputs: (Point | Raw | undefined)[] = [];
  #outputs: (Point | undefined)[] = [];

  constructor(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson) {
    this.flow = flow.id;
    this.plan = plan;
    this.#services = services;
    this.#json = json;
    this.#output = outputOf(services, flow, plan, json);
    this.#shownPort = shownPortOf(services, plan);
    this.#rejecting = rejectingPorts(services, plan);
  }

  /** Takes over names, result settings and wiring. */
  describe(flow: FlowPlan, plan: OperatorPlan): void {
    this.plan = plan;
    this.#output.settle();
    this.#output = outputOf(this.#services, flow, plan, this.#json);
    this.#shownPort = shownPortOf(this.#services, plan);
    this.#rejecting = rejectingPorts(this.#services, plan);
  }

  wire(next: ReadonlyMap<string, readonly Receiver[]>): void {
    this.#next = new Map(next);
  }

  /** To be called for everything the node is given. */
  received(input: Point | Raw, trace: Trace): void {
    this.counters.received++;
    this.#inputs[this.counters.received % recentLimit] = input;
    const { taps, clock, witness } = this.#services;
    if (taps.traces.isOn) taps.traces.record(this.flow, this.plan.id, "in", trace.id, clock.now(), input);
    witness?.given(this.plan.id, trace.id, input);
  }

  /** The latest of what it was given, in no order. */
  recentInputs(): readonly (Point | Raw)[] {
    return this.#inputs.filter((input) => input !== undefined);
  }

  /** The latest of what left it by its first port, in no order. */
  recentOutputs(): readonly Point[] {
    return this.#outputs.filter((point) => point !== undefined);
  }

  /** `original`: the point that caused this one; `undefined` when none did. */
  emit(point: Point, original: Point | undefined, trace: Trace, emission: Emission | undefined): void {
    const port = emission?.port ?? "out";
    if (port === "failed") {
      this.#report(point, trace, "validation", emission?.reason ?? "the node could not handle this message");
      return;
    }
    if (this.#rejecting.has(port)) {
      this.#reject(port, point, trace, emission?.reason ?? "the node turned the point away");
      return;
    }
    this.counters.emitted++;
    this.counters.countOut(port);
    this.counters.lastMessageMs = this.#services.clock.now();
    if (this.#shownPort === undefined || port === this.#shownPort) {
      this.last = point;
      this.#outputs[(this.counters.ports[port] ?? 0) % recentLimit] = point;
    }
    this.#trace(port, point, original, trace, emission);
    this.#output.publish(port, point, original ?? point, trace, emission);
    if (this.tap?.wants(port)) this.tap.sample(port, trace.id, this.counters.lastMessageMs, this.#json.of(point));
    const next = this.#next.get(port);
    if (next !== undefined) for (const node of next) node.receive(point, trace);
  }

  /** Tells that an input could not be handled. An error that no node throws on purpose is our own defect. */
  fail(input: Point | Raw, trace: Trace, error: unknown): void {
    const known = error instanceof MessageError;
    const type = known ? error.type : "internal";
    const message = error instanceof Error ? error.message : String(error);
    if (!known) this.#services.log.error({ err: error, flow: this.flow, node: this.plan.id }, "a node threw");
    this.#report(input, trace, type, message);
  }

  settle(settled: Set<unknown>): void {
    if (settled.has(this)) return;
    settled.add(this);
    this.#output.settle();
    for (const receivers of this.#next.values()) for (const receiver of receivers) receiver.settle(settled);
  }

  /** For what no message caused: what is emitted in one go belongs together. */
  settleSoon(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    queueMicrotask(() => {
      this.#isSettling = false;
      this.settle(new Set());
    });
  }

  /** Tells of a point that leaves by a port which turns away, and hands it to what is called from there. */
  #reject(port: string, point: Point, trace: Trace, message: string): void {
    this.counters.failed++;
    this.counters.countOut(port);
    this.#trace(port, point, point, trace, { reason: message });
    const json = this.#json.of(point);
    this.#services.errors.report({
      module: this.plan.category,
      flow: this.flow,
      node: this.plan.id,
      type: port,
      message,
      deviceId: point.device_id,
      key: point.key,
      traceId: trace.id,
      original: json,
      rejected: { port, point: json },
    });
    if (this.tap?.wants(port)) this.tap.sample(port, trace.id, this.#services.clock.now(), json);
    const next = this.#next.get(port);
    if (next !== undefined) for (const node of next) node.receive(point, trace);
  }

  #trace(port: string, point: Point, cause: Point | undefined, trace: Trace, emission: Emission | undefined): void {
    const { taps, clock, witness } = this.#services;
    if (taps.traces.isOn) taps.traces.record(this.flow, this.plan.id, port, trace.id, clock.now(), point, cause);
    witness?.left(this.plan.id, port, trace.id, point, emission);
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
    this.#trace("failed", point, point, trace, { reason: message });
    this.#output.publishFailure(point, trace, { type, message });
    const next = this.#next.get("failed");
    if (next !== undefined) for (const node of next) node.receive(point, trace);
  }
}

function outputOf(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson): Output {
  const make = plan.category === "rule" ? ruleOutput : pluginOutput;
  return make(services, flow, plan, json);
}

function shownPortOf({ catalog }: Services, { type }: OperatorPlan): string | undefined {
  const definition = catalog.nodes.get(type);
  if (definition === undefined) return "out";
  if (isPluginOrRule(definition) && definition.outputsFrom !== undefined) return undefined;
  return outputsOf(definition)[0]?.name ?? "out";
}

function rejectingPorts({ catalog }: Services, { type, category }: OperatorPlan): ReadonlySet<string> {
  const definition = catalog.nodes.get(type);
  if (definition === undefined || category !== "plugin") return new Set();
  const names = outputsOf(definition).map(({ name }) => name);
  return new Set(names.filter((name) => isRejecting(definition, name)));
}
