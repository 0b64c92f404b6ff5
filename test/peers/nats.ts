/** A NATS server that is not the gateway's own, started on loopback by the test that needs it. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type JetStreamManager, jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { findNatsServer } from "../../server/bus/find-nats-server.ts";
import { freePort, type Program, startProgram, until } from "./program.ts";

export interface NatsPeer {
  /** `nats://127.0.0.1:{port}` */
  readonly url: string;
  /** As an administrator, while it runs. */
  connection(): NatsConnection;
  manager(): Promise<JetStreamManager>;
  /** What is in a stream, in order. */
  stored(stream: string): Promise<readonly { readonly subject: string; readonly text: string }[]>;
  /** Ends it as a power cut would; its streams are kept for `restart`. */
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** `more` are arguments of nats-server. */
export async function startNats(more: readonly string[] = ["-js"]): Promise<NatsPeer> {
  const { path } = await findNatsServer();
  const folder = await mkdtemp(join(tmpdir(), "nats-"));
  const port = await freePort();
  const url = `nats://127.0.0.1:${port}`;
  const start = async (): Promise<{ program: Program; connection: NatsConnection }> => {
    const program = startProgram(path, ["-a", "127.0.0.1", "-p", String(port), "-sd", folder, ...more]);
    const connection = await until("nats-server answers", () => {
      if (program.child.exitCode !== null) throw new Error(`nats-server ended: ${program.output()}`);
      return connect({ servers: url, reconnect: false }).catch(() => undefined);
    });
    return { program, connection };
  };
  let running = await start();
  const manager = () => jetstreamManager(running.connection);
  return {
    url,
    connection: () => running.connection,
    manager,
    async stored(stream) {
      const { streams } = await manager();
      const { state } = await streams.info(stream);
      const found: { subject: string; text: string }[] = [];
      for (let seq = state.first_seq; seq <= state.last_seq; seq++) {
        const message = await streams.getMessage(stream, { seq });
        if (message !== null) found.push({ subject: message.subject, text: message.string() });
      }
      return found;
    },
    kill: () => running.program.stop("SIGKILL"),
    async restart() {
      running = await start();
    },
    async stop() {
      await running.connection.close();
      await running.program.stop("SIGKILL");
      await rm(folder, { recursive: true, force: true });
    },
  };
}
