/** Message headers as the bytes that go on the wire. */
import type { MsgHdrs } from "@nats-io/transport-node";
import type { HeaderBlock } from "./bus.ts";

const firstLine = "NATS/1.0\r\n";

/**
 * Makes the block once for many messages. Control characters in values become spaces: a value can never end its line.
 * Throws on a name that cannot be a header's, since those are ours.
 */
export function encodeHeaders(values: Readonly<Record<string, string>>): HeaderBlock {
  const lines = Object.entries(values).map(([name, value]) => {
    if (!/^[!-9;-~]+$/.test(name)) throw new Error(`"${name}" cannot be the name of a header`);
    return `${name}: ${onOneLine(value)}\r\n`;
  });
  return { bytes: Buffer.from(`${firstLine}${lines.join("")}\r\n`) };
}

function onOneLine(value: string): string {
  return value.replace(/\p{Cc}+/gu, " ");
}

const visible = /^[!-~]+$/;

/** An id from elsewhere as it can stand in a header. */
export function headerSafeId(id: string): string {
  return visible.test(id) ? id : encodeURIComponent(id);
}

/** The block with the id by which JetStream knows a repeated message, in front of what else is in it. */
export function withMessageId(id: string, block?: HeaderBlock): Uint8Array {
  const start = `${firstLine}Nats-Msg-Id: ${id}\r\n`;
  if (block === undefined) return Buffer.from(`${start}\r\n`, "latin1");
  const moved = start.length - firstLine.length;
  const bytes = Buffer.allocUnsafe(moved + block.bytes.length);
  bytes.set(block.bytes, moved);
  // Over the block's own first line.
  bytes.write(start, 0, "latin1");
  return bytes;
}

/**
 * The client asks headers only for their bytes when it publishes, and would make them anew for every message. It has no
 * type for headers that are bytes already, hence the cast.
 */
export function wireHeaders(bytes: Uint8Array): MsgHdrs {
  return new WireHeaders(bytes) as unknown as MsgHdrs;
}

class WireHeaders {
  readonly bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }
  encode(): Uint8Array {
    return this.bytes;
  }
}
