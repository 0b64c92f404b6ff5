/** For tests: a wire without a device, on which the test says byte by byte what comes. */
import { Duplex } from "node:stream";
import { crc16 } from "./line-codec.ts";

export interface TestWire {
  readonly stream: Duplex;
  /** What was sent and not yet taken. */
  readonly sent: Buffer[];
  /** Lets bytes come, all at once. */
  come(...parts: readonly (Buffer | readonly number[])[]): void;
}

export function testWire(): TestWire {
  const sent: Buffer[] = [];
  const stream = new Duplex({
    read() {},
    write(chunk: Buffer, _encoding, done) {
      sent.push(chunk);
      done();
    },
  });
  const come: TestWire["come"] = (...parts) => {
    stream.emit("data", Buffer.concat(parts.map((part) => Buffer.from(part as Buffer))));
  };
  return { stream, sent, come };
}

/** A Modbus TCP frame; `header` to send a wrong one. */
export function tcpFrame(
  transaction: number,
  unitId: number,
  pdu: readonly number[],
  header: { readonly protocol?: number; readonly length?: number } = {},
): Buffer {
  const frame = Buffer.alloc(7);
  frame.writeUInt16BE(transaction, 0);
  frame.writeUInt16BE(header.protocol ?? 0, 2);
  frame.writeUInt16BE(header.length ?? 1 + pdu.length, 4);
  frame.writeUInt8(unitId, 6);
  return Buffer.concat([frame, Buffer.from(pdu)]);
}

export function rtuFrame(unitId: number, pdu: readonly number[]): Buffer {
  const content = Buffer.from([unitId, ...pdu]);
  const crc = Buffer.alloc(2);
  crc.writeUInt16LE(crc16(content));
  return Buffer.concat([content, crc]);
}

/** The PDU of a reply to a read of registers. */
export function registersPdu(...registers: readonly number[]): number[] {
  return [3, registers.length * 2, ...registers.flatMap((register) => [register >> 8, register & 0xff])];
}

/** Lets promises that are settled go on. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
}
