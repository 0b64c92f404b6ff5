/** A real Mosquitto broker, started on loopback by the test that needs it. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProgram, freePort, startProgram, until } from "./program.ts";

export interface Mosquitto {
  readonly port: number;
  /** `mqtt://127.0.0.1:{port}` */
  readonly url: string;
  output(): string;
  /** Ends the broker as a power cut would. */
  kill(): Promise<void>;
  /** Ends it in good order and removes its files. */
  stop(): Promise<void>;
}

export interface MosquittoOptions {
  /** Lines of `mosquitto.conf` after those of the first listener, such as `max_connections 2` or a second listener. */
  readonly lines?: readonly string[];
  /** Contents of `password_file`, as `mosquitto_passwd` writes it; anonymous clients are then refused. */
  readonly passwords?: string;
  /** Contents of `acl_file`. */
  readonly acl?: string;
  /** To come back at the same address after a kill. */
  readonly port?: number;
}

/** `undefined` when Mosquitto is not installed, which is said aloud; with `CI=true` it throws instead. */
export const mosquittoProgram = findProgram("mosquitto", "mosquitto");

/** Resolves when the broker accepts connections. */
export async function startMosquitto(options: MosquittoOptions = {}): Promise<Mosquitto> {
  if (mosquittoProgram === undefined) throw new Error("mosquitto is not installed");
  const folder = await mkdtemp(join(tmpdir(), "mosquitto-"));
  const port = options.port ?? (await freePort());
  const lines = [`listener ${port} 127.0.0.1`, ...(options.lines ?? []), "persistence false", "log_type all"];
  // Started by root, it would otherwise become the user "mosquitto", who may not read the folder.
  if (process.getuid?.() === 0) lines.push("user root");
  if (options.passwords === undefined) lines.push("allow_anonymous true");
  else {
    await writeFile(join(folder, "passwords"), options.passwords, { mode: 0o600 });
    lines.push("allow_anonymous false", `password_file ${join(folder, "passwords")}`);
  }
  if (options.acl !== undefined) {
    await writeFile(join(folder, "acl"), options.acl, { mode: 0o600 });
    lines.push(`acl_file ${join(folder, "acl")}`);
  }
  await writeFile(join(folder, "mosquitto.conf"), `${lines.join("\n")}\n`);
  const program = startProgram(mosquittoProgram, ["-c", join(folder, "mosquitto.conf")]);
  await until("mosquitto accepts connections", () => {
    if (program.child.exitCode !== null) throw new Error(`mosquitto ended: ${program.output()}`);
    return accepts(port);
  });
  const end = async (signal: NodeJS.Signals) => {
    await program.stop(signal);
    await rm(folder, { recursive: true, force: true });
  };
  return {
    port,
    url: `mqtt://127.0.0.1:${port}`,
    output: program.output,
    kill: () => end("SIGKILL"),
    stop: () => end("SIGTERM"),
  };
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
