/** Where everything that goes wrong with a message or a peer is told: the bus, the live feed and the log. */
import { randomUUID } from "node:crypto";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { Bus } from "../bus/bus.ts";
import { PayloadTooLargeError } from "../bus/bus.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import type { ErrorReport } from "../bus/payloads.ts";
import { type Module, modules, subjects } from "../bus/subjects.ts";
import type { Log } from "../log.ts";
import type { RuntimeError } from "./activity.ts";

export interface Failure {
  readonly module: Module;
  readonly flow: string;
  readonly node: string;
  /** One token: `parse_error`, `validation`, `payload_too_large` … */
  readonly type: string;
  readonly message: string;
  readonly deviceId?: string | undefined;
  readonly key?: string | undefined;
  readonly traceId?: string | undefined;
  readonly subject?: string | undefined;
  /** The message as JSON text; only the beginning is kept. */
  readonly original?: string | undefined;
  /** A point that a plugin turned away by a port, as JSON: it goes along complete, for what is wired to the port. */
  readonly rejected?: { readonly port: string; readonly point: string } | undefined;
}

const originalLimit = 8_192;
const logEveryMs = 1_000;
const keptForFeed = 200;

export class Errors {
  #bus: Bus;
  #clock: Clock;
  #log: Log;
  /** A configured subject for errors of rules, used exactly, instead of `iot.errors.rules.{type}`. */
  #ruleErrorSubject: string | undefined;
  #recent: RuntimeError[] = [];
  #logged = new Map<string, { atMs: number; silent: number }>();
  #headers = messageHeaders("error");

  constructor(bus: Bus, clock: Clock, log: Log, ruleErrorSubject: string | undefined) {
    this.#bus = bus;
    this.#clock = clock;
    this.#log = log;
    this.#ruleErrorSubject = ruleErrorSubject;
  }

  /** Never throws: an error about an error would hide the first. */
  report(failure: Failure): void {
    const nowMs = this.#clock.now();
    const { module, flow, node, type, message, traceId, rejected } = failure;
    this.#recent.push({ flow, node, atMs: nowMs, type, message, ...(traceId === undefined ? {} : { traceId }) });
    if (this.#recent.length > keptForFeed) this.#recent.shift();
    this.#logSometimes(failure);
    const report: ErrorReport = {
      type,
      message,
      module: modules[module].source,
      flow,
      node,
      timestamp: isoTime(nowMs),
      ...(failure.deviceId === undefined ? {} : { device_id: failure.deviceId }),
      ...(failure.key === undefined ? {} : { key: failure.key }),
      ...(traceId === undefined ? {} : { trace_id: traceId }),
      ...(failure.subject === undefined ? {} : { subject: failure.subject }),
      ...(failure.original === undefined ? {} : { original: failure.original.slice(0, originalLimit) }),
    };
    const trace = { id: traceId ?? randomUUID(), hops: 0 };
    const port = rejected === undefined ? {} : { port: rejected.port };
    const encode = envelopeEncoder({ source: modules[module].source, flow, node, ...port });
    const text = JSON.stringify(report);
    const told = encode(text, trace, nowMs);
    const configured = module === "rule" ? this.#ruleErrorSubject : undefined;
    const subject = configured ?? subjects.error(module, type);
    if (rejected === undefined) this.#publish(subject, told, trace.id);
    else {
      const complete = encode(`${text.slice(0, -1)},"point":${rejected.point}}`, trace, nowMs);
      if (!this.#publish(subject, complete, trace.id)) this.#publish(subject, told, trace.id);
    }
    if (failure.deviceId !== undefined) this.#publish(subjects.deviceErrors(failure.deviceId), told, trace.id);
  }

  /** False when the message is too large for the bus. */
  #publish(subject: string, payload: Uint8Array, traceId: string): boolean {
    try {
      this.#bus.publish(subject, payload, this.#headers(traceId));
      return true;
    } catch (error) {
      if (!(error instanceof PayloadTooLargeError)) throw error;
      return false;
    }
  }

  /** What happened since the last call, for the live feed. */
  take(): readonly RuntimeError[] {
    if (this.#recent.length === 0) return this.#recent;
    const taken = this.#recent;
    this.#recent = [];
    return taken;
  }

  /** A flood of one kind of error becomes one line a second with a count, or the log would hide everything else. */
  #logSometimes({ original: _, rejected: __, ...failure }: Failure): void {
    const kind = `${failure.flow}/${failure.node}/${failure.type}`;
    const last = this.#logged.get(kind);
    const nowMs = this.#clock.monotonic();
    if (last !== undefined && nowMs - last.atMs < logEveryMs) {
      last.silent++;
      return;
    }
    this.#log.warn({ ...failure, ...(last?.silent ? { alsoSilently: last.silent } : {}) }, failure.message);
    this.#logged.set(kind, { atMs: nowMs, silent: 0 });
    if (this.#logged.size > 1_000) this.#logged.clear();
  }
}
