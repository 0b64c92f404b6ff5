/** The payload of CONFIG: what a sidecar is to do, with what the first sidecars need and do not fill in themselves. Pure. */
import { isObject } from "./frame.ts";

const twoRegisters = new Set(["int32", "uint32", "float32", "float"]);

/**
 * Settings with `registers` are those of a Modbus sidecar, which reads without pause when `interval_ms` is missing,
 * nothing when `quantity` is, and 0 when `scale` is.
 */
export function completeSettings(settings: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { registers } = settings;
  if (!Array.isArray(registers)) return settings;
  return {
    mode: "tcp",
    ...settings,
    interval_ms: positive(settings["interval_ms"]) ?? 1_000,
    timeout_ms: positive(settings["timeout_ms"]) ?? 3_000,
    registers: registers.map((register: unknown) => (isObject(register) ? completeRegister(register) : register)),
  };
}

function completeRegister(register: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const type = typeof register["type"] === "string" ? register["type"] : "uint16";
  return {
    function: 3,
    device_id: 1,
    ...register,
    type,
    quantity: positive(register["quantity"]) ?? (twoRegisters.has(type) ? 2 : 1),
    scale: typeof register["scale"] === "number" && register["scale"] !== 0 ? register["scale"] : 1,
  };
}

function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? value : undefined;
}
