/** A `nats-server` as somebody else runs it: not the gateway's own. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer } from "../../server/bus/find-nats-server.ts";
import { freePort, startProgram, until } from "./program.ts";

export interface Nats {
  readonly port: number;
  /** `nats://127.0.0.1:{port}` */
  readonly url: string;
  readonly pid: number;
  /** Ends it as a power cut would. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

export interface NatsOptions {
  /** To come back at the same address after a kill. */
  readonly port?: number;
  /** Further lines of its configuration, such as `authorization { … }`. */
  readonly lines?: readonly string[];
}

/** With JetStream, in a folder of its own. Resolves when it takes connections. */
export async function startNats({ port: wanted, lines = [] }: NatsOptions = {}): Promise<Nats> {
  const { path } = await findNatsServer();
  const folder = await mkdtemp(join(tmpdir(), "nats-"));
  const port = wanted ?? (await freePort());
  const file = join(folder, "nats.conf");
  const jetstream = `jetstream { store_dir: ${JSON.stringify(folder)} }`;
  await writeFile(file, [`listen: "127.0.0.1:${port}"`, jetstream, ...lines, ""].join("\n"));
  const program = startProgram(path, ["-c", file]);
  await until("nats-server takes connections", () => {
    if (program.child.exitCode !== null) throw new Error(`nats-server ended: ${program.output()}`);
    return accepts(port);
  });
  const end = async (signal: NodeJS.Signals) => {
    await program.stop(signal);
    await rm(folder, { recursive: true, force: true });
  };
  return {
    port,
    url: `nats://127.0.0.1:${port}`,
    pid: program.child.pid ?? 0,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    // Only a server that has begun to speak is ready.
    socket.once("data", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
