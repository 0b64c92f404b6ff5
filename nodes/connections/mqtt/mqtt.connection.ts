import { randomBytes } from "node:crypto";
import type { IClientOptions } from "mqtt";
import { z } from "zod";
import { defineConnection, type PeerContext } from "../../contract/connection.ts";
import { duration, secret } from "../../contract/fields.ts";
import { tlsField, tlsOptions } from "../tls.ts";
import type { MqttClient } from "./client.ts";
import { topicProblem } from "./topic-filter.ts";

const defaultPorts: Readonly<Record<string, number>> = { mqtt: 1883, mqtts: 8883, ws: 80, wss: 443 };

const url = z
  .string()
  .superRefine((text, context) => {
    const report = (message: string) => context.addIssue({ code: "custom", message });
    const parsed = URL.canParse(text) ? new URL(text) : undefined;
    if (parsed === undefined || !/^(mqtts?|wss?):$/.test(parsed.protocol) || parsed.hostname === "")
      return report(`"${text}" is not the address of a broker; write for example mqtt://10.0.0.5:1883`);
    if (parsed.username !== "" || parsed.password !== "")
      return report("leave user name and password out of the address: they have fields of their own");
    if (parsed.protocol.startsWith("mqtt") && parsed.pathname.replace("/", "") !== "")
      return report("an address with mqtt:// or mqtts:// ends after the port; topics are set in the nodes");
  })
  .meta({
    title: "Broker address",
    description: "mqtt:// plain, mqtts:// with TLS, ws:// and wss:// through a web server.",
    placeholder: "mqtt://10.0.0.5:1883",
  });

const will = z
  .strictObject({
    topic: z
      .string()
      .default("")
      .refine((text) => text === "" || topicProblem(text) === undefined, "write a complete topic, without + and #")
      .meta({ title: "Topic", widget: "topic", placeholder: "gateway/status", description: "Empty: no last will." }),
    payload: z.string().default("offline").meta({ title: "Payload" }),
    qos: z.literal([0, 1, 2]).default(1).meta({ title: "QoS" }),
    retain: z.boolean().default(true).meta({ title: "Retain" }),
  })
  .prefault({})
  .meta({
    title: "Last will",
    description: "What the broker publishes when the gateway disappears without a goodbye.",
    advanced: true,
  });

const config = z
  .strictObject({
    url,
    clientId: z.string().max(65_535).default("").meta({
      title: "Client id",
      description: "The name of this session on the broker. Empty: a new random one at every connect.",
      placeholder: "sluice-boiler-room",
    }),
    protocolVersion: z.enum(["5", "3.1.1"]).default("5").meta({ title: "MQTT version" }),
    username: z.string().default("").meta({ title: "User name" }),
    password: secret({ title: "Password" }).optional(),
    keepalive: duration({
      default: "60s",
      min: "1s",
      max: "18h",
      title: "Keep alive",
      description: "A silent connection is checked this often; a dead one is noticed after one and a half times this.",
      advanced: true,
    }),
    connectTimeout: duration({ default: "10s", min: "100ms", max: "5m", title: "Connect timeout", advanced: true }),
    cleanStart: z.boolean().default(true).meta({
      title: "Clean start",
      description: "Off: the broker keeps subscriptions and messages (QoS 1 and 2) while the gateway is away.",
    }),
    sessionExpiry: duration({
      default: "1h",
      title: "Session expiry",
      description: "MQTT 5: how long the broker keeps the session while the gateway is away.",
      showWhen: { cleanStart: [false] },
    }),
    maxInFlight: z.int().min(1).max(65_535).default(100).meta({
      title: "Messages in flight",
      description: "The broker stops sending when this many are not yet safely on the bus.",
      advanced: true,
    }),
    tls: tlsField("broker"),
    will,
  })
  .superRefine((value, context) => {
    const report = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    if (!value.cleanStart && value.clientId === "")
      report(["clientId"], "a session that the broker keeps needs a client id, the same at every start");
    const secure = /^(mqtts|wss):/.test(value.url);
    if (!secure && (value.tls.ca !== "" || value.tls.cert !== ""))
      report(["url"], "certificates are set, but the address is without TLS: use mqtts:// or wss://");
  });

type Config = z.output<typeof config>;

