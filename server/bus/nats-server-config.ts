/** The configuration file of the embedded server. Pure. */

export interface NatsServerLimits {
  readonly enabled: boolean;
  readonly maxMemoryBytes: number;
  readonly maxFileBytes: number;
}

/**
 * The file's text. It is JSON, which nats-server reads as well as its own format, so that no path needs escaping.
 * `http` and `ports_file_dir`: the supervisor asks for the server's health on a port that the server chooses and writes down.
 */
export function natsServerConfig(options: {
  readonly host: string;
  readonly port: number;
  readonly storeDir: string;
  readonly portsDir: string;
  readonly jetstream: NatsServerLimits;
}): string {
  const { host, port, storeDir, portsDir, jetstream } = options;
  const config = {
    server_name: "sluice",
    host,
    port,
    http: "127.0.0.1:-1",
    ports_file_dir: portsDir,
    max_payload: 1024 * 1024,
    max_pending: 64 * 1024 * 1024,
    write_deadline: "10s",
    ...(jetstream.enabled && {
      jetstream: {
        store_dir: storeDir,
        // Explicit, since nats-server derives its defaults from what is free when it starts, which shrinks as it fills.
        max_memory_store: jetstream.maxMemoryBytes,
        max_file_store: jetstream.maxFileBytes,
        // Its default is two minutes: what a power cut may take from messages that were acknowledged.
        sync_interval: "1s",
      },
    }),
  };
  return `${JSON.stringify(config, null, 2)}\n`;
}
