/** Keeps the gateway's streams there, whenever the bus is connected, and knows whether messages can be stored. */
import type { Clock } from "../nodes/contract/clock.ts";
import type { Health } from "./api/contract.ts";
import type { Bus, StreamSettings } from "./bus/bus.ts";
import type { Plan } from "./compiler/plan.ts";
import { dataStream, deadLetterStream, rawStreamName } from "./compiler/streams.ts";
import type { Log } from "./log.ts";

const dayMs = 86_400_000;
const lookEveryMs = 5_000;
/** What is given up is kept longer: somebody has to look at it first. */
const deadLetterAgeMs = 30 * dayMs;

export interface Streams {
  health(): Health["jetstream"];
  /** Called whenever it became possible or impossible to store messages. */
  onChange(call: () => void): void;
  /** Has the streams that a plan relies on there as well, from now on; resolves as `settled` does. */
  want(streams: Plan["streams"]): Promise<void>;
  /** Resolves when the streams are there, or it is known why not. */
  settled(): Promise<void>;
  close(): void;
}

export interface StreamsOptions {
  readonly bus: Bus;
  readonly isEnabled: boolean;
  /** Disk that all streams together may take; `undefined` when another machine's NATS decides. */
  readonly maxFileBytes: number | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export function keepStreams({ bus, isEnabled, maxFileBytes, clock, log }: StreamsOptions): Streams {
  const disabled = { enabled: false, healthy: false, detail: "switched off by gateway.jetstream.enabled" };
  let health: Health["jetstream"] = isEnabled ? { enabled: true, healthy: false, detail: "the bus is away" } : disabled;
  let settled = Promise.resolve();
  let changed = () => {};
  const tell = (healthy: boolean, detail: string) => {
    const isNews = health.healthy !== healthy || health.detail !== detail;
    health = { enabled: true, healthy, detail };
    if (isNews) changed();
  };
  let raw: Plan["streams"] = [];
  const ensure = async () => {
    if (bus.stored === undefined) return tell(false, "the NATS server has no JetStream; start it with -js");
    try {
      for (const stream of streamSettings(raw, maxFileBytes)) await bus.stored.ensureStream(stream);
      tell(true, "");
    } catch (err) {
      // While it is not connected, the next connection tries again.
      if (bus.status().state !== "connected") return;
      if (health.detail !== (err as Error).message) log.error({ err }, "messages cannot be stored");
      tell(false, (err as Error).message);
    }
  };
  // A stream that somebody removes is there again soon; what is published meanwhile is stored nowhere.
  const looking = clock.every(lookEveryMs, () => {
    if (isEnabled && bus.status().state === "connected" && bus.stored !== undefined) settled = ensure();
  });
  const stopWatching = bus.onStatus(({ state }) => {
    if (!isEnabled) return;
    if (state === "connected") settled = ensure();
    else tell(false, "the bus is away");
  });
  return {
    health: () => health,
    settled: () => settled,
    async want(streams) {
      raw = streams.filter(({ name }) => name === rawStreamName);
      if (raw.length === 0 || !isEnabled || bus.status().state !== "connected") return;
      settled = ensure();
      await settled;
    },
    close() {
      looking.cancel();
      stopWatching();
    },
    onChange(call) {
      changed = call;
    },
  };
}

/**
 * Half of the disk for data, a fifth for readings of durable flows, which are short-lived, and a twentieth for dead
 * letters; the rest is for streams that flows make themselves.
 */
function streamSettings(raw: Plan["streams"], maxFileBytes: number | undefined): StreamSettings[] {
  const share = (part: number) => (maxFileBytes === undefined ? -1 : Math.floor(maxFileBytes * part));
  return [
    { ...dataStream, maxAgeMs: dayMs, maxBytes: share(0.5) },
    ...raw.map((stream) => ({ ...stream, maxAgeMs: dayMs, maxBytes: share(0.2) })),
    { ...deadLetterStream, maxAgeMs: deadLetterAgeMs, maxBytes: share(0.05) },
  ];
}
