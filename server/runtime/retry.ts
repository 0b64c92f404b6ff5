/** A message that a node gave up is given to it once more, and to nobody else that listens to its subject. */
import { MessageError } from "../../nodes/contract/errors.ts";
import { decodeMessage } from "../bus/envelope.ts";
import { AdapterNode } from "./adapter-node.ts";
import type { RunningNode } from "./engine.ts";
import { handOver, recordOf } from "./intake.ts";
import type { RetriedMessage, RetryOutcome } from "./port.ts";
import type { Services } from "./services.ts";
import { SharedMessages } from "./shared-messages.ts";
import { SinkNode } from "./sink-node.ts";

export async function retryMessage(
  services: Services,
  node: RunningNode | undefined,
  { flow, node: id, subject, text }: RetriedMessage,
): Promise<RetryOutcome> {
  if (node === undefined || node instanceof AdapterNode)
    return {
      ok: false,
      reason: `${flow}/${id} does not run; deploy a flow that has it, or send the message elsewhere`,
    };
  const data = Buffer.from(text);
  try {
    const incoming = decodeMessage(data);
    if (node instanceof SinkNode) {
      const reason = await node.retry(recordOf(incoming, subject));
      return reason === undefined ? { ok: true } : { ok: false, reason };
    }
  } catch (error) {
    if (error instanceof MessageError) return { ok: false, reason: error.message };
    throw error;
  }
  // What follows from it, a new dead letter included, is that of any message.
  handOver(services, new SharedMessages(), node, { subject, queue: "", accepts: "any" })({
    subject,
    data,
    reply: undefined,
    header: () => undefined,
  });
  return { ok: true };
}
