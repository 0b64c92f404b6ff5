/** libmodbus' own test server, which misbehaves on purpose at some addresses. Built from the Debian package's examples. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFile, findProgram, freePort, startProgram, until } from "./program.ts";

const examples = "/usr/share/doc/libmodbus-dev/examples";
const source = findFile(join(examples, "unit-test-server.c"), "libmodbus-dev");
const compiler = findProgram("gcc", "gcc");

/** False after saying aloud that the tests that need it are skipped; with `CI=true` it throws. */
export const hasLibmodbus = source !== undefined && compiler !== undefined;

/** By the test server's header: addresses of holding registers, and what reading one register there does. */
export const misbehaviour = {
  /** Registers that exist begin here, and are 0. */
  none: 0x160,
  busy: 0x170,
  wrongTransaction: 0x171,
  delay500Ms: 0x172,
  bytePauses5Ms: 0x173,
} as const;

export interface LibmodbusServer {
  readonly port: number;
  stop(): Promise<void>;
}

/** It serves one client, and ends with it. */
export async function startLibmodbus(): Promise<LibmodbusServer> {
  if (source === undefined || compiler === undefined) throw new Error("libmodbus or gcc is not installed");
  const folder = await mkdtemp(join(tmpdir(), "libmodbus-"));
  const port = await freePort();
  const text = await readFile(source, "utf8");
  const file = join(folder, "server.c");
  await writeFile(file, text.replaceAll('"127.0.0.1", 1502', `"127.0.0.1", ${port}`));
  const program = join(folder, "server");
  execFileSync(compiler, [file, "-o", program, `-I${examples}`, "-I/usr/include/modbus", "-lmodbus"]);
  const server = startProgram(program, ["tcp"]);
  // Connecting to find out whether it listens would use up its one client.
  await until("libmodbus listens", async () => {
    if (server.child.exitCode !== null) throw new Error(`the libmodbus server ended: ${server.output()}`);
    const hex = port.toString(16).toUpperCase().padStart(4, "0");
    return (await readFile("/proc/net/tcp", "utf8")).includes(`0100007F:${hex} 00000000:0000 0A`);
  });
  return {
    port,
    async stop() {
      await server.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
