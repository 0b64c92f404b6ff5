/**
 * How fast Modbus devices are read, proved by registers that count the scans: every value of a scan has to be that scan's
 * number, and no scan may be missing. The devices run in a process of their own.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import modbusAdapter from "../nodes/adapters/modbus/modbus.node.ts";
import type { ModbusClient } from "../nodes/connections/modbus/client.ts";
import modbus from "../nodes/connections/modbus/modbus.connection.ts";
import { systemClock } from "../nodes/contract/clock.ts";
import type { AdapterContext } from "../nodes/contract/connector.ts";
import type { Result } from "./result.ts";

const devices = 10;
const floats = 1_000;
const measuredMs = 5_000;
/** 125 registers hold 62 values of two. */
const fewestRequests = Math.ceil(floats / 62);

const notHere = () => Promise.reject(new Error("there are no endpoints here"));

interface Counted {
  values: number;
  wrong: number;
  lastSequence: number;
}

export async function benchModbus(): Promise<readonly Result[]> {
  const child = fork(fileURLToPath(new URL("./modbus-devices.ts", import.meta.url)), [String(devices), String(floats)]);
  const ports = await answerOf(child);
  const readers = await Promise.all(ports.map((port) => startReader(port)));
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const before = readers.map(({ counted }) => ({ ...counted }));
  const cpuBefore = process.cpuUsage();
  const startedMs = performance.now();
  await new Promise((resolve) => setTimeout(resolve, measuredMs));
  const seconds = (performance.now() - startedMs) / 1_000;
  const cpu = process.cpuUsage(cpuBefore);
  const values = readers.reduce((sum, { counted }, index) => sum + counted.values - (before[index]?.values ?? 0), 0);
  await Promise.all(readers.map(({ close }) => close()));
  const asking = answerOf(child);
  child.send("requests");
  const [requests = 0, scans = 0] = await asking;
  child.kill();
  const wrong = readers.reduce((sum, { counted }) => sum + counted.wrong, 0);
  const detail = `${devices} devices × ${floats} float32, ${Math.round(values / floats / seconds)} scans/s; ${wrong} values stale, missing or wrong`;
  return [
    {
      name: "Modbus: requests a scan, of the fewest possible",
      value: requests / scans / fewestRequests,
      unit: "×",
      target: { atMost: 1 },
      detail: `${floats} neighbouring float32 need ${fewestRequests} requests of at most 125 registers`,
    },
    { name: "Modbus: float values a second", value: values / seconds, unit: "/s", target: { atLeast: 50_000 }, detail },
    { name: "Modbus: values stale, missing or wrong", value: wrong, unit: "", target: { atMost: 0 }, detail },
    {
      name: "Modbus: CPU for 1,000 values",
      value: (cpu.user + cpu.system) / (values / 1_000) / 1_000,
      unit: "ms",
      target: { atMost: 10 },
      detail: "from the socket to the reading that is put on the bus, without the devices",
    },
  ];
}

function answerOf(child: ChildProcess): Promise<number[]> {
  return new Promise((resolve, reject) => {
    child.once("message", (message) => resolve(message as number[]));
    child.once("exit", (code) => reject(new Error(`the devices ended with exit code ${code}`)));
  });
}

async function startReader(port: number) {
  const counted: Counted = { values: 0, wrong: 0, lastSequence: 0 };
  const abort = new AbortController();
  const peer = { clock: systemClock, signal: abort.signal, status: () => undefined, lost: () => undefined };
  const bus = await modbus.open(modbus.config.parse({ host: "127.0.0.1", port }), peer);
  const context: AdapterContext<ModbusClient> = {
    ...peer,
    connection: bus.client as ModbusClient,
    endpoints: { websocket: notHere, http: notHere },
    filesRoot: "",
    report: () => undefined,
    reach: { loopback: true, privateNetworks: true },
    emit: async ({ payload }) => count((payload as { points: { value: number }[] }).points, counted),
  };
  const tags = Array.from({ length: floats }, (_, index) => ({
    key: `t${index}`,
    address: 2 * index,
    type: "float32",
  }));
  // As fast as the device answers: scans that are due before the last one has ended are left out.
  const config = modbusAdapter.config.parse({ connection: "bus", interval: "10ms", report: "always", tags });
  const opened = await modbusAdapter.open(config, context);
  return {
    counted,
    close: async () => {
      abort.abort();
      await opened.close();
      await bus.close();
    },
  };
}

/** A scan of more values than go into one reading comes in parts. */
function count(points: readonly { readonly value: number }[], counted: Counted): void {
  const isNext = counted.values % floats === 0;
  const expected = counted.lastSequence + (isNext ? 1 : 0);
  for (const { value } of points) if (value !== expected) counted.wrong++;
  counted.values += points.length;
  counted.lastSequence = expected;
}
