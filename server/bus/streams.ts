/** The streams of the gateway, brought to what the settings say. */
import {
  DiscardPolicy,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from "@nats-io/jetstream";
import { type NatsConnection, nanos } from "@nats-io/transport-node";
import type { StreamSettings } from "./bus.ts";
import { overlaps } from "./subjects.ts";

/**
 * A message that is published again within this time is known to be the same. Longer than a publish goes on trying and
 * than a killed gateway takes to be back, and no longer: the server keeps every id of the window in memory.
 */
const duplicateWindowMs = 60_000;

/** The server's numbers for what can be explained better than it does. */
const codes = { noStorage: 10_047, nameInUse: 10_058, streamNotFound: 10_059, subjectsOverlap: 10_065 };

/** True when this connection's account may use JetStream; a server without it may still be part of a cluster that has it. */
export async function hasJetStream(connection: NatsConnection, timeoutMs: number): Promise<boolean> {
  try {
    await jetstreamManager(connection, { timeout: timeoutMs });
    return true;
  } catch (error) {
    // A cluster may be electing who answers; only a clear no is a no.
    return (error as Error).name === "TimeoutError";
  }
}

/** Creates the stream, or changes what differs and can be changed. Rejects with the reason and the remedy. */
export async function ensureStream(
  connection: NatsConnection,
  stream: StreamSettings,
  timeoutMs: number,
): Promise<void> {
  const manager = await jetstreamManager(connection, { timeout: timeoutMs, checkAPI: false });
  const config = {
    subjects: [...stream.subjects],
    discard: DiscardPolicy.Old,
    max_age: nanos(stream.maxAgeMs),
    max_bytes: stream.maxBytes,
    duplicate_window: nanos(stream.maxAgeMs > 0 ? Math.min(duplicateWindowMs, stream.maxAgeMs) : duplicateWindowMs),
  };
  try {
    const existing = await configOf(manager, stream.name);
    if (existing !== undefined) {
      if (!isSame(existing, config)) await manager.streams.update(stream.name, config);
    } else
      await manager.streams.add({
        ...config,
        name: stream.name,
        storage: StorageType.File,
        retention: RetentionPolicy.Limits,
      });
  } catch (error) {
    const code = error instanceof JetStreamApiError ? error.code : undefined;
    // Another gateway on the same NATS was faster.
    if (code === codes.nameInUse) await manager.streams.update(stream.name, config);
    else throw new Error(await problem(manager, stream, code, error as Error), { cause: error });
  }
}

async function configOf(manager: JetStreamManager, name: string): Promise<Partial<StreamConfig> | undefined> {
  try {
    return (await manager.streams.info(name)).config;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === codes.streamNotFound) return undefined;
    throw error;
  }
}

function isSame(existing: Partial<StreamConfig>, wanted: Partial<StreamConfig>): boolean {
  const text = (value: unknown) => JSON.stringify(Array.isArray(value) ? value.toSorted() : value);
  return Object.entries(wanted).every(([key, value]) => text(existing[key as keyof StreamConfig]) === text(value));
}

async function problem(
  manager: JetStreamManager,
  stream: StreamSettings,
  code: number | undefined,
  error: Error,
): Promise<string> {
  const start = `The stream ${stream.name} cannot be set up:`;
  if (code === codes.subjectsOverlap) {
    const others = (await overlapping(manager, stream)).join(" and ");
    return `${start} another stream already stores some of its subjects: ${others}. A subject can be in one stream only; remove the other stream or take the subjects out of it.`;
  }
  if (code === codes.noStorage)
    return `${start} it may grow to ${stream.maxBytes} bytes, which is more than the NATS server has left for streams. Make the stream smaller, or raise gateway.jetstream.max_file.`;
  return `${start} ${error.message}`;
}

async function overlapping(manager: JetStreamManager, stream: StreamSettings): Promise<string[]> {
  const found: string[] = [];
  for await (const { config } of manager.streams.list()) {
    if (config.name === stream.name) continue;
    const shared =
      config.subjects?.filter((other) => stream.subjects.some((subject) => overlaps(subject, other))) ?? [];
    if (shared.length > 0) found.push(`${config.name} (${shared.join(", ")})`);
  }
  return found;
}
