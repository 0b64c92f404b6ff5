import type { MqttClient } from "../../connections/mqtt/client.ts";
import mqtt from "../../connections/mqtt/mqtt.connection.ts";
import { defineConnector } from "../../contract/connector.ts";
import type { Point } from "../../contract/point.ts";
import type { ProcessorContext } from "../../contract/processor.ts";
import { subjectPattern } from "../../sinks/jetstream/subject.ts";
import { Breaker } from "./breaker.ts";
import { type Config, config, type TargetConfig, usesReply } from "./config.ts";
import { type Delivery, deliver, type GuardedTarget } from "./delivery.ts";
import { examples } from "./examples.ts";
import { fileTarget } from "./file-target.ts";
import { help } from "./help.ts";
import { httpTarget } from "./http-target.ts";
import { mqttTarget } from "./mqtt-target.ts";
import { natsTarget } from "./nats-target.ts";
import { attachReply, pointOfReply } from "./reply.ts";
import type { Target } from "./target.ts";

const mailbox = 10_000;
/** Each target has its own deadline, which comes first and names the target. */
const graceMs = 1_000;

export default defineConnector({
  type: "rule.forward",
  title: "Forward",
  summary: "Sends points to other subjects, web services, brokers or files, and can use the answer",
  icon: "send",
  keywords: ["forward", "publish", "http", "webhook", "request", "reply", "mqtt", "nats", "file", "enrich", "lookup"],
  accepts: "point",
  connection: mqtt,
  help,
  config,
  examples,
  line: ({ targets }) => `→ ${targets.map(addressOf).join(", ")}`.slice(0, 80),
  scope: ({ targets }, incoming) => (targets.some(({ reply }) => reply === "point") ? {} : incoming),
  publishes: ({ targets }) => targets.filter(({ to }) => to === "nats").map(({ subject }) => subjectPattern(subject)),
  limits: ({ maxInFlight, timeout }) => ({ maxInFlight, timeoutMs: timeout + graceMs, mailbox }),
  async open(settings, context) {
    const targets = guarded(settings, context);
    const answering = settings.targets.findIndex(usesReply);
    context.status("connected", "");
    return {
      async process(point, request) {
        const delivery: Delivery = { timeoutMs: settings.timeout, clock: context.clock };
        const answers = await deliver(targets, point, request, delivery);
        request.emit(settled(point, settings.targets[answering], answers[answering]));
      },
      async close() {
        await Promise.all(targets.map(({ target }) => target.close()));
      },
    };
  },
});

function settled(point: Point, target: TargetConfig | undefined, answer: string | undefined): Point {
  if (target === undefined) return point;
  return target.reply === "attach"
    ? attachReply(point, answer ?? "")
    : pointOfReply(point, answer ?? "", target.replyKey);
}

function addressOf({ to, subject, url, topic, path }: TargetConfig): string {
  return { nats: subject, http: url, mqtt: topic, file: path }[to];
}

/** The card names every target that is left alone. */
function guarded(settings: Config, context: ProcessorContext<MqttClient | undefined>): GuardedTarget[] {
  const problems = new Map<string, string>();
  return settings.targets.map((each) => {
    const target = targetOf(each, context, settings.timeout);
    const breaker = new Breaker(context.clock, (problem) => {
      if (problem === undefined) problems.delete(target.name);
      else problems.set(target.name, problem);
      const detail = [...problems].map(([name, reason]) => `${name}: ${reason}`).join("; ");
      context.status(problems.size === 0 ? "connected" : "degraded", detail);
    });
    return { target, breaker };
  });
}

function targetOf(each: TargetConfig, context: ProcessorContext<MqttClient | undefined>, timeoutMs: number): Target {
  switch (each.to) {
    case "nats":
      return natsTarget(each, context.bus, timeoutMs);
    case "http":
      return httpTarget(each, context, timeoutMs);
    case "file":
      return fileTarget(each, context.filesRoot);
    case "mqtt":
      if (context.connection === undefined) throw new Error("the configuration was not checked");
      return mqttTarget(each, context.connection);
  }
}
