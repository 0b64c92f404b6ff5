/** An independent Modbus device, made with pymodbus, started on loopback by the test that needs it. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { findFile, freePort } from "./program.ts";

/** Debian's own: another Python on the PATH does not see Debian's packages. */
const python = "/usr/bin/python3";

/** False after saying aloud that the tests that need it are skipped; with `CI=true` it throws. */
export const hasPymodbus =
  findFile("/usr/lib/python3/dist-packages/pymodbus/__init__.py", "python3-pymodbus") !== undefined &&
  existsSync(python);

/** `bool` and `registers` are taken as they are, in order; other types are packed by pymodbus. */
export interface DeviceValue {
  readonly area: "coil" | "discrete" | "holding" | "input";
  readonly address: number;
  readonly type?: string;
  readonly order?: string;
  readonly value: number | string | boolean | readonly (number | boolean)[];
}

export interface PymodbusDevice {
  readonly port: number;
  /** What stands there now, as pymodbus sees it. */
  valuesAt(unit: number, area: DeviceValue["area"], address: number, count: number): Promise<readonly number[]>;
  stop(): Promise<void>;
}

/** Values by unit; addresses that hold none do not exist. Resolves when the device listens. */
export async function startPymodbus(
  units: Readonly<Record<number, readonly DeviceValue[]>>,
  { framer = "socket", port }: { readonly framer?: "socket" | "rtu"; readonly port?: number } = {},
): Promise<PymodbusDevice> {
  const script = fileURLToPath(new URL("./pymodbus-device.py", import.meta.url));
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "pipe"] });
  let errors = "";
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the pymodbus device ended: ${errors}`);
    return String(value);
  };
  const say = (message: object) => child.stdin.write(`${JSON.stringify(message)}\n`);
  const listening = port ?? (await freePort());
  say({ framer, port: listening, units });
  await answer();
  let asked: Promise<unknown> = Promise.resolve();
  return {
    port: listening,
    valuesAt(unit, area, address, count) {
      const result = asked.then(async () => {
        say({ unit, area, address, count });
        return JSON.parse(await answer()) as readonly number[];
      });
      asked = result.catch(() => undefined);
      return result;
    },
    async stop() {
      child.kill("SIGKILL");
      await exited;
    },
  };
}
