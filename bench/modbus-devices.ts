/** Modbus devices for `modbus.ts`, in a process of their own. All registers of one are the number of its present scan. */
import { serveModbus, type UnitMemory } from "../server/simulate/modbus-server.ts";

/** Everything holds, as float32, how often the first register was read. */
function sequenceDevice(floats: number): UnitMemory & { scans(): number } {
  const memory = Buffer.alloc(4 * floats);
  let scans = 0;
  return {
    scans: () => scans,
    registers(_area, address, count) {
      if (address === 0) {
        scans++;
        for (let at = 0; at < memory.length; at += 4) memory.writeFloatBE(scans, at);
      }
      return 2 * (address + count) <= memory.length ? memory.subarray(2 * address, 2 * (address + count)) : undefined;
    },
    bits: () => undefined,
    writeRegisters: () => false,
    writeCoils: () => false,
  };
}

const [devices = 1, floats = 1] = process.argv.slice(2).map(Number);
const served = await Promise.all(
  Array.from({ length: devices }, async () => {
    const memory = sequenceDevice(floats);
    return { memory, server: await serveModbus({ host: "127.0.0.1", port: 0, unit: () => memory }) };
  }),
);
process.send?.(served.map(({ server }) => server.port));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
process.on("message", () =>
  process.send?.([sum(served.map(({ server }) => server.requests())), sum(served.map(({ memory }) => memory.scans()))]),
);
