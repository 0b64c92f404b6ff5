/** Where what a plugin or rule emits leaves it: the subjects of its stage, the tap, and the nodes fused behind it. */
import { outputsOf } from "../../nodes/contract/describe.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import type { Emission, Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { FlowPlan, OperatorPlan } from "../compiler/plan.ts";
import { Counters } from "./counters.ts";
import { type Output, pluginOutput, ruleOutput } from "./output.ts";
import type { PointJson } from "./point-json.ts";
import type { Services } from "./services.ts";
import type { Tap } from "./taps.ts";

/** What can stand behind a node in the same stage. */
export interface Receiver {
  receive(input: Point | Raw, trace: Trace): void;
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
  #firstPort: string;
  #next = new Map<string, readonly Receiver[]>();

  constructor(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson) {
    this.flow = flow.id;
    this.plan = plan;
    this.#services = services;
    this.#json = json;
    this.#output = outputOf(services, flow, plan, json);
    this.#firstPort = firstPortOf(services, plan);
  }

  /** Takes over names, result settings and wiring. */
  describe(flow: FlowPlan, plan: OperatorPlan): void {
    this.plan = plan;
    this.#output = outputOf(this.#services, flow, plan, this.#json);
    this.#firstPort = firstPortOf(this.#services, plan);
  }

  wire(next: ReadonlyMap<string, readonly Receiver[]>): void {
    this.#next = new Map(next);
  }

  /** `original`: the point that caused this one; `undefined` when none did. */
  emit(point: Point, original: Point | undefined, trace: Trace, emission: Emission | undefined): void {
    const port = emission?.port ?? "out";
    if (port === "failed") {
      this.#report(point, trace, "validation", emission?.reason ?? "the node could not handle this message");
      return;
    }
    this.counters.emitted++;
    this.counters.countOut(port);
    this.counters.lastMessageMs = this.#services.clock.now();
    if (port === this.#firstPort) this.last = point;
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

  /** All that one input caused has been emitted. */
  messageDone(trace: Trace): void {
    this.#output.messageDone(trace);
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
}

function outputOf(services: Services, flow: FlowPlan, plan: OperatorPlan, json: PointJson): Output {
  const make = plan.category === "rule" ? ruleOutput : pluginOutput;
  return make(services, flow, plan, json);
}

function firstPortOf({ catalog }: Services, { type }: OperatorPlan): string {
  const definition = catalog.nodes.get(type);
  return (definition && outputsOf(definition)[0]?.name) ?? "out";
}
