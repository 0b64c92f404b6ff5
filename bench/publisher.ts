/** What our own publishing with acknowledgement is worth beside the client's: same server, same stream, in turns. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { jetstream, type PubAck } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { StoredAck } from "../server/bus/bus.ts";
import { findNatsServer } from "../server/bus/find-nats-server.ts";
import { connectBus } from "../server/bus/nats-bus.ts";
import { startNatsServer } from "../server/bus/nats-server.ts";
import { createLog } from "../server/log.ts";
import { median, type Result } from "./result.ts";

const inFlight = 1_000;
const rounds = 5;
const subject = "bench.publisher.d1.temperature";
const payload = Buffer.from(
  JSON.stringify({ device_id: "d1", key: "temperature", value: 21.5, type: "float", quality: 0, tags: {} }),
);

/**
 * Messages per second of each way, as medians of several rounds that alternate; every acknowledgement is checked, and
 * both make the same promise: a message id, and four attempts.
 */
export async function benchPublisher(): Promise<Result[]> {
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
    let messages = 0;
    const theirs: Way = {
      publish: () => js.publish(subject, payload, { msgID: `bench${messages++}`, timeout: 5_000, retries: 4 }),
      sequenceOf: (ack) => ack.seq,
    };
    const ours: Way<StoredAck> = { publish: () => stored.publish(subject, payload), sequenceOf: (ack) => ack.sequence };

    await rate(theirs, 20_000);
    await rate(ours, 200_000);
    const rates = { theirs: [] as number[], ours: [] as number[] };
    for (let round = 0; round < rounds; round++) {
      rates.theirs.push(await rate(theirs, 40_000));
      rates.ours.push(await rate(ours, 200_000));
    }
    const [their, our] = [median(rates.theirs), median(rates.ours)];
    return [
      {
        name: `acknowledged publish against js.publish, ${inFlight} in flight`,
        value: our / their,
        unit: "times",
        target: { atLeast: 5 },
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

interface Way<Ack = PubAck> {
  readonly publish: () => Promise<Ack>;
  readonly sequenceOf: (ack: Ack) => number;
}

/** Keeps `inFlight` publishes going; together they must come back with sequence numbers without a gap. */
async function rate<Ack>({ publish, sequenceOf }: Way<Ack>, count: number): Promise<number> {
  let left = count;
  let sum = 0;
  let lowest = Number.POSITIVE_INFINITY;
  const startMs = performance.now();
  const lane = async () => {
    while (left-- > 0) {
      const sequence = sequenceOf(await publish());
      sum += sequence;
      lowest = Math.min(lowest, sequence);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  const seconds = (performance.now() - startMs) / 1000;
  if (sum !== count * lowest + (count * (count - 1)) / 2) throw new Error("acknowledgements are missing or repeated");
  return count / seconds;
}

function perSecond(value: number): string {
  return `${Math.round(value).toLocaleString("en")} messages/s`;
}
