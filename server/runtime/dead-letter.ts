/** What becomes of a record no attempt could deliver: it is told with all it takes to send it again. */
import type { SinkRecord } from "../../nodes/contract/connector.ts";
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
