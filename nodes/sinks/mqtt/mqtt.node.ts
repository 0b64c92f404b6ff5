import { z } from "zod";
import type { MqttClient, PublishOptions } from "../../connections/mqtt/client.ts";
import mqtt from "../../connections/mqtt/mqtt.connection.ts";
import { topicProblem } from "../../connections/mqtt/topic-filter.ts";
import { Window } from "../../connections/window.ts";
import { defineConnector, type SinkRecord } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import { connection, duration } from "../../contract/fields.ts";
import type { Point } from "../../contract/point.ts";
import { template } from "../../expression/fields.ts";
import { compileTemplate } from "../../expression/template.ts";
import { contentText, valueText } from "../content.ts";
import { makeAll, throwRefused } from "../refusals.ts";
import { sendEach } from "../send-each.ts";

const defaultTopic = `iot/\${device_id}/\${key}`;

/** Why nothing can be published on a topic; `undefined` when it can. */
function publishProblem(topic: string): string | undefined {
  if (topic.startsWith("$")) return `"${topic}": topics that begin with $ belong to the broker`;
  if (topic !== "" && topic.split("/").includes(""))
    return `"${topic}" has an empty level: two / in a row, or one at an end`;
  return topicProblem(topic);
}

const userProperty = z.strictObject({
  name: z.string().min(1, "give the property a name").meta({ title: "Name" }),
  value: template({ title: "Value", placeholder: `\${tags.line}` }),
});

