/** Many messages published in one go and confirmed together, for whoever wants to know that the server has them. */
import type { Bus, HeaderBlock } from "./bus.ts";
import { payloadTooLarge } from "./stored-bus.ts";

export interface Publication {
  readonly subject: string;
  readonly payload: Uint8Array;
  readonly headers?: HeaderBlock | undefined;
  /** As in `Bus.publish`. */
  readonly lane?: string | undefined;
}

/**
 * Resolves when the server has all of them: one flush, however many they are. Rejects when it has not said so within
 * `timeoutMs`, some may then have been lost, and with `PayloadTooLargeError`, before anything is sent, when it would
 * refuse one.
 */
export async function publishTogether(
  bus: Pick<Bus, "publish" | "flush" | "maxPayloadBytes">,
  messages: readonly Publication[],
  timeoutMs = 1_000,
): Promise<void> {
  const most = bus.maxPayloadBytes();
  for (const { subject, payload, headers } of messages) {
    const bytes = payload.length + (headers?.bytes.length ?? 0);
    if (bytes > most) throw payloadTooLarge(subject, bytes, most);
  }
  for (const { subject, payload, headers, lane } of messages) bus.publish(subject, payload, headers, lane);
  await bus.flush(timeoutMs);
}
