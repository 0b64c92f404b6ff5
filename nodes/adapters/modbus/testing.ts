/** For tests: the adapter with what it sends collected, on a real connection or on a device in memory. */

import type { BusOutcome, ModbusClient } from "../../connections/modbus/client.ts";
import modbus from "../../connections/modbus/modbus.connection.ts";
import type { Request } from "../../connections/modbus/pdu.ts";
import { type Clock, systemClock } from "../../contract/clock.ts";
import type { PeerContext } from "../../contract/connection.ts";
import type { AdapterContext } from "../../contract/connector.ts";
import adapter from "./modbus.node.ts";

export interface SentPoint {
  readonly key: string;
  readonly value: unknown;
  readonly type: string;
  readonly quality: number;
  readonly detail?: string;
}
export type Sent = Parameters<AdapterContext<unknown>["emit"]>[0];

export const notHere = () => Promise.reject(new Error("there are no endpoints in this test"));

export interface OpenBus {
  readonly client: ModbusClient;
  readonly lost: Error[];
  close(): Promise<void>;
}

export async function openBus(config: object, clock: Clock = systemClock): Promise<OpenBus> {
  const lost: Error[] = [];
  const abort = new AbortController();
  const context: PeerContext = {
    clock,
    signal: abort.signal,
    status: () => undefined,
    lost: (error) => lost.push(error),
  };
  const { client, close } = await modbus.open(modbus.config.parse(config), context);
  return {
    client: client as ModbusClient,
    lost,
    close: async () => {
      abort.abort();
      await close();
    },
  };
}

export async function openAdapter(client: ModbusClient, config: object, clock: Clock = systemClock) {
  const readings: Sent[] = [];
  const statuses: string[] = [];
  const abort = new AbortController();
  const context: AdapterContext<ModbusClient> = {
    clock,
    signal: abort.signal,
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    lost: () => undefined,
    connection: client,
    endpoints: { websocket: notHere, http: notHere },
    filesRoot: "",
    reach: { loopback: true, privateNetworks: true },
    report: () => undefined,
    emit: async (reading) => {
      readings.push(reading);
    },
  };
  const opened = await adapter.open(adapter.config.parse({ connection: "bus", report: "always", ...config }), context);
  const points = (deviceId?: string): SentPoint[] =>
    readings
      .filter(({ device_id }) => deviceId === undefined || device_id === deviceId)
      .flatMap(({ payload }) => (payload as { points: SentPoint[] }).points);
  return {
    opened,
    readings,
    statuses,
    points,
    /** The last of each key, as `value` or `value (quality)` when it is not good. */
    latest(deviceId?: string): Record<string, unknown> {
      return Object.fromEntries(
        points(deviceId).map(({ key, value, quality }) => [key, quality === 0 ? value : `${value} (${quality})`]),
      );
    },
    close: async () => {
      abort.abort();
      await opened.close();
    },
  };
}

/** A bus in memory with a device whose memory and manners the test decides. */
export interface FakeDevice extends ModbusClient {
  /** `function address+count` of each request. */
  readonly asked: string[];
  /** Registers by address; those that are missing do not exist. */
  readonly registers: Map<number, number>;
  /** When set, every request ends like this. */
  ends: BusOutcome | undefined;
  mostRegisters: number;
  readonly cycles: boolean[];
  isConnected: boolean;
}

export function fakeDevice(limits: Partial<ModbusClient["limits"]> = {}): FakeDevice {
  const device: FakeDevice = {
    limits: { maxRegistersPerRead: 125, maxBitsPerRead: 2_000, maxGap: 0, ...limits },
    maxInFlight: 1,
    asked: [],
    registers: new Map(),
    ends: undefined,
    mostRegisters: 125,
    cycles: [],
    isConnected: true,
    isOpen: () => device.isConnected,
    request: async (_unitId, request) => answer(device, request),
    cycleEnded: (_unitId, hasAnswered) => device.cycles.push(hasAnswered),
    waiting: () => 0,
    strays: () => 0,
  };
  return device;
}

function answer(device: FakeDevice, { pdu }: Request): BusOutcome {
  const [functionCode, address, count] = [pdu.readUInt8(0), pdu.readUInt16BE(1), pdu.readUInt16BE(3)];
  device.asked.push(`${functionCode} ${address}+${count}`);
  if (device.ends !== undefined) return device.ends;
  if (functionCode === 6) device.registers.set(address, count);
  if (functionCode === 16)
    for (let index = 0; index < count; index++) device.registers.set(address + index, pdu.readUInt16BE(6 + 2 * index));
  if (functionCode > 4) return { kind: "data", bytes: Buffer.alloc(0) };
  if (count > device.mostRegisters) return { kind: "exception", code: 3 };
  const registers = Array.from({ length: count }, (_, index) => device.registers.get(address + index));
  if (registers.some((register) => register === undefined)) return { kind: "exception", code: 2 };
  const bytes = Buffer.alloc(2 * count);
  for (const [index, register] of registers.entries()) bytes.writeUInt16BE(register ?? 0, 2 * index);
  return { kind: "data", bytes };
}