/** `mqtt://broker:1883`, with the port even when it is the usual one. */
function address(url: string): { protocol: string; host: string; port: number; path: string } {
  const { protocol, hostname, port, pathname, search } = new URL(url);
  const scheme = protocol.slice(0, -1);
  return {
    protocol: scheme,
    host: scheme.startsWith("mqtt") ? hostname.replace(/^\[|\]$/g, "") : hostname,
    port: port === "" ? (defaultPorts[scheme] ?? 1883) : Number(port),
    path: `${pathname}${search}`,
  };
}

function clientOptions(config: Config, clientId: string): IClientOptions {
  const { protocol, host, port, path } = address(config.url);
  const version5 = config.protocolVersion === "5";
  const secured = tlsOptions(config.tls);
  return {
    protocol: protocol as "mqtt" | "mqtts" | "ws" | "wss",
    hostname: host,
    host,
    port,
    ...(protocol.startsWith("ws") ? { path, wsOptions: secured } : {}),
    ...(protocol === "mqtts" ? secured : {}),
    protocolVersion: version5 ? 5 : 4,
    clientId,
    keepalive: Math.ceil(config.keepalive / 1000),
    connectTimeout: config.connectTimeout,
    clean: config.cleanStart,
    ...(config.username === "" ? {} : { username: config.username }),
    ...(config.password === undefined ? {} : { password: config.password }),
    ...(config.will.topic === "" ? {} : { will: { ...config.will, payload: Buffer.from(config.will.payload) } }),
    ...(version5
      ? {
          properties: {
            receiveMaximum: config.maxInFlight,
            ...(config.cleanStart ? {} : { sessionExpiryInterval: Math.ceil(config.sessionExpiry / 1000) }),
          },
        }
      : {}),
  };
}

export default defineConnection({
  type: "mqtt",
  title: "MQTT broker",
  summary: "A session with an MQTT broker, shared by all nodes that read from or write to it",
  icon: "broadcast",
  help: `
One session with a broker such as Mosquitto, EMQX or HiveMQ. Adapters and sinks that name this connection share it.

**Client id.** Leave it empty and the gateway makes up a new one at every connect. Give one if the broker asks for it or
keeps the session. Every client needs its own: two with the same id throw each other out.

**Nothing is lost when the gateway is away** if three things are set: *Clean start* off, a client id, and QoS 1 or 2 in
the adapter. The broker then keeps the messages for as long as *Session expiry* says (MQTT 5; with 3.1.1 the broker's own
setting counts). Take a filter out of the flow while it runs and the broker is told to forget it; messages the broker
still holds for filters that no node has any more are dropped half a minute after the start, and the connection says so.

**Acknowledgement.** A message of QoS 1 or 2 is acknowledged only when it is safely on the bus. If the bus is slow, the
broker is asked to wait; it is never acknowledged early.

**If the connection breaks** the gateway connects again by itself, waiting a little longer each time up to a limit.

MQTT 3.1.1: if filters of one connection overlap (\`plant/#\` and \`plant/+/temperature\`), some brokers send a message
once per filter and it arrives twice. With MQTT 5 that is told apart.
`,
  config,
  examples: [
    { title: "A broker on the plant network", config: { url: "mqtt://10.0.0.5:1883" } },
    {
      title: "With password, and a session that survives a restart of the gateway",
      config: {
        url: "mqtts://broker.plant.example:8883",
        clientId: "sluice-boiler-room",
        username: "gateway",
        password: { $secret: "broker-password" },
        cleanStart: false,
      },
    },
  ],
  line: ({ url }) => {
    const { protocol, host, port } = address(url);
    return `${protocol}://${host}:${port}`;
  },
  async open(config, context: PeerContext): Promise<{ client: MqttClient; close(): Promise<void> }> {
    const { protocol, host, port } = address(config.url);
    const clientId = config.clientId === "" ? `sluice-${randomBytes(6).toString("hex")}` : config.clientId;
    const target = {
      address: `${host}:${port}`,
      secure: protocol === "mqtts" || protocol === "wss",
      protocolVersion: config.protocolVersion,
      clientId,
    };
    context.status("connecting", `connecting to ${target.address}`);
    // Loaded only when needed: the client is a large part of what a gateway without MQTT would hold in memory.
    const { openSession } = await import("./session.ts");
    const session = await openSession(
      {
        options: clientOptions(config, clientId),
        target,
        persistent: !config.cleanStart,
        maxInFlight: config.maxInFlight,
      },
      context,
    );
    context.status("connected", `${target.address}${session.resumed ? ", session resumed" : ""}`);
    return { client: session, close: () => session.close() };
  },
});
