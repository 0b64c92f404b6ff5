/** Forwarding to a subject of the gateway's own bus. */
import type { NodeBus } from "../../contract/processor.ts";
import { subjectMaker } from "../../sinks/jetstream/subject.ts";
import { bodyOf, headersOf } from "./body.ts";
import { type TargetConfig, usesReply } from "./config.ts";
import type { Target } from "./target.ts";

export function natsTarget(config: TargetConfig, bus: NodeBus, timeoutMs: number): Target {
  const subjectOf = subjectMaker(config.subject);
  const body = bodyOf(config);
  const headers = headersOf(config.headers);
  return {
    name: `NATS ${config.subject}`,
    async send(point, trace) {
      // The point itself goes in an envelope, which carries trace and hops for whoever takes it up.
      const content = config.body === "point" ? point : body.of(point);
      const message = { content, headers: headers(point), trace };
      if (usesReply(config)) return bus.request(subjectOf(point), message, timeoutMs);
      bus.publish(subjectOf(point), message);
      return undefined;
    },
    close: async () => undefined,
  };
}
