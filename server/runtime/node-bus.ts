/** The gateway's bus as nodes may use it: on subjects of the plant, never on those of the server or of the gateway itself. */
import { ConnectionError, MessageError } from "../../nodes/contract/errors.ts";
import type { NodeBus, NodeMessage } from "../../nodes/contract/processor.ts";
import { type Bus, type HeaderBlock, PayloadTooLargeError } from "../bus/bus.ts";
import { envelopeEncoder, envelopeVersion, hopsHeader } from "../bus/envelope.ts";
import { encodeHeaders, headerSafeId } from "../bus/headers.ts";
import { covers, modules, subjectProblem } from "../bus/subjects.ts";
import type { Services } from "./services.ts";

/** What the gateway says about itself and how its parts speak to each other: from a node it would be a lie. */
const ownSubjects = ["iot.errors.>", "iot.metrics.>", "sluice.>"];

/** Why a node may not publish on a subject; `undefined` when it may. */
export function nodeSubjectProblem(subject: string): string | undefined {
  const problem = subjectProblem(subject, "publish");
  if (problem !== undefined) return problem;
  if (subject.startsWith("_")) return `"${subject}" begins with _, which is reserved for answers to clients of NATS`;
  const own = ownSubjects.find((pattern) => covers(pattern, subject));
  return own === undefined ? undefined : `"${subject}": ${own} is where only the gateway itself speaks`;
}

export function nodeBus(
  { bus, clock }: Pick<Services, "bus" | "clock">,
  { module, flow, node }: { readonly module: "plugin" | "rule"; readonly flow: string; readonly node: string },
): NodeBus {
  const encode = envelopeEncoder({ source: modules[module].source, flow, node });
  const payloadOf = ({ content, trace }: NodeMessage) =>
    typeof content === "string" ? Buffer.from(content) : encode(JSON.stringify(content), trace, clock.now());
  const check = (subject: string) => {
    const problem = nodeSubjectProblem(subject);
    if (problem !== undefined) throw new MessageError("bad_subject", problem);
    if (bus.status().state !== "connected")
      throw new ConnectionError("the gateway has lost its bus; it reconnects by itself");
  };
  return {
    publish(subject, message) {
      check(subject);
      send(() => bus.publish(subject, payloadOf(message), headersOf(message)));
    },
    async request(subject, message, timeoutMs) {
      check(subject);
      const answer = await send(() => request(bus, subject, payloadOf(message), headersOf(message), timeoutMs));
      return Buffer.from(answer.data).toString("utf8");
    },
  };
}

async function request(bus: Bus, subject: string, payload: Uint8Array, headers: HeaderBlock, timeoutMs: number) {
  try {
    return await bus.request(subject, payload, headers, timeoutMs);
  } catch (error) {
    throw tooLarge(error);
  }
}

function send<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw tooLarge(error);
  }
}

function tooLarge(error: unknown): unknown {
  return error instanceof PayloadTooLargeError ? new MessageError("payload_too_large", error.message) : error;
}

function headersOf({ content, headers, trace }: NodeMessage): HeaderBlock {
  const ours = {
    "Iot-Trace-Id": headerSafeId(trace.id),
    ...(typeof content === "string" ? { [hopsHeader]: String(trace.hops) } : { "Iot-Version": envelopeVersion }),
  };
  return encodeHeaders({ ...headers, ...ours });
}
