import { z } from "zod";
import type { MqttClient, MqttMessage } from "../../connections/mqtt/client.ts";
import mqtt from "../../connections/mqtt/mqtt.connection.ts";
import { filterProblem, isShared } from "../../connections/mqtt/topic-filter.ts";
import { defineConnector, type Opened } from "../../contract/connector.ts";
import { MessageError } from "../../contract/errors.ts";
import { connection, duration } from "../../contract/fields.ts";
import { startDelivery } from "./delivery.ts";
import { readingOf } from "./reading.ts";
import { compilePattern, namesDevice, patternProblem } from "./topic-pattern.ts";
import { watch } from "./watch.ts";

const topic = z
  .strictObject({
    filter: z
      .string()
      .superRefine((text, context) => {
        const message = filterProblem(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({ title: "Topic filter", widget: "topic", placeholder: "plant/+/temperature" }),
    qos: z
      .literal([0, 1, 2])
      .default(1)
      .meta({ title: "QoS", labels: { 0: "0, at most once", 1: "1, at least once", 2: "2, exactly once" } }),
    retained: z
      .enum(["always", "new", "never"])
      .default("always")
      .meta({
        title: "Retained messages",
        description: "MQTT 5: whether the broker sends what it has kept when the node starts.",
        labels: { always: "At every start", new: "For a new subscription", never: "Never" },
        advanced: true,
      }),
    noLocal: z.boolean().default(false).meta({
      title: "Not our own",
      description: "MQTT 5: leave out what this connection itself publishes.",
      advanced: true,
    }),
  })
  .refine(({ filter, noLocal }) => !(noLocal && isShared(filter)), {
    path: ["noLocal"],
    error: "MQTT does not allow this for a shared subscription ($share)",
  });

const config = z
  .strictObject({
    connection: connection(mqtt),
    topics: z
      .array(topic)
      .min(1, "add a topic filter")
      .max(1_000)
      .superRefine((topics, context) => {
        for (const [index, { filter }] of topics.entries())
          if (topics.findIndex((other) => other.filter === filter) < index)
            context.addIssue({ code: "custom", path: [index, "filter"], message: `"${filter}" is there twice` });
      })
      .meta({ title: "Topics", widget: "table" }),
    deviceId: z.string().default("").meta({
      title: "Device id",
      description: "For all messages. Empty: taken from the topic.",
      placeholder: "boiler-1",
    }),
    topicPattern: z
      .string()
      .default("")
      .superRefine((text, context) => {
        const message = patternProblem(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({
        title: "Topic pattern",
        description: "Which levels name the device, the key and tags. Empty: the last level but one is the device.",
        placeholder: "plant/{device_id}/{key}",
      }),
    unfold: z.boolean().default(true).meta({
      title: "Unfold compressed payloads",
      description: "What is gzip or zstd by its first bytes.",
      advanced: true,
    }),
    maxPayloadBytes: z
      .int()
      .min(1)
      .max(67_108_864)
      .default(1_048_576)
      .meta({
        title: "Largest unfolded payload",
        unit: "bytes",
        showWhen: { unfold: [true] },
        advanced: true,
      }),
    idleTimeout: duration({
      default: "0s",
      title: "Expect a message every",
      description: "The node turns yellow when none comes for this long. 0s: never.",
      advanced: true,
    }),
  })
  .refine(({ deviceId, topicPattern }) => deviceId === "" || !namesDevice(topicPattern), {
    path: ["deviceId"],
    error: "the pattern reads the device id from the topic: leave this empty, or take {device_id} out of the pattern",
  });

export default defineConnector({
  type: "adapter.mqtt",
  title: "MQTT subscribe",
  summary: "Reads messages from an MQTT broker",
  icon: "broadcast",
  keywords: ["mqtt", "broker", "subscribe", "topic", "mosquitto", "emqx", "hivemq", "sparkplug", "zigbee2mqtt"],
  protocol: "mqtt",
  connection: mqtt,
  help: `
Subscribes to topics of a broker and hands every message on, untouched, on \`iot.raw.mqtt.{device_id}\`. A *Convert* node,
or a wire straight to a rule, makes points of it.

**Topic filters.** \`+\` stands for one level, \`#\` at the end for all that follow: \`plant/+/temperature\`, \`plant/#\`. With
\`$share/{group}/{filter}\` several clients of a group share the messages.

**Which device, which key.** MQTT does not say which part of a topic is the device. Give a pattern:

| Pattern | Topic | Device id | Key | Tags |
| --- | --- | --- | --- | --- |
| \`plant/{device_id}/{key}\` | \`plant/boiler-1/temperature\` | \`boiler-1\` | \`temperature\` | |
| \`{site}/+/{device_id}/{key}\` | \`bern/x/pump/flow\` | \`pump\` | \`flow\` | \`site: bern\` |
| \`zigbee2mqtt/{device_id}/#\` | \`zigbee2mqtt/door/availability\` | \`door\` | | |

\`{device_id}\` and \`{key}\` are what they say, other names become tags. A topic that does not fit, and every topic if there
is no pattern, has its last level but one as device: \`boiler-1\` in \`plant/boiler-1/temperature\`. With a fixed **Device
id** all messages belong to that device. The key matters for payloads that are a single value, such as \`21.5\`.

**QoS** is what the node asks for; the broker may grant less, and the node says so. With 1 and 2 a message is acknowledged
when it is safely on the bus; after a crash in between it comes again. If the bus itself is away, they wait at the broker.
Whether messages are kept while the gateway is away is set in the connection.

**Payload.** Text (UTF-8) stays text; anything else becomes base64. A payload that is gzip or zstd is unfolded first; if it
cannot be, or becomes too large, that is told on \`iot.errors.adapters.*\` and the next goes on. Other compressions are for the
Convert node. An empty message, with which retained messages are
deleted, is left out. Two filters of one node that select the same topic may give its messages twice with MQTT 3.1.1.
`,
  config,
  examples: [
    {
      title: "A plant whose topics name device and key",
      config: {
        connection: "plant-broker",
        topics: [{ filter: "plant/+/+", qos: 1 }],
        topicPattern: "plant/{device_id}/{key}",
      },
    },
    {
      title: "One device with several topics, watched for silence",
      config: {
        connection: "plant-broker",
        topics: [{ filter: "tele/pump7/SENSOR" }, { filter: "tele/pump7/STATE", qos: 0 }],
        deviceId: "pump7",
        idleTimeout: "5m",
      },
    },
  ],
  line: ({ topics: [first, ...more] }) =>
    `${first?.filter ?? ""}${more.length === 0 ? "" : ` and ${more.length} more`}`,
  scope: ({ deviceId }) => (deviceId === "" ? {} : { devices: [deviceId] }),
  async open(config, context) {
    const client: MqttClient = context.connection;
    const read = readingOf({
      deviceId: config.deviceId,
      namesOf: config.topicPattern === "" ? undefined : compilePattern(config.topicPattern),
      maxUnfoldedBytes: config.unfold ? config.maxPayloadBytes : 0,
    });
    const watched = watch(context, config.idleTimeout);
    const { clock, signal, emit, report } = context;
    const deliver = startDelivery({ clock, signal, emit, onHeld: watched.held });
    /** What cannot be unfolded is told and taken as done: the broker's sending it again would not help. */
    const readOrReport = (message: MqttMessage) => {
      try {
        return read(message);
      } catch (error) {
        if (!(error instanceof MessageError)) throw error;
        const original = message.payload.subarray(0, 1_000).toString("base64");
        report({ type: error.type, message: `the payload on ${message.topic} ${error.message}`, original });
        return "unreadable";
      }
    };
    const handle = async (message: MqttMessage) => {
      watched.seen();
      const reading = readOrReport(message);
      if (reading === "unreadable") return;
      if (reading === undefined) watched.leftOut();
      else await deliver(reading, message.qos > 0);
    };
    const opened: Opened[] = [watched];
    const close = async () => {
      await Promise.all(opened.map((each) => each.close()));
    };
    const lower: string[] = [];
    const subscribed = await Promise.allSettled(
      config.topics.map(async ({ filter, ...options }) => {
        const subscription = await client.subscribe(filter, options, handle);
        opened.push(subscription);
        if (subscription.qos < options.qos) lower.push(`${filter} (QoS ${subscription.qos})`);
      }),
    );
    const failure = subscribed.find(({ status }) => status === "rejected");
    if (failure?.status === "rejected") {
      await close();
      throw failure.reason;
    }
    const count = `subscribed to ${config.topics.length} topic${config.topics.length === 1 ? "" : "s"}`;
    watched.started(lower.length === 0 ? count : `${count}; the broker grants less for ${lower.join(", ")}`);
    return { close };
  },
});
