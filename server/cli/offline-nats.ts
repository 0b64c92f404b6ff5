/** The embedded NATS server for a command that needs the streams of a gateway that is stopped. */
import { existsSync } from "node:fs";
import { findNatsServer } from "../bus/find-nats-server.ts";
import { startNatsServer } from "../bus/nats-server.ts";
import type { Log } from "../log.ts";
import type { Settings } from "../settings.ts";

type Nats = { readonly url: string } | { readonly none: string };

/** Runs it on the streams while `work` lasts; `none` says why there are no streams to be had. */
export async function withNats(settings: Settings, log: Log, work: (nats: Nats) => Promise<void>): Promise<void> {
  const { nats_url, jetstream } = settings.gateway;
  if (nats_url !== "embedded") return work({ none: "they are on a NATS server of its own, which has its own backups" });
  if (!jetstream.enabled || !existsSync(jetstream.store_dir)) return work({ none: "nothing is stored" });
  await runNats(settings, log, (url) => work({ url }));
}

/** The same where there are no streams yet. */
export async function runNats(
  { gateway: { nats_server, jetstream } }: Settings,
  log: Log,
  work: (url: string) => Promise<void>,
): Promise<void> {
  const { path } = await findNatsServer({ configured: nats_server });
  const server = await startNatsServer({
    binary: path,
    host: "127.0.0.1",
    port: 0,
    storeDir: jetstream.store_dir,
    jetstream: { enabled: true, maxMemoryBytes: jetstream.max_memory, maxFileBytes: jetstream.max_file },
    log,
  });
  try {
    await work(server.url);
  } finally {
    await server.stop();
  }
}
