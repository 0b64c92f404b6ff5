/** How frames look on a serial line (Modbus over Serial Line V1.02): RTU with a CRC, ASCII with an LRC. Pure. */
import type { Request } from "./pdu.ts";

export interface LineCodec {
  /** Bytes on the line for one byte of a PDU and its unit, without what begins and ends a frame. */
  readonly bytesPerByte: number;
  /** Bytes around unit and PDU. */
  readonly overhead: number;
  frame(unitId: number, pdu: Buffer): Buffer;
  /** What has come since a request was sent, as the beginning of its reply. */
  read(heard: Buffer, request: Request): LineReading;
}

export type LineReading =
  | { readonly kind: "incomplete" }
  | { readonly kind: "bad"; readonly reason: string }
  /** `size`: bytes of the frame; what follows them does not belong to it. */
  | { readonly kind: "frame"; readonly unitId: number; readonly pdu: Buffer; readonly size: number };

const incomplete: LineReading = { kind: "incomplete" };

const crcTable = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** CRC-16/MODBUS, sent low byte first. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0xffff;
  for (const byte of bytes) crc = (crc >> 8) ^ (crcTable[(crc ^ byte) & 0xff] ?? 0);
  return crc;
}

const exceptionBit = 0x80;
const crcLength = 2;

export const rtu: LineCodec = {
  bytesPerByte: 1,
  overhead: crcLength,
  frame(unitId, pdu) {
    const frame = Buffer.alloc(1 + pdu.length + crcLength);
    frame.writeUInt8(unitId, 0);
    pdu.copy(frame, 1);
    frame.writeUInt16LE(crc16(frame.subarray(0, -crcLength)), frame.length - crcLength);
    return frame;
  },
  /** An RTU frame does not say where it ends: its length follows from the request. */
  read(heard, { replyLength }) {
    const functionCode = heard[1];
    if (functionCode === undefined) return incomplete;
    const size = 1 + ((functionCode & exceptionBit) === 0 ? replyLength : 2) + crcLength;
    if (heard.length < size) return incomplete;
    const frame = heard.subarray(0, size);
    if (crc16(frame.subarray(0, -crcLength)) !== frame.readUInt16LE(size - crcLength))
      return { kind: "bad", reason: "a frame with a wrong checksum (CRC)" };
    return { kind: "frame", unitId: frame.readUInt8(0), pdu: frame.subarray(1, -crcLength), size };
  },
};

const colon = 0x3a;
/** Colon, 2 × 254 digits, LRC, carriage return, line feed. */
const longestAscii = 513;

export const ascii: LineCodec = {
  bytesPerByte: 2,
  overhead: 5,
  frame(unitId, pdu) {
    const content = Buffer.concat([Buffer.of(unitId), pdu]);
    return Buffer.from(
      `:${Buffer.concat([content, Buffer.of(lrc(content))])
        .toString("hex")
        .toUpperCase()}\r\n`,
    );
  },
  read(heard) {
    if (heard.length > 0 && heard[0] !== colon)
      return { kind: "bad", reason: "something that is no Modbus ASCII frame" };
    const end = heard.indexOf("\r\n");
    if (end === -1)
      return heard.length < longestAscii ? incomplete : { kind: "bad", reason: "a Modbus ASCII frame without an end" };
    const digits = heard.toString("latin1", 1, end);
    if (!/^(?:[0-9A-Fa-f]{2}){3,}$/.test(digits))
      return { kind: "bad", reason: "a Modbus ASCII frame without hex digits" };
    const bytes = Buffer.from(digits, "hex");
    const content = bytes.subarray(0, -1);
    if (lrc(content) !== bytes.at(-1)) return { kind: "bad", reason: "a frame with a wrong checksum (LRC)" };
    return { kind: "frame", unitId: content.readUInt8(0), pdu: content.subarray(1), size: end + 2 };
  },
};

function lrc(bytes: Uint8Array): number {
  return -bytes.reduce((sum, byte) => sum + byte, 0) & 0xff;
}
