/** Requests and replies by the Modbus Application Protocol V1.1b3, without the frame a transport puts around them. Pure. */

export const areas = ["coil", "discrete", "holding", "input"] as const;
export type Area = (typeof areas)[number];

/** Coils and discrete inputs are bits, the other two are registers of 16 bits. */
export function isBitArea(area: Area): boolean {
  return area === "coil" || area === "discrete";
}

/** The most that fits into one PDU of 253 bytes, by the protocol's own limits. */
export const maxRegistersPerRead = 125;
export const maxBitsPerRead = 2_000;

/** One request and all that is known of its reply before it comes. */
export interface Request {
  readonly kind: "read" | "write";
  readonly pdu: Buffer;
  /** Bytes of the PDU of a good reply: they follow from the request. */
  readonly replyLength: number;
}

const readFunctions: Readonly<Record<Area, number>> = { coil: 1, discrete: 2, holding: 3, input: 4 };

/** `count` registers, or bits of an area of bits, from the zero-based `address` on. */
export function readRequest(area: Area, address: number, count: number): Request {
  const bytes = isBitArea(area) ? Math.ceil(count / 8) : 2 * count;
  return { kind: "read", pdu: pduOf(readFunctions[area], address, count), replyLength: 2 + bytes };
}

/** Function 5 for a single coil, function 15 for several or when `multiple` asks for it. */
export function writeCoils(address: number, bits: readonly boolean[], multiple: boolean): Request {
  const [first = false] = bits;
  if (bits.length === 1 && !multiple) return write(pduOf(5, address, first ? 0xff00 : 0));
  const data = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) data[index >> 3] = (data[index >> 3] ?? 0) | (1 << (index & 7));
  return write(Buffer.concat([pduOf(15, address, bits.length), Buffer.of(data.length), data]));
}

/** Function 6 for a single register, function 16 for several or when `multiple` asks for it. `data`: two bytes for each. */
export function writeRegisters(address: number, data: Buffer, multiple: boolean): Request {
  if (data.length === 2 && !multiple) return write(pduOf(6, address, data.readUInt16BE(0)));
  return write(Buffer.concat([pduOf(16, address, data.length / 2), Buffer.of(data.length), data]));
}

function write(pdu: Buffer): Request {
  return { kind: "write", pdu, replyLength: 5 };
}

function pduOf(functionCode: number, first: number, second: number): Buffer {
  const pdu = Buffer.alloc(5);
  pdu.writeUInt8(functionCode, 0);
  pdu.writeUInt16BE(first, 1);
  pdu.writeUInt16BE(second, 3);
  return pdu;
}

/** What a device answered. */
export type Reply =
  /** What was read; empty for a write. */
  | { readonly kind: "data"; readonly bytes: Buffer }
  | { readonly kind: "exception"; readonly code: number }
  /** Something came that is no proper reply: nothing of it is believed. */
  | { readonly kind: "garbled"; readonly reason: string };

const exceptionBit = 0x80;

/** True when the PDU answers a request of this function, well or badly. */
export function isReplyTo({ pdu }: Request, reply: Buffer): boolean {
  return reply.length > 0 && (Number(reply[0]) & ~exceptionBit) === pdu[0];
}

/** Reads a PDU for which `isReplyTo` holds. Everything the request determines is compared before anything is believed. */
export function readReply({ kind, pdu, replyLength }: Request, reply: Buffer): Reply {
  if ((Number(reply[0]) & exceptionBit) !== 0) {
    const [, code] = reply;
    if (reply.length === 2 && code !== undefined) return { kind: "exception", code };
    return garbled(`an exception of ${reply.length} bytes instead of 2`);
  }
  if (reply.length !== replyLength) return garbled(`a reply of ${reply.length} bytes instead of ${replyLength}`);
  if (kind === "write")
    return reply.equals(pdu.subarray(0, replyLength))
      ? { kind: "data", bytes: Buffer.alloc(0) }
      : garbled("the reply to a write names another address or value");
  const byteCount = replyLength - 2;
  if (reply[1] !== byteCount) return garbled(`a byte count of ${reply[1]} instead of ${byteCount}`);
  return { kind: "data", bytes: reply.subarray(2) };
}

function garbled(reason: string): Reply {
  return { kind: "garbled", reason };
}
