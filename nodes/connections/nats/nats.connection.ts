import { connect, credsAuthenticator, type NodeConnectionOptions } from "@nats-io/transport-node";
import { z } from "zod";
import { defineConnection } from "../../contract/connection.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { duration, secret } from "../../contract/fields.ts";
import type { StreamClient } from "../../contract/streams.ts";
import { networkReason } from "../network-reason.ts";
import { tlsField, tlsOptions } from "../tls.ts";
import { streamClient } from "./stream-client.ts";

const server = z.string().superRefine((text, context) => {
  const report = (message: string) => context.addIssue({ code: "custom", message });
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^(nats|tls):$/.test(parsed.protocol) || parsed.hostname === "")
    return report(`"${text}" is not the address of a NATS server; write for example nats://10.0.0.5:4222`);
  if (parsed.username !== "" || parsed.password !== "")
    return report("leave user name and password out of the address: they have fields of their own");
});

const config = z.strictObject({
  servers: z.array(server).min(1, "give the address of a NATS server, such as nats://10.0.0.5:4222").max(100).meta({
    title: "Servers",
    description: "nats:// plain or as the server wants it, tls:// encrypted or not at all. Several of a cluster.",
    placeholder: "nats://10.0.0.5:4222",
  }),
  username: z.string().default("").meta({ title: "User name" }),
  password: secret({ title: "Password" }).optional(),
  token: secret({ title: "Token" }).optional(),
  credentials: secret({
    title: "Credentials",
    description: "The text of a .creds file.",
    advanced: true,
  }).optional(),
  connectTimeout: duration({ default: "10s", min: "100ms", max: "5m", title: "Connect timeout", advanced: true }),
  tls: tlsField("server"),
});

const words = { program: "NATS server", language: "NATS", plain: "nats", secure: "tls" };
/** A silent connection is asked this often; one that has not answered twice is given up. */
const pingMs = 10_000;

export default defineConnection({
  type: "nats",
  title: "NATS server",
  summary: "A connection to another NATS server than the gateway's own bus",
  icon: "sitemap",
  help: `
One connection to a NATS server or cluster outside of this gateway, with JetStream if streams are to be written. The
gateway's own bus needs no connection: leave it out in the node.

**Nothing waits in the connection itself**: what cannot be sent waits in the sinks, where it is seen and counted. If the
connection breaks, the gateway connects again by itself, waiting a little longer each time up to a limit.
`,
  config,
  examples: [
    { title: "A server in the control room", config: { servers: ["nats://10.0.0.5:4222"] } },
    {
      title: "A cluster, with credentials",
      config: { servers: ["tls://n1.plant.example", "tls://n2.plant.example"], credentials: { $secret: "nats-creds" } },
    },
  ],
  line: ({ servers }) => servers.join(", "),
  async open(config, { status, lost }): Promise<{ client: StreamClient; close(): Promise<void> }> {
    const address = config.servers.join(", ");
    status("connecting", `connecting to ${address}`);
    const connection = await connect(connectOptions(config)).catch((error: Error) => {
      const cause = error.cause instanceof Error ? error.cause : error;
      const hosts = config.servers.map((text) => new URL(text).host).join(", ");
      throw new ConnectionError(networkReason(cause, hosts, words) ?? `${hosts}: ${error.message}`, { cause: error });
    });
    let isClosing = false;
    void connection.closed().then((error) => {
      if (isClosing) return;
      const reason = error instanceof Error ? `: ${error.message}` : "";
      lost(new ConnectionError(`the connection to ${address} was lost${reason}`));
    });
    status("connected", connection.getServer());
    return {
      client: streamClient(() => connection),
      close() {
        isClosing = true;
        return connection.close();
      },
    };
  },
});

function connectOptions(settings: z.output<typeof config>): NodeConnectionOptions {
  const { servers, username, password, token, credentials, connectTimeout, tls } = settings;
  const isSecure = servers.some((text) => text.startsWith("tls:")) || tls.ca !== "" || tls.cert !== "";
  return {
    servers: servers.map((text) => text.replace(/^(nats|tls):\/\//, "")),
    name: "sluice",
    reconnect: false,
    timeout: connectTimeout,
    pingInterval: pingMs,
    maxPingOut: 2,
    ...(username === "" ? {} : { user: username, ...(password === undefined ? {} : { pass: password }) }),
    ...(token === undefined ? {} : { token }),
    ...(credentials === undefined ? {} : { authenticator: credsAuthenticator(new TextEncoder().encode(credentials)) }),
    ...(isSecure ? { tls: tlsOptions(tls) } : {}),
  };
}
