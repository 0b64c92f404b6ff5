/** Durable consumers as the server knows them: made, changed, counted and removed. Who reads them is in `nats-reader.ts`. */
import {
  AckPolicy,
  type ConsumerInfo,
  DeliverPolicy,
  JetStreamApiError,
  type JetStreamManager,
} from "@nats-io/jetstream";
import { nanos } from "@nats-io/transport-node";
import type { ConsumerRecord, ConsumerSettings } from "./bus.ts";

/** The server's numbers for "there is no such consumer" and "… stream". */
const codes = { consumerNotFound: 10_014, streamNotFound: 10_059 };
const ephemeralMs = 10_000;

/**
 * Makes the consumer, or changes what differs. One that is new begins with what is stored from sequence `from` on, or
 * after this moment when that is `undefined`.
 */
export async function ensureConsumer(
  manager: JetStreamManager,
  settings: ConsumerSettings,
  from: number | undefined,
): Promise<ConsumerInfo> {
  const { stream, name } = settings;
  const changeable = {
    ack_wait: nanos(settings.ackWaitMs),
    max_ack_pending: settings.maxAckPending,
    filter_subjects: [...settings.subjects],
    metadata: { ...settings.owner },
  };
  const existing = await consumerInfo(manager, stream, name);
  if (existing !== undefined) {
    const { config } = existing;
    const isSame =
      config.ack_wait === changeable.ack_wait &&
      config.max_ack_pending === changeable.max_ack_pending &&
      sameList(filtersOf(config), settings.subjects) &&
      Object.entries(settings.owner).every(([key, value]) => config.metadata?.[key] === value);
    if (isSame) return existing;
    // The server keeps a single pattern in `filter_subject`, and refuses to have both.
    const alone = { filter_subject: undefined } as object;
    return manager.consumers.update(stream, name, { ...changeable, ...alone });
  }
  return manager.consumers.add(stream, {
    ...changeable,
    durable_name: name,
    ack_policy: AckPolicy.Explicit,
    // Crashes count as attempts too: a limit would turn a crash loop into the loss of good messages.
    max_deliver: -1,
    ...(from === undefined
      ? { deliver_policy: DeliverPolicy.New }
      : { deliver_policy: DeliverPolicy.StartSequence, opt_start_seq: Math.max(1, from) }),
  });
}

function filtersOf({ filter_subject, filter_subjects }: ConsumerInfo["config"]): readonly string[] {
  return filter_subjects ?? (filter_subject === undefined ? [] : [filter_subject]);
}

function sameList(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.toSorted().join("\n") === b.toSorted().join("\n");
}

async function consumerInfo(manager: JetStreamManager, stream: string, name: string) {
  try {
    return await manager.consumers.info(stream, name);
  } catch (error) {
    if (codeOf(error) === codes.consumerNotFound) return undefined;
    throw error;
  }
}

function codeOf(error: unknown): number | undefined {
  return error instanceof JetStreamApiError ? error.code : undefined;
}

/**
 * Has everything unacknowledged delivered again from the oldest on, before anything new: what was delivered to nobody,
 * because a process or a connection ended, would otherwise come after newer messages, when its time to be acknowledged
 * is over. False when the server cannot do that (before 2.14).
 */
export async function rewind(manager: JetStreamManager, { stream, name }: ConsumerSettings): Promise<boolean> {
  try {
    await manager.consumers.reset(stream, name, 0);
    return true;
  } catch (error) {
    if (error instanceof Error && error.message.includes("requires server")) return false;
    throw error;
  }
}

export async function listConsumers(manager: JetStreamManager, stream: string): Promise<readonly ConsumerRecord[]> {
  const found: ConsumerRecord[] = [];
  try {
    for await (const { name, config } of manager.consumers.list(stream))
      found.push({ name, owner: config.metadata ?? {} });
  } catch (error) {
    if (codeOf(error) !== codes.streamNotFound) throw error;
  }
  return found;
}

export async function removeConsumer(manager: JetStreamManager, stream: string, name: string): Promise<void> {
  try {
    await manager.consumers.delete(stream, name);
  } catch (error) {
    const code = codeOf(error);
    if (code !== codes.consumerNotFound && code !== codes.streamNotFound) throw error;
  }
}

/**
 * Messages on the subjects in a range of sequences that ends before the present one. The server counts up to the
 * present only, so it is asked twice for what comes after the range, until nothing has come in between.
 */
export async function countBetween(
  manager: JetStreamManager,
  { stream, subjects }: ConsumerSettings,
  from: number,
  to: number,
): Promise<number> {
  if (to < from) return 0;
  const after = () => countFrom(manager, stream, subjects, to + 1);
  let before = await after();
  for (let attempt = 1; ; attempt++) {
    const all = await countFrom(manager, stream, subjects, from);
    const now = await after();
    if (now === before || attempt === 10) return Math.max(0, all - now);
    before = now;
  }
}

async function countFrom(
  manager: JetStreamManager,
  stream: string,
  subjects: readonly string[],
  from: number,
): Promise<number> {
  const { name, num_pending } = await manager.consumers.add(stream, {
    filter_subjects: [...subjects],
    ack_policy: AckPolicy.None,
    deliver_policy: DeliverPolicy.StartSequence,
    opt_start_seq: Math.max(1, from),
    inactive_threshold: nanos(ephemeralMs),
    mem_storage: true,
  });
  await manager.consumers.delete(stream, name);
  return num_pending;
}
