/** `sluice simulate modbus`: a device to try things with, until it is told to stop. */
import { systemClock } from "../../nodes/contract/clock.ts";
import { boiler, boilerRegisters } from "../simulate/boiler.ts";
import { serveModbus, type UnitMemory } from "../simulate/modbus-server.ts";
import type { Simulation } from "./arguments.ts";

const host = "127.0.0.1";

/** Answers the exit code once it cannot go on; resolves with `undefined` while the device listens. */
export async function runSimulate(
  { port, seed, units }: Simulation,
  print: (text: string) => void,
): Promise<number | undefined> {
  const memories = new Map<number, UnitMemory>();
  for (let unitId = 1; unitId <= units; unitId++) memories.set(unitId, boiler(systemClock, seed, unitId));
  try {
    const server = await serveModbus({ host, port, unit: (unitId) => memories.get(unitId) });
    const which = units === 1 ? "unit 1" : `units 1 to ${units}`;
    print(`A boiler with Modbus TCP at ${host}:${server.port}, ${which}. Ctrl-C ends it.\n\n${boilerRegisters}\n`);
    print(`  mbpoll -m tcp -p ${server.port} -a 1 -0 -r 0 -c 3 -t 3:float -B -1 ${host}\n`);
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "EADDRINUSE" ? "another program listens there; choose another with --port" : message;
    print(`The simulator cannot listen at ${host}:${port}: ${reason}\n`);
    return 1;
  }
}
