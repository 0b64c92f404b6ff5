/** A serial line without hardware: socat's pseudo terminals, one end a device file, the other end whatever the test wants. */

import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, startProgram, until } from "./program.ts";

const socat = findProgram("socat", "socat");

/** False after saying aloud that the tests that need it are skipped; with `CI=true` it throws. */
export const hasSocat = socat !== undefined;

export interface SerialLine {
  /** What programs open as a serial port. */
  readonly device: string;
  /** As when the adapter is pulled out. */
  unplug(): Promise<void>;
}

/** A port whose other end is a TCP server on loopback. */
export async function startSerialLine(tcpPort: number): Promise<SerialLine> {
  if (socat === undefined) throw new Error("socat is not installed");
  const folder = await mkdtemp(join(tmpdir(), "serial-"));
  const device = join(folder, "ttyTEST");
  const program = startProgram(socat, [`pty,raw,echo=0,link=${device}`, `tcp:127.0.0.1:${tcpPort},nodelay`]);
  await until("the serial port is there", () => existsSync(device));
  return {
    device,
    async unplug() {
      await program.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
