/** Commands for an adapter: read, carried out once, answered. */
import type { Command } from "../../nodes/contract/connector.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import type { BusMessage, BusSubscription } from "../bus/bus.ts";
import { decodeMessage, envelopeEncoder } from "../bus/envelope.ts";
import { messageHeaders } from "../bus/message-headers.ts";
import type { CommandReply } from "../bus/payloads.ts";
import { modules, subjects } from "../bus/subjects.ts";
import type { SubscriptionPlan } from "../compiler/plan.ts";
import type { AdapterNode } from "./adapter-node.ts";
import { meantFor } from "./intake.ts";
import type { Services } from "./services.ts";

/** So many of one adapter may be under way; more are refused, since a setpoint that waits is soon an old one. */
const mostUnderWay = 1_000;
const excerptLimit = 1_000;
const textDecoder = new TextDecoder();

/**
 * Every command is answered: on `sluice.replies.{flow}.{node}`, and to the sender when it asked for an answer. One that
 * fails is also told on the error subjects. `adapter` answers the node as it is at the moment.
 */
export function subscribeCommands(
  services: Services,
  flow: string,
  node: string,
  subscription: SubscriptionPlan,
  adapter: () => AdapterNode | undefined,
): BusSubscription {
  const { bus, clock, errors } = services;
  const isMeant = meantFor(flow, subscription);
  const encode = envelopeEncoder({ source: modules.adapter.source, flow, node });
  const headers = messageHeaders("reply");
  let underWay = 0;

  const answer = (message: BusMessage, traceId: string, reply: CommandReply) => {
    const payload = encode(JSON.stringify(reply), { id: traceId, hops: 0 }, clock.now());
    bus.publish(subjects.replies(flow, node), payload, headers(traceId));
    if (message.reply !== undefined) bus.publish(message.reply, payload, headers(traceId));
  };
  const fail = (message: BusMessage, traceId: string, about: Partial<Command>, error: MessageError) => {
    const counters = adapter()?.counters;
    if (counters !== undefined) counters.failed++;
    const { type, message: reason } = error;
    errors.report({
      module: "adapter",
      flow,
      node,
      type,
      message: `a command was not carried out: ${reason}`,
      deviceId: about.device_id,
      key: about.key,
      traceId,
      subject: message.subject,
      original: textDecoder.decode(message.data.subarray(0, excerptLimit)),
    });
    answer(message, traceId, { ok: false, ...about, error: { type, message: reason } });
  };
  const carryOut = async (message: BusMessage, traceId: string, member: unknown) => {
    underWay++;
    let command: Partial<Command> = {};
    try {
      const asked = readCommand(member);
      command = asked;
      if (underWay > mostUnderWay) throw new MessageError("busy", `${mostUnderWay} commands are under way already`);
      const running = adapter();
      if (running === undefined) throw new MessageError("not_connected", `${node} does not run`);
      const details = await running.command(asked, traceId);
      answer(message, traceId, { ok: true, ...command, ...details });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      fail(message, traceId, command, error instanceof MessageError ? error : new MessageError("failed", reason));
    } finally {
      underWay--;
    }
  };

  const onMessage = (message: BusMessage) => {
    let traceId = "";
    try {
      const incoming = decodeMessage(message.data);
      traceId = incoming.traceId;
      if (!isMeant(incoming, message)) return;
      for (const member of membersOf(incoming.data)) void carryOut(message, traceId, member);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      fail(message, traceId, {}, error);
    }
  };
  return bus.subscribe(subscription.subject, onMessage, { queue: subscription.queue });
}

/** A command, a list of them, or what a plugin sends as a batch. */
function membersOf(data: unknown): readonly unknown[] {
  if (Array.isArray(data)) return data;
  const isBatch = typeof data === "object" && data !== null && "points" in data && Array.isArray(data.points);
  return isBatch ? (data.points as unknown[]) : [data];
}

function readCommand(member: unknown): Command {
  if (typeof member !== "object" || member === null)
    throw new MessageError("validation", 'a command is a JSON object such as {"key": "setpoint", "value": 75}');
  const { device_id, key, value } = member as Partial<Record<keyof Command, unknown>>;
  if (typeof key !== "string" || key === "") throw new MessageError("validation", 'the command has no "key"');
  if (value === undefined || value === null) throw new MessageError("validation", 'the command has no "value"');
  if (device_id !== undefined && typeof device_id !== "string")
    throw new MessageError("validation", '"device_id" is no text');
  return { ...(device_id === undefined ? {} : { device_id }), key, value };
}
