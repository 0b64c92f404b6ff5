/** The headers every message of the gateway carries: what kind it is, which version, and whose trace. Pure. */
import type { HeaderBlock } from "./bus.ts";
import { envelopeVersion } from "./envelope.ts";
import { encodeHeaders } from "./headers.ts";

export type MessageKind =
  | "raw"
  | "point"
  | "result"
  | "status"
  | "data"
  | "alert"
  | "aggregate"
  | "error"
  | "metric"
  | "reply";

const visible = /^[\x21-\x7e]{1,128}$/;
const end = "\r\n\r\n";

/**
 * A maker of header blocks for one kind of message. Each call costs one small buffer: the fixed part is copied and the
 * trace written behind it. A foreign trace id that cannot stand in a header is left out; the envelope still has it.
 */
export function messageHeaders(kind: MessageKind, extra: Readonly<Record<string, string>> = {}) {
  const untraced = encodeHeaders({ "Iot-Kind": kind, "Iot-Version": envelopeVersion, ...extra });
  const before = Buffer.concat([untraced.bytes.subarray(0, -2), Buffer.from("Iot-Trace-Id: ")]);
  return (traceId: string): HeaderBlock => {
    if (!visible.test(traceId)) return untraced;
    const bytes = Buffer.allocUnsafe(before.length + traceId.length + end.length);
    before.copy(bytes);
    bytes.write(traceId + end, before.length, "latin1");
    return { bytes };
  };
}
