/** A Modbus TCP device for demonstrations and tests: answers from a memory that somebody else keeps. */
import { createServer, type Socket } from "node:net";
import { type Area, maxBitsPerRead, maxRegistersPerRead } from "../../nodes/connections/modbus/pdu.ts";

/** What a unit holds. Each function answers `undefined`, or `false`, where there is no such address. */
export interface UnitMemory {
  /** Two bytes for each register. */
  registers(area: Extract<Area, "holding" | "input">, address: number, count: number): Buffer | undefined;
  bits(area: Extract<Area, "coil" | "discrete">, address: number, count: number): readonly boolean[] | undefined;
  writeRegisters(address: number, data: Buffer): boolean;
  writeCoils(address: number, bits: readonly boolean[]): boolean;
}

export interface ModbusServer {
  readonly port: number;
  /** Requests answered so far. */
  requests(): number;
  close(): Promise<void>;
}

export interface ModbusServerOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  /** A unit that is not there is answered as gateways do, with exception 11. */
  unit(unitId: number): UnitMemory | undefined;
}

const headerLength = 7;
const exception = { illegalFunction: 1, illegalAddress: 2, illegalValue: 3, noAnswer: 11 } as const;

/** Rejects with the system's error when the port cannot be had. */
export async function serveModbus({ host, port, unit }: ModbusServerOptions): Promise<ModbusServer> {
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    let received = Buffer.alloc(0);
    socket.on("data", (chunk) => {
      received = Buffer.concat([received, chunk]);
      while (received.length >= headerLength) {
        const end = headerLength - 1 + received.readUInt16BE(4);
        if (received.readUInt16BE(2) !== 0 || end <= headerLength || end > 260) {
          socket.destroy();
          return;
        }
        if (received.length < end) return;
        requests++;
        socket.write(answer(received.subarray(0, end), unit));
        received = received.subarray(end);
      }
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === "object" && address !== null ? address.port : port,
    requests: () => requests,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(frame: Buffer, unit: ModbusServerOptions["unit"]): Buffer {
  const pdu = frame.subarray(headerLength);
  const memory = unit(frame.readUInt8(headerLength - 1));
  const result = memory === undefined ? exception.noAnswer : carryOut(pdu, memory);
  const reply = typeof result === "number" ? Buffer.of(pdu.readUInt8(0) | 0x80, result) : result;
  const header = Buffer.from(frame.subarray(0, headerLength));
  header.writeUInt16BE(1 + reply.length, 4);
  return Buffer.concat([header, reply]);
}

/** The PDU of the reply, or the code of an exception. */
function carryOut(pdu: Buffer, memory: UnitMemory): Buffer | number {
  const functionCode = pdu.readUInt8(0);
  if (![1, 2, 3, 4, 5, 6, 15, 16].includes(functionCode)) return exception.illegalFunction;
  if (pdu.length < 5) return exception.illegalValue;
  const address = pdu.readUInt16BE(1);
  const count = pdu.readUInt16BE(3);
  switch (functionCode) {
    case 1:
    case 2: {
      if (count < 1 || count > maxBitsPerRead) return exception.illegalValue;
      const bits = memory.bits(functionCode === 1 ? "coil" : "discrete", address, count);
      return bits === undefined ? exception.illegalAddress : readReply(functionCode, packed(bits));
    }
    case 3:
    case 4: {
      if (count < 1 || count > maxRegistersPerRead) return exception.illegalValue;
      const registers = memory.registers(functionCode === 3 ? "holding" : "input", address, count);
      return registers === undefined ? exception.illegalAddress : readReply(functionCode, registers);
    }
    case 5:
      if (count !== 0 && count !== 0xff00) return exception.illegalValue;
      return memory.writeCoils(address, [count !== 0]) ? pdu : exception.illegalAddress;
    case 6:
      return memory.writeRegisters(address, pdu.subarray(3, 5)) ? pdu : exception.illegalAddress;
    default: {
      const data = pdu.subarray(6);
      const bytes = functionCode === 15 ? Math.ceil(count / 8) : 2 * count;
      if (count < 1 || data.length !== bytes || pdu[5] !== bytes) return exception.illegalValue;
      const isDone =
        functionCode === 15 ? memory.writeCoils(address, unpacked(data, count)) : memory.writeRegisters(address, data);
      return isDone ? pdu.subarray(0, 5) : exception.illegalAddress;
    }
  }
}

function readReply(functionCode: number, data: Buffer): Buffer {
  return Buffer.concat([Buffer.of(functionCode, data.length), data]);
}

function packed(bits: readonly boolean[]): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8));
  for (const [index, bit] of bits.entries()) if (bit) bytes[index >> 3] = (bytes[index >> 3] ?? 0) | (1 << (index & 7));
  return bytes;
}

function unpacked(bytes: Buffer, count: number): boolean[] {
  return Array.from({ length: count }, (_, index) => ((bytes[index >> 3] ?? 0) & (1 << (index & 7))) !== 0);
}