const config = z.strictObject({
  connection: connection(mqtt),
  topic: template({ placeholder: defaultTopic })
    .default(defaultTopic)
    .superRefine((text, context) => {
      // One that holds expressions is known only message by message; one that does not compile is told already.
      const message = text.includes("${") ? undefined : publishProblem(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .meta({
      title: "Topic",
      description: `Text that can hold expressions in \${…}.`,
      widget: "template",
      placeholder: defaultTopic,
    }),
  content: z
    .enum(["data", "value", "envelope", "text"])
    .default("data")
    .meta({
      title: "Payload",
      labels: {
        data: "Data, with trace id",
        value: "The value alone",
        envelope: "Complete message",
        text: "A text of your own",
      },
    }),
  text: template({ title: "Text", placeholder: `\${value}`, showWhen: { content: ["text"] } }).default(`\${value}`),
  qos: z
    .literal([0, 1, 2])
    .default(1)
    .meta({ title: "QoS", labels: { 0: "0, at most once", 1: "1, at least once", 2: "2, exactly once" } }),
  retain: z.boolean().default(false).meta({
    title: "Retain",
    description: "The broker keeps the last message of each topic for clients that come later.",
  }),
  messageExpiry: duration({
    default: "0s",
    title: "Message expiry",
    description: "MQTT 5, as all below: the broker forgets a message nobody has fetched after this time. 0s: never.",
    advanced: true,
  }),
  contentType: z.string().default("").meta({ title: "Content type", placeholder: "application/json", advanced: true }),
  responseTopic: z
    .string()
    .default("")
    .refine((text) => text === "" || topicProblem(text) === undefined, "write a complete topic, without + and #")
    .meta({ title: "Response topic", widget: "topic", advanced: true }),
  userProperties: z
    .array(userProperty)
    .max(100)
    .default([])
    .meta({ title: "User properties", widget: "table", advanced: true }),
  maxInFlight: z.int().min(1).max(65_535).default(64).meta({
    title: "Messages in flight",
    description: "Sent and not yet acknowledged; never more than the broker allows.",
    advanced: true,
  }),
});

interface Publication {
  readonly topic: string;
  readonly payload: string;
  readonly options: PublishOptions;
}

export default defineConnector({
  type: "sink.mqtt",
  title: "MQTT publish",
  summary: "Publishes messages to an MQTT broker",
  icon: "broadcast",
  keywords: ["mqtt", "broker", "publish", "topic", "mosquitto", "emqx", "hivemq", "cloud"],
  connection: mqtt,
  help: `
Publishes every message on a topic of a broker. The topic can hold expressions: \`plant/\${tags.line}/\${device_id}/\${key}\`.

**Payload.** The data as JSON with its trace id, the complete message as it stands on the bus, the value alone (\`21.5\`), or
a text of your own with expressions.

**Delivery.** With QoS 1 and 2 a message counts as delivered when the broker has acknowledged it, and not before. There is
no second queue behind this node: what the broker has not acknowledged waits here, where it is seen and counted, and goes
out in order when the broker is back. What was under way when the connection broke is sent again and can then arrive twice,
with the same \`trace_id\`. With QoS 0 a message counts as delivered when it is sent. That a broker has acknowledged a message
does not say that it has it on disk: see its own settings for persistence.

**What is refused** goes to the dead letters with the reason and does not hold up the rest: a topic with \`+\`, \`#\` or an
empty level, as a device without a name makes one, a message too large for the broker, a topic the broker does not allow.
A / in a device id or key makes a further level.

**Loops.** An adapter that subscribes to what this node publishes makes a loop through the broker. With MQTT 5, *Not our
own* at the adapter's filter keeps them out when both use the same connection.
`,
  config,
  examples: [
    { title: "Everything as JSON, by device and key", config: { connection: "cloud-broker" } },
    {
      title: "The last value of each series, kept by the broker",
      config: {
        connection: "cloud-broker",
        topic: `plant/bern/\${device_id}/\${key}`,
        content: "value",
        retain: true,
      },
    },
    {
      title: "With properties of MQTT 5, forgotten after an hour",
      config: {
        connection: "cloud-broker",
        topic: `alerts/\${device_id}`,
        qos: 2,
        messageExpiry: "1h",
        contentType: "application/json",
        userProperties: [{ name: "line", value: `\${has(tags.line) ? tags.line : "none"}` }],
      },
    },
  ],
  line: ({ topic, qos, retain }) => `${topic}, QoS ${qos}${retain ? ", retained" : ""}`,
  batch: ({ maxInFlight }) => ({ size: Math.max(100, Math.min(1_000, maxInFlight * 4)), lingerMs: 0 }),
  async open(config, { connection, status }) {
    const client: MqttClient = connection;
    const make = publicationMaker(config);
    const window = new Window(config.maxInFlight);
    status("connected", "");
    return {
      async write(records) {
        const { made, refused } = makeAll(records, make);
        const notTaken = await sendEach(made, window, ({ topic, payload, options }) =>
          client.publish(topic, payload, options),
        );
        throwRefused(refused, notTaken);
      },
      close: async () => undefined,
    };
  },
});

function publicationMaker(settings: z.output<typeof config>): (record: SinkRecord) => Publication {
  const { content, qos, retain, messageExpiry, contentType, responseTopic } = settings;
  const topicOf = compileTemplate(settings.topic);
  const textOf = compileTemplate(settings.text);
  const properties = settings.userProperties.map(({ name, value }) => ({ name, text: compileTemplate(value) }));
  const fixed: PublishOptions = {
    qos,
    retain,
    ...(messageExpiry > 0 ? { messageExpirySeconds: Math.ceil(messageExpiry / 1000) } : {}),
    ...(contentType === "" ? {} : { contentType }),
    ...(responseTopic === "" ? {} : { responseTopic }),
  };
  const optionsOf = (point: Point): PublishOptions =>
    properties.length === 0
      ? fixed
      : {
          ...fixed,
          userProperties: Object.fromEntries(properties.map(({ name, text }) => [name, text.render(point)])),
        };
  return (record) => {
    const point = record.data as unknown as Point;
    const topic = topicOf.render(point);
    const problem = publishProblem(topic);
    if (problem !== undefined) throw new MessageError("bad_topic", problem);
    const payload =
      content === "text"
        ? textOf.render(point)
        : content === "value"
          ? valueText(record)
          : contentText(record, content);
    return { topic, payload, options: optionsOf(point) };
  };
}
