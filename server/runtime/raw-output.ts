/** How a reading gets onto `iot.raw.{protocol}.{device_id}`, with a trace of its own. */
import { randomUUID } from "node:crypto";
import type { AdapterContext } from "../../nodes/contract/connector.ts";
import { ConnectionError, MessageError } from "../../nodes/contract/errors.ts";
import type { Trace } from "../../nodes/contract/operator.ts";
import type { Protocol } from "../../nodes/contract/point.ts";
import { type Bus, PayloadTooLargeError } from "../bus/bus.ts";
import { envelopeEncoder, isoTime } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import { modules, subjects } from "../bus/subjects.ts";
import type { Services } from "./services.ts";

export type Reading = Parameters<AdapterContext<unknown>["emit"]>[0];

export interface RawSent {
  readonly trace: Trace;
  /** The reading as it went out. */
  readonly json: string;
  /**
   * When the stream has it; at once when it is not waited for. Rejects with `ConnectionError` when it could not be
   * stored: the sender still has it.
   */
  readonly accepted: Promise<void>;
}

/**
 * A publisher for one sender. It throws `ConnectionError` while the bus is away, so that the sender can keep the reading,
 * and `MessageError` when the reading is too large, which is then reported already.
 */
export function rawOutput(
  { bus, errors }: Services,
  sender: { readonly module: "adapter" | "plugin" | "rule"; readonly flow: string; readonly node: string },
  protocol: Protocol,
): (reading: Reading, nowMs: number, isStored?: boolean) => RawSent {
  const { module, flow, node } = sender;
  const encode = envelopeEncoder({ source: modules[module].source, flow, node });
  const headers = messageHeaders("raw");
  return (reading, nowMs, isStored = false) => {
    const { device_id, payload, encoding, metadata } = reading;
    const timestamp = reading.timestamp ?? isoTime(nowMs);
    const json = JSON.stringify({ device_id, protocol, payload, encoding, timestamp, metadata });
    const trace = { id: randomUUID(), hops: 0 };
    const subject = subjects.raw(protocol, device_id);
    if (bus.status().state !== "connected")
      throw new ConnectionError("the gateway has lost its bus; it reconnects by itself");
    try {
      const payload = encode(json, trace, nowMs);
      const block = headers(trace.id);
      if (!isStored || bus.stored === undefined) bus.publish(subject, payload, block, device_id);
      else {
        refuseTooLarge(bus, payload.length + block.bytes.length);
        const storing = bus.stored.publish(subject, payload, { headers: block, id: trace.id });
        return { trace, json, accepted: storing.then(nothing, notStored) };
      }
    } catch (error) {
      if (!(error instanceof PayloadTooLargeError)) throw error;
      const message = `a reading of ${device_id} is too large for the bus: ${error.message}`;
      const original = json.slice(0, 1_000);
      errors.report({
        module,
        flow,
        node,
        type: "payload_too_large",
        message,
        deviceId: device_id,
        traceId: trace.id,
        subject,
        original,
      });
      throw new MessageError("payload_too_large", message);
    }
    return { trace, json, accepted };
  };
}

/** A promise that is already resolved costs next to nothing. */
const accepted = Promise.resolve();
const nothing = () => undefined;

function notStored({ message }: Error): never {
  throw new ConnectionError(`the stream has not taken it: ${message}`);
}

/** Before it is sent, so that the sender is told at once. */
function refuseTooLarge(bus: Bus, bytes: number): void {
  const most = bus.maxPayloadBytes() - messageIdBytes;
  if (bytes > most) throw new PayloadTooLargeError(`it has ${bytes} bytes; the NATS server takes ${most}`);
}

/** What the header with the id of a stored message takes. */
const messageIdBytes = 64;
