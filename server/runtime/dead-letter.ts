/** What becomes of a record no attempt could deliver: it is told with all it takes to send it again. */
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import type { Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import type { DeadLetter } from "../bus/payloads.ts";
import { modules, subjects } from "../bus/subjects.ts";
import type { Services } from "./services.ts";

const encode = envelopeEncoder({ source: modules.sink.source });
const headers = messageHeaders("error");

export function publishDeadLetter(
  { bus, clock, errors }: Services,
  given: { flow: string; node: string; record: SinkRecord; reason: string; attempts: number },
): void {
  const { flow, node, record, reason, attempts } = given;
  const nowMs = clock.now();
  const letter: DeadLetter = {
    subject: record.subject,
    payload_base64: Buffer.from(record.text).toString("base64"),
    error: reason,
    attempts,
    flow,
    node,
    timestamp: isoTime(nowMs),
  };
  const payload = encode(JSON.stringify(letter), { id: record.traceId, hops: 0 }, nowMs);
  if (payload.length < bus.maxPayloadBytes())
    bus.publish(subjects.deadLetter("sink"), payload, headers(record.traceId));
  errors.report({
    module: "sink",
    flow,
    node,
    type: "write_failed",
    message: `given up after ${attempts} attempt(s): ${reason}`,
    traceId: record.traceId,
    subject: record.subject,
    original: record.text,
  });
}

/** The same for an input that a plugin or rule with a peer gave up; the report of the failure is its own. */
export function publishLostInput(
  { bus, clock }: Services,
  given: {
    readonly module: "plugin" | "rule";
    readonly flow: string;
    readonly node: string;
    readonly input: Point | Raw;
    readonly trace: Trace;
    readonly reason: string;
    readonly attempts: number;
  },
): void {
  const { module, flow, node, input, trace, reason, attempts } = given;
  const nowMs = clock.now();
  const letter: DeadLetter = {
    subject:
      "key" in input ? subjects.processed(input.device_id, input.key) : subjects.raw(input.protocol, input.device_id),
    payload_base64: Buffer.from(JSON.stringify(input)).toString("base64"),
    error: reason,
    attempts,
    flow,
    node,
    timestamp: isoTime(nowMs),
  };
  const encodeLetter = envelopeEncoder({ source: modules[module].source, flow, node });
  const payload = encodeLetter(JSON.stringify(letter), trace, nowMs);
  if (payload.length < bus.maxPayloadBytes()) bus.publish(subjects.deadLetter(module), payload, headers(trace.id));
}
