/** What our own publishing with acknowledgement is worth beside the client's: same server, same stream, in turns. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { findNatsServer } from "../server/bus/find-nats-server.ts";
import { connectBus } from "../server/bus/nats-bus.ts";
import { startNatsServer } from "../server/bus/nats-server.ts";
import { createLog } from "../server/log.ts";

const inFlight = 1_000;
const rounds = 5;
const target = 5;
const subject = "bench.publisher.d1.temperature";
const payload = Buffer.from(
  JSON.stringify({ device_id: "d1", key: "temperature", value: 21.5, type: "float", quality: 0, tags: {} }),
);

/** Messages per second of each way, as medians of several rounds that alternate; every acknowledgement is checked. */
export async function benchPublisher(): Promise<{ name: string; ratio: number; target: number; detail: string }[]> {
  const folder = mkdtempSync(join(tmpdir(), "sluice-bench-"));
  const log = createLog({ level: "warn", format: "text" });
  const server = await startNatsServer({
    binary: (await findNatsServer()).path,
    host: "127.0.0.1",
    port: 0,
    storeDir: folder,
    jetstream: { enabled: true, maxMemoryBytes: 64 * 1024 ** 2, maxFileBytes: 4 * 1024 ** 3 },
    log,
  });
  const client = await connect({ servers: server.url });
  const bus = await connectBus({ servers: server.url, name: "bench", jetstream: true, ackWindow: inFlight, log });
  try {
    const { stored } = bus;
    if (stored === undefined) throw new Error("the server has no JetStream");
    await stored.ensureStream({ name: "BENCH", subjects: ["bench.>"], maxAgeMs: 3_600_000, maxBytes: 1024 ** 3 });
    const js = jetstream(client);
    const theirs = async () => (await js.publish(subject, payload)).seq;
    const ours = async () => (await stored.publish(subject, payload)).sequence;

    await rate(theirs, 20_000);
    await rate(ours, 100_000);
    const rates = { theirs: [] as number[], ours: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      rates.theirs.push(await rate(theirs, 40_000));
      rates.ours.push(await rate(ours, 200_000));
    }
    const [their, our] = [median(rates.theirs), median(rates.ours)];
    return [
      {
        name: `acknowledged publish against js.publish, ${inFlight} in flight`,
        ratio: our / their,
        target,
        detail: `${perSecond(our)} against ${perSecond(their)}`,
      },
    ];
  } finally {
    await bus.drain();
    await client.close();
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Keeps `inFlight` publishes going; each must come back with a sequence number of its own. */
async function rate(publish: () => Promise<number>, count: number): Promise<number> {
  let left = count;
  let sum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  const startMs = performance.now();
  const lane = async () => {
    while (left-- > 0) {
      const sequence = await publish();
      sum += sequence;
      lowest = Math.min(lowest, sequence);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - startMs) / 1000;
  if (sum !== count * lowest + (count * (count - 1)) / 2) throw new Error("acknowledgements are missing or repeated");
  return count / seconds;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString("en")} messages/s`;
}
