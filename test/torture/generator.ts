/**
 * Devices that publish numbered points and write down, on disk, what the stream has acknowledged. Each waits for the
 * acknowledgement before it goes on, and sends the same again, under the same id, until it has one.
 */
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { jetstream } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";

export interface Generator {
  /** Acknowledged so far, all devices together. */
  acknowledged(): number;
  /** Ends when each device has the acknowledgement it waits for, or has waited for it too long. */
  stop(): Promise<void>;
}

export interface GeneratorOptions {
  readonly natsUrl: string;
  readonly devices: number;
  /** Of all devices together, at most. */
  readonly perSecond: number;
  readonly ledgerFile: string;
}

const syncEveryMs = 50;
const giveUpMs = 20_000;

export async function startGenerator(options: GeneratorOptions): Promise<Generator> {
  const connection = await connect({
    servers: options.natsUrl,
    maxReconnectAttempts: -1,
    reconnectTimeWait: 100,
    waitOnFirstConnect: true,
  });
  const ledger = openSync(options.ledgerFile, "a");
  let acknowledged = 0;
  let waiting: string[] = [];
  const sync = () => {
    if (waiting.length === 0) return;
    const lines = waiting;
    waiting = [];
    writeSync(ledger, lines.join(""));
    fsyncSync(ledger);
    acknowledged += lines.length;
  };
  const timer = setInterval(sync, syncEveryMs);
  const stopping = new AbortController();
  const pauseMs = (options.devices * 1_000) / options.perSecond;
  const devices = Array.from({ length: options.devices }, (_, index) =>
    runDevice(connection, `d${index}`, pauseMs, stopping.signal, (line) => waiting.push(line)),
  );
  return {
    acknowledged: () => acknowledged,
    async stop() {
      stopping.abort();
      await Promise.all(devices);
      clearInterval(timer);
      sync();
      closeSync(ledger);
      await connection.close();
    },
  };
}

async function runDevice(
  connection: NatsConnection,
  device: string,
  pauseMs: number,
  stopping: AbortSignal,
  record: (line: string) => void,
): Promise<void> {
  const js = jetstream(connection);
  for (let number = 1; !stopping.aborted; number++) {
    const startedMs = performance.now();
    const payload = JSON.stringify({ device_id: device, key: "n", value: number });
    const deadlineMs = startedMs + giveUpMs;
    let isStored = false;
    while (!isStored && !(stopping.aborted && performance.now() > deadlineMs)) {
      isStored = await js
        .publish(`iot.processed.${device}.n`, payload, { msgID: `g:${device}:${number}`, timeout: 2_000 })
        .then(() => true)
        .catch(() => false);
      if (!isStored) await sleep(100);
    }
    if (isStored) record(`${device} ${number}\n`);
    await sleep(pauseMs - (performance.now() - startedMs));
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
