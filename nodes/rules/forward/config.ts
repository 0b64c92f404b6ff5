/** Configuration of forwarding: what is sent where. */
import { z } from "zod";
import mqtt from "../../connections/mqtt/mqtt.connection.ts";
import { topicProblem } from "../../connections/mqtt/topic-filter.ts";
import { connection, duration, secret } from "../../contract/fields.ts";
import { ExpressionError } from "../../expression/expression-error.ts";
import { template } from "../../expression/fields.ts";
import { pathProblem } from "../../sinks/file/safe-path.ts";
import { subjectTemplateProblem } from "../../sinks/jetstream/subject.ts";

const defaultSubject = `forwarded.\${device_id}.\${key}`;
const defaultTopic = `forwarded/\${device_id}/\${key}`;

/** The scheme and host of an address are written out: where the gateway calls is for people to decide, not for data. */
const fixedHost = /^https?:\/\/[^/?#$]+(?:[/?#]|$)/i;

function subjectProblem(subject: string): string | undefined {
  if (/^iot\.(?:errors|metrics)(?:\.|$)/.test(subject))
    return "only the gateway itself publishes below iot.errors and iot.metrics";
  try {
    return subjectTemplateProblem(subject);
  } catch (error) {
    // One that does not compile is told by the field itself.
    if (error instanceof ExpressionError) return undefined;
    throw error;
  }
}

const target = z
  .strictObject({
    to: z
      .enum(["nats", "http", "mqtt", "file"])
      .default("nats")
      .meta({ title: "To", labels: { nats: "NATS subject", http: "HTTP", mqtt: "MQTT topic", file: "File" } }),
    subject: template({ title: "Subject", placeholder: defaultSubject, showWhen: { to: ["nats"] } }).default(
      defaultSubject,
    ),
    url: template({
      title: "Address",
      description: "Expressions may stand behind the host.",
      placeholder: `http://10.0.0.9/machines/\${device_id}`,
      showWhen: { to: ["http"] },
    }).default(""),
    method: z
      .enum(["POST", "PUT", "PATCH", "DELETE", "GET"])
      .default("POST")
      .meta({ title: "Method", showWhen: { to: ["http"] } }),
    authorization: secret({
      title: "Authorization",
      description: "Sent as the header of that name, such as Bearer …",
      showWhen: { to: ["http"] },
    }).optional(),
    topic: template({ title: "Topic", placeholder: defaultTopic, showWhen: { to: ["mqtt"] } }).default(defaultTopic),
    qos: z
      .literal([0, 1, 2])
      .default(1)
      .meta({ title: "QoS", showWhen: { to: ["mqtt"] } }),
    retain: z
      .boolean()
      .default(false)
      .meta({ title: "Retain", showWhen: { to: ["mqtt"] } }),
    path: template({
      title: "Path",
      description: "Below the gateway's folder of files; each message becomes a line.",
      placeholder: `forwarded/\${device_id}.jsonl`,
      showWhen: { to: ["file"] },
    }).default(""),
    headers: z
      .record(z.string().regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, "no name of a header"), template())
      .default({})
      .meta({ title: "Headers", advanced: true, showWhen: { to: ["nats", "http"] } }),
    body: z
      .enum(["point", "value", "text"])
      .default("point")
      .meta({
        title: "Body",
        labels: { point: "The point as JSON", value: "The value alone", text: "A text of your own" },
      }),
    text: template({ title: "Text", widget: "multiline", showWhen: { body: ["text"] } }).default(`\${value}`),
    reply: z
      .enum(["none", "attach", "point"])
      .default("none")
      .meta({
        title: "Answer",
        labels: { none: "Not used", attach: "Goes on with the point, as reply", point: "Goes on as a new point" },
        showWhen: { to: ["nats", "http"] },
      }),
    replyKey: z
      .string()
      .default("")
      .meta({
        title: "Key of the new point",
        description: "Empty: the key in the answer, else that of the point.",
        showWhen: { reply: ["point"] },
      }),
  })
  .superRefine((value, context) => {
    const report = (path: string, message: string | undefined) => {
      if (message !== undefined) context.addIssue({ code: "custom", path: [path], message });
    };
    const { to, subject, url, topic, path, method, body } = value;
    if (to === "nats") report("subject", subjectProblem(subject));
    if (to === "http" && !fixedHost.test(url))
      report(
        "url",
        "write an address with its host, such as http://10.0.0.9/machines; expressions may stand behind it",
      );
    if (to === "http" && method === "GET" && body === "text")
      report("body", "a GET has no body; choose another method");
    if (to === "mqtt" && !topic.includes("${")) report("topic", topicProblem(topic));
    if (to === "file") report("path", pathProblem(path.replace(/\$\{[^}]*\}/g, "x")));
  });
export type TargetConfig = z.output<typeof target>;

export const config = z
  .strictObject({
    targets: z
      .array(target)
      .min(1, "add a target")
      .max(32)
      .prefault([{}])
      .meta({ title: "Targets", description: "Each message goes to all of them." }),
    connection: connection(mqtt, { title: "MQTT connection", description: "For MQTT targets." }).optional(),
    timeout: duration({
      default: "5s",
      min: "10ms",
      max: "5m",
      title: "Answer within",
      description: "For each target and attempt.",
    }),
    maxInFlight: z.int().min(1).max(1_000).default(16).meta({
      title: "At the same time",
      description: "Devices whose messages are under way at once.",
      advanced: true,
    }),
  })
  .superRefine(({ targets, connection: broker }, context) => {
    const report = (path: readonly (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path: [...path], message });
    const first = targets.findIndex(({ to }) => to === "mqtt");
    if (first >= 0 && broker === undefined)
      report(["connection"], `target ${first + 1} is MQTT: choose a connection of type MQTT`);
    const answering = targets.flatMap(({ to, reply }, index) =>
      (to === "nats" || to === "http") && reply !== "none" ? [index] : [],
    );
    if (answering[1] !== undefined)
      report(
        ["targets", answering[1], "reply"],
        `target ${(answering[0] ?? 0) + 1} gives the answer already; use a node for each`,
      );
  });
export type Config = z.output<typeof config>;

export function usesReply({ to, reply }: TargetConfig): boolean {
  return (to === "nats" || to === "http") && reply !== "none";
}
