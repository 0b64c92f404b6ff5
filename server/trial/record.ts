/** What a trial has seen, up to its limits. */
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Emission } from "../../nodes/contract/operator.ts";
import type { NodePlan } from "../compiler/plan.ts";
import type { RuntimeError } from "../runtime/activity.ts";
import type { Witness } from "../runtime/services.ts";
import { isCaptured } from "./captured.ts";
import { type TrialError, type TrialEvent, trialLimits } from "./trial.ts";

export class Record implements Witness {
  readonly events: TrialEvent[] = [];
  readonly errors: TrialError[] = [];
  isFull = false;
  #clock: Clock;
  #startMs: number;
  #captured: ReadonlySet<string>;
  #bytes = 0;

  constructor(clock: Clock, nodes: readonly NodePlan[]) {
    this.#clock = clock;
    this.#startMs = clock.now();
    this.#captured = new Set(nodes.filter(isCaptured).map(({ id }) => id));
  }

  given(node: string, traceId: string, content: object): void {
    if (this.#captured.has(node)) this.#add(node, "in", traceId, content);
  }

  left(node: string, port: string, traceId: string, content: object, emission?: Emission): void {
    const { reason, alerts, aggregates } = emission ?? {};
    this.#add(node, port, traceId, { ...content, reason, alerts, aggregates });
  }

  addErrors(errors: readonly RuntimeError[]): void {
    for (const { node, atMs, type, message } of errors) {
      if (this.errors.length < trialLimits.events)
        this.errors.push({ atMs: atMs - this.#startMs, node, type, message });
      else this.isFull = true;
    }
  }

  #add(node: string, port: string, traceId: string, content: object): void {
    const text = JSON.stringify(content);
    if (this.events.length >= trialLimits.events || this.#bytes + text.length > trialLimits.bytes) {
      this.isFull = true;
      return;
    }
    this.#bytes += text.length;
    const message: unknown = JSON.parse(text);
    this.events.push({ atMs: this.#clock.now() - this.#startMs, node, port, traceId, message });
  }
}
