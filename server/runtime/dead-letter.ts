/** What becomes of a record no attempt could deliver: it is kept with all it takes to send it again. */
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import type { Trace } from "../../nodes/contract/operator.ts";
import type { Point, Raw } from "../../nodes/contract/point.ts";
import type { StoredMessage } from "../bus/bus.ts";
import { PayloadTooLargeError } from "../bus/bus.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import type { DeadLetter } from "../bus/payloads.ts";
import { modules, subjects } from "../bus/subjects.ts";
import type { Services } from "./services.ts";

const encode = envelopeEncoder({ source: modules.sink.source });
const headers = messageHeaders("error");

/**
 * Resolves when the stream of dead letters has it; without streams it is told on the bus and no more. Rejects when it
 * could not be stored: then it is not given up yet. The same record is stored once, however often it is given up.
 */
export async function publishDeadLetter(
  { bus, clock, errors }: Services,
  given: {
    readonly flow: string;
    readonly node: string;
    readonly record: SinkRecord;
    readonly stored: StoredMessage | undefined;
    readonly reason: string;
    readonly attempts: number;
  },
): Promise<void> {
  const { flow, node, record, stored, reason, attempts } = given;
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
  const subject = subjects.deadLetter("sink");
  const payload = encode(JSON.stringify(letter), { id: record.traceId, hops: 0 }, nowMs);
  const block = headers(record.traceId);
  const id = stored === undefined ? undefined : `dlq:${stored.stream}:${stored.sequence}:${flow}/${node}`;
  try {
    if (bus.stored === undefined) bus.publish(subject, payload, block);
    else await bus.stored.publish(subject, payload, { headers: block, ...(id === undefined ? {} : { id }) });
  } catch (error) {
    // As base64 it is a third longer than it came. What is reported below holds its beginning.
    if (!(error instanceof PayloadTooLargeError)) throw error;
  }
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
