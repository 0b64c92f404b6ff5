/** The headers every message of the gateway carries: what kind it is, which version, and whose trace. Pure. */
import type { HeaderBlock } from "./bus.ts";
import { envelopeVersion } from "./envelope.ts";

export type MessageKind = "raw" | "point" | "result" | "status" | "data" | "alert" | "aggregate" | "error" | "metric";

const visible = /^[\x21-\x7e]{1,128}$/;

/**
 * A maker of header blocks for one kind of message. Each call costs one small buffer: the fixed part is copied and the
 * trace written behind it. A foreign trace id that cannot stand in a header is left out; the envelope still has it.
 */
export function messageHeaders(kind: MessageKind, extra: Readonly<Record<string, string>> = {}) {
  const lines = Object.entries({ "Iot-Kind": kind, "Iot-Version": envelopeVersion, ...extra })
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join("");
  const before = Buffer.from(`NATS/1.0\r\n${lines}Iot-Trace-Id: `, "latin1");
  const untraced: HeaderBlock = { bytes: Buffer.from(`NATS/1.0\r\n${lines}\r\n`, "latin1") };
  return (traceId: string): HeaderBlock => {
    if (traceId.length !== 36 && !visible.test(traceId)) return untraced;
    const bytes = Buffer.allocUnsafe(before.length + traceId.length + 4);
    before.copy(bytes);
    bytes.write(traceId, before.length, "latin1");
    bytes.write("\r\n\r\n", before.length + traceId.length, "latin1");
    return { bytes };
  };
}
