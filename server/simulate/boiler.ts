/** A boiler that is not there: registers that move as those of a real one, and a setpoint that can be written. */
import { seededRandom } from "../../nodes/adapters/mock/random.ts";
import type { Clock } from "../../nodes/contract/clock.ts";
import type { UnitMemory } from "./modbus-server.ts";

/** What stands where, for people. Addresses from 0; values of several registers in the order ABCD. */
export const boilerRegisters = `  input registers     0  float32  temperature, °C        follows the setpoint
                      2  float32  pressure, bar
                      4  float32  flow, l/min
                      6  uint16   pump speed, rpm
                      7  uint16   status: bit 0 pump, bit 1 burner, bit 2 too hot
                      8  uint32   seconds in operation
                     10  uint64   energy, Wh
                     14  int16    outside temperature, 0.1 °C
                     15  uint16   counts the reads, so that a missing one shows
  holding registers   0  float32  setpoint, °C           can be written
                      2  uint16   pump speed wanted, rpm can be written
                     10  string   serial number, 8 registers
  coils               0  pump on                         can be written
                      1  burner released                 can be written
  discrete inputs     0  door closed
                      1  level high enough
                      2  too hot
`;

const inputCount = 16;
const holdingCount = 18;
const start = { setpoint: 75, pumpSpeed: 1_450, cold: 20, tooHot: 90 };
/** How fast the temperature follows the setpoint. */
const followS = 60;
const mostStepS = 5;

export function boiler(clock: Clock, seed: number, unitId: number): UnitMemory {
  const { next: random } = seededRandom(`${seed}\n${unitId}`);
  const holding = Buffer.alloc(2 * holdingCount);
  const input = Buffer.alloc(2 * inputCount);
  const coils = [true, true];
  holding.writeFloatBE(start.setpoint, 0);
  holding.writeUInt16BE(start.pumpSpeed, 4);
  holding.write(`SLUICE-${String(seed).padStart(4, "0")}-${unitId}`, 20, 16, "utf8");
  const phase = random() * 2 * Math.PI;
  const startMs = clock.monotonic();
  let movedMs = startMs;
  let temperature = start.cold + 40 * random();
  let energy = Math.floor(random() * 1e6) * 1_000_000;
  let reads = 0;

  const move = () => {
    const nowMs = clock.monotonic();
    const stepS = Math.min(mostStepS, (nowMs - movedMs) / 1_000);
    movedMs = nowMs;
    const [isPumpOn = false, isReleased = false] = coils;
    const setpoint = holding.readFloatBE(0);
    const isBurning = isReleased && temperature < setpoint + 1;
    const target = isReleased && Number.isFinite(setpoint) ? setpoint : start.cold;
    temperature += (target - temperature) * Math.min(1, stepS / followS) + (random() - 0.5) * Math.min(0.2, stepS);
    energy += isBurning ? (24_000 * stepS) / 3.6 : 0;
    const seconds = (nowMs - startMs) / 1_000;
    const speed = isPumpOn ? holding.readUInt16BE(4) : 0;
    input.writeFloatBE(temperature, 0);
    input.writeFloatBE(1.6 + 0.2 * Math.sin(seconds / 17 + phase) + temperature / 200, 4);
    input.writeFloatBE((speed / 1_450) * (12 + Math.sin(seconds / 7 + phase)), 8);
    input.writeUInt16BE(speed, 12);
    input.writeUInt16BE(Number(isPumpOn) | (Number(isBurning) << 1) | (Number(temperature > start.tooHot) << 2), 14);
    input.writeUInt32BE(Math.floor(seconds), 16);
    input.writeBigUInt64BE(BigInt(Math.floor(energy)), 20);
    input.writeInt16BE(Math.round(50 + 80 * Math.sin(seconds / 600 + phase)), 28);
  };

  return {
    registers(area, address, count) {
      move();
      if (area === "input") input.writeUInt16BE(++reads & 0xffff, 30);
      const registers = area === "input" ? input : holding;
      return 2 * (address + count) <= registers.length
        ? registers.subarray(2 * address, 2 * (address + count))
        : undefined;
    },
    bits(area, address, count) {
      move();
      const bits = area === "coil" ? coils : [true, true, temperature > start.tooHot];
      return address + count <= bits.length ? bits.slice(address, address + count) : undefined;
    },
    writeRegisters(address, data) {
      // Behind the two that can be set stands what cannot be changed.
      if (address * 2 + data.length > 6) return false;
      data.copy(holding, address * 2);
      return true;
    },
    writeCoils(address, bits) {
      if (address + bits.length > coils.length) return false;
      coils.splice(address, bits.length, ...bits);
      return true;
    },
  };
}
