/** From a subject to a node: decodes, keeps what is meant for the node, hands it over, reports what cannot be read. */

import { isPluginOrRule } from "../../nodes/contract/catalog.ts";
import type { SinkRecord } from "../../nodes/contract/connector.ts";
import { MessageError } from "../../nodes/contract/errors.ts";
import type { Trace } from "../../nodes/contract/operator.ts";
import type { BusMessage, BusSubscription, StoredMessage } from "../bus/bus.ts";
import { hopsHeader, type Incoming, maxHops } from "../bus/envelope.ts";
import { readRaw } from "../bus/points.ts";
import type { SubscriptionPlan } from "../compiler/plan.ts";
import type { OperatorNode } from "./operator-node.ts";
import type { ProcessorNode } from "./processor-node.ts";
import type { Services } from "./services.ts";
import type { SharedMessages } from "./shared-messages.ts";
import { SinkNode } from "./sink-node.ts";

const textDecoder = new TextDecoder();
const excerptLimit = 1_000;

/** Two subscriptions with the same key are the same to the bus and to the node. */
export function subscriptionKey(subscription: SubscriptionPlan): string {
  return JSON.stringify(subscription);
}

export function subscribe(
  services: Services,
  shared: SharedMessages,
  node: OperatorNode | ProcessorNode | SinkNode,
  subscription: SubscriptionPlan,
): BusSubscription {
  const hand = handOver(services, shared, node, subscription);
  return services.bus.subscribe(subscription.subject, (message) => hand(message), { queue: subscription.queue });
}

/**
 * Gives a message to the node. True when it is a stored one that the node still has in hand: it then calls `done` when
 * that is over. False when nothing more follows from it.
 */
export function handOver(
  services: Services,
  shared: SharedMessages,
  node: OperatorNode | ProcessorNode | SinkNode,
  subscription: SubscriptionPlan,
): (message: BusMessage, stored?: StoredMessage) => boolean {
  const handle = node instanceof SinkNode ? sinkHandler(node) : operatorHandler(services, shared, node);
  const isMeant = meantFor(node.flow, subscription);
  return (message, stored) => {
    const startedMs = performance.now();
    let incoming: Incoming | undefined;
    let isInHand = false;
    try {
      incoming = shared.decode(message, subscription, startedMs);
      if (!isMeant(incoming, message)) return false;
      isInHand = handle(withHops(incoming, message), message.subject, stored);
    } catch (error) {
      if (!(error instanceof MessageError)) throw error;
      reject(services, node, message, incoming?.traceId, error);
    }
    services.latency.record(performance.now() - startedMs);
    return isInHand;
  };
}

/** A message that names no node may still come from one of ours: what a rule forwards as a text has its hops in a header. */
function withHops(incoming: Incoming, message: BusMessage): Incoming {
  if (incoming.node !== undefined) return incoming;
  const hops = Number(message.header(hopsHeader));
  return Number.isInteger(hops) && hops > incoming.hops ? { ...incoming, hops } : incoming;
}

/** A wired input takes what its upstream sent, and what names no node at all: a foreign publisher such as `nats pub`. */
export function meantFor(
  flow: string,
  { accepts, foreignOnly }: SubscriptionPlan,
): (incoming: Incoming, message: BusMessage) => boolean {
  // A bare result names no node either, but it has the gateway's headers.
  if (foreignOnly === true)
    return (incoming, message) => incoming.node === undefined && message.header("Iot-Kind") === undefined;
  if (accepts === "any") return () => true;
  const upstream = new Set(accepts.map(({ node, port }) => `${node} ${port}`));
  return (incoming) =>
    incoming.node === undefined || (incoming.flow === flow && upstream.has(`${incoming.node} ${incoming.port}`));
}

function operatorHandler(services: Services, shared: SharedMessages, node: OperatorNode | ProcessorNode) {
  const definition = services.catalog.nodes.get(node.plan.type);
  const takesRaw = definition !== undefined && isPluginOrRule(definition) && definition.accepts === "raw";
  return (incoming: Incoming, subject: string) => {
    const nowMs = services.clock.now();
    const trace = node.plan.category === "rule" ? nextHop(incoming) : { id: incoming.traceId, hops: incoming.hops };
    if (takesRaw) {
      node.receive(readRaw(incoming.data, subject, nowMs), trace);
      node.settle();
      return false;
    }
    const { points, rejected } = shared.points(incoming, subject, nowMs);
    for (const point of points) node.receive(point, trace);
    node.settle();
    for (const { original, error } of rejected) {
      node.counters.failed++;
      reportRejected(services, node, subject, incoming.traceId, JSON.stringify(original), error);
    }
    return false;
  };
}

function nextHop({ traceId, hops }: Incoming): Trace {
  if (hops < maxHops) return { id: traceId, hops: hops + 1 };
  throw new MessageError(
    "loop",
    `the message has passed ${maxHops} rules by way of the bus: a flow feeds itself; look for a rule that publishes on what it listens to`,
  );
}

function sinkHandler(node: SinkNode) {
  return (incoming: Incoming, subject: string, stored?: StoredMessage) => {
    node.receive(recordOf(incoming, subject), stored);
    return stored !== undefined;
  };
}

/** What a sink gets of a message. Throws `MessageError` when it is nothing for a sink. */
export function recordOf({ data, traceId, timestamp, text }: Incoming, subject: string): SinkRecord {
  if (typeof data !== "object" || data === null || Array.isArray(data))
    throw new MessageError("validation", "a sink takes JSON objects: a point, a rule's result, an alert");
  return { subject, data: data as SinkRecord["data"], traceId, timestamp, text };
}

function reject(
  services: Services,
  node: OperatorNode | ProcessorNode | SinkNode,
  message: BusMessage,
  traceId: string | undefined,
  error: MessageError,
): void {
  node.counters.received++;
  node.counters.failed++;
  const excerpt = textDecoder.decode(message.data.subarray(0, excerptLimit));
  reportRejected(services, node, message.subject, traceId, excerpt, error);
}

function reportRejected(
  services: Services,
  node: OperatorNode | ProcessorNode | SinkNode,
  subject: string,
  traceId: string | undefined,
  original: string,
  error: MessageError,
): void {
  services.errors.report({
    module: node.plan.category,
    flow: node.flow,
    node: node.plan.id,
    type: error.type,
    message: `a message on ${subject} could not be read: ${error.message}`,
    deviceId: deviceIn(original),
    traceId,
    subject,
    original,
  });
}

/** The device a rejected point names, so that the error is also told on the device's own subject. */
function deviceIn(original: string): string | undefined {
  try {
    const value: unknown = JSON.parse(original);
    const named = typeof value === "object" && value !== null && "device_id" in value ? value.device_id : undefined;
    return typeof named === "string" && named !== "" ? named : undefined;
  } catch {
    return undefined;
  }
}
