/** Keeps the gateway's streams there, whenever the bus is connected, and knows whether messages can be stored. */
import type { Health } from "./api/contract.ts";
import type { Bus, StreamSettings } from "./bus/bus.ts";
import { dataStream, deadLetterStream } from "./compiler/streams.ts";
import type { Log } from "./log.ts";

const dayMs = 86_400_000;
/** What is given up is kept longer: somebody has to look at it first. */
const deadLetterAgeMs = 30 * dayMs;

export interface Streams {
  health(): Health["jetstream"];
  /** Called whenever it became possible or impossible to store messages. */
  onChange(call: () => void): void;
  /** Resolves when the streams are there, or it is known why not. */
  settled(): Promise<void>;
  close(): void;
}

export interface StreamsOptions {
  readonly bus: Bus;
  readonly isEnabled: boolean;
  /** Disk that all streams together may take; `undefined` when another machine's NATS decides. */
  readonly maxFileBytes: number | undefined;
  readonly log: Log;
}

export function keepStreams({ bus, isEnabled, maxFileBytes, log }: StreamsOptions): Streams {
  const disabled = { enabled: false, healthy: false, detail: "switched off by gateway.jetstream.enabled" };
  let health: Health["jetstream"] = isEnabled ? { enabled: true, healthy: false, detail: "the bus is away" } : disabled;
  let settled = Promise.resolve();
  let changed = () => {};
  const tell = (healthy: boolean, detail: string) => {
    health = { enabled: true, healthy, detail };
    changed();
  };
  const ensure = async () => {
    if (bus.stored === undefined) return tell(false, "the NATS server has no JetStream; start it with -js");
    try {
      for (const stream of streamSettings(maxFileBytes)) await bus.stored.ensureStream(stream);
      tell(true, "");
    } catch (err) {
      // While it is not connected, the next connection tries again.
      if (bus.status().state !== "connected") return;
      log.error({ err }, "messages cannot be stored");
      tell(false, (err as Error).message);
    }
  };
  const stop = bus.onStatus(({ state }) => {
    if (!isEnabled) return;
    if (state === "connected") settled = ensure();
    else tell(false, "the bus is away");
  });
  return {
    health: () => health,
    settled: () => settled,
    close: stop,
    onChange(call) {
      changed = call;
    },
  };
}

/** Half of the disk for data and a twentieth for dead letters; the rest is for streams that flows make themselves. */
function streamSettings(maxFileBytes: number | undefined): StreamSettings[] {
  const share = (part: number) => (maxFileBytes === undefined ? -1 : Math.floor(maxFileBytes * part));
  return [
    { ...dataStream, maxAgeMs: dayMs, maxBytes: share(0.5) },
    { ...deadLetterStream, maxAgeMs: deadLetterAgeMs, maxBytes: share(0.05) },
  ];
}
