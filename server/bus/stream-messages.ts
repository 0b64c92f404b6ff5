/** Single messages of a stream, for people: dead letters are looked at one by one. */
import { JetStreamApiError, type JetStreamManager } from "@nats-io/jetstream";
import type { KeptMessage } from "./bus.ts";

/** The server's numbers for "there is no such message" and "… stream". */
const absent = new Set([10_037, 10_043, 10_057, 10_059]);

export function messageCount(manager: JetStreamManager, stream: string): Promise<number> {
  return unlessAbsent(async () => (await manager.streams.info(stream)).state.messages, 0);
}

export function messageFrom(
  manager: JetStreamManager,
  stream: string,
  sequence: number,
): Promise<KeptMessage | undefined> {
  return unlessAbsent(async () => {
    // The server takes both together, the client's types know them apart.
    const next = { seq: Math.max(1, sequence), next_by_subj: ">" };
    const found = await manager.streams.getMessage(stream, next);
    return found === null ? undefined : { sequence: found.seq, subject: found.subject, data: found.data };
  }, undefined);
}

export function removeMessage(manager: JetStreamManager, stream: string, sequence: number): Promise<boolean> {
  return unlessAbsent(() => manager.streams.deleteMessage(stream, sequence, false), false);
}

async function unlessAbsent<Answer>(ask: () => Promise<Answer>, otherwise: Answer): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof JetStreamApiError && absent.has(error.code)) return otherwise;
    throw error;
  }
}
