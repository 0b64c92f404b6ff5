import { z } from "zod";
import { defineConnection, type PeerContext } from "../../contract/connection.ts";
import { duration, secret } from "../../contract/fields.ts";
import { tlsField, tlsOptions } from "../tls.ts";
import type { RedisClient } from "./client.ts";
import type { Host } from "./session.ts";

const address = z.string().superRefine((text, context) => {
  const report = (message: string) => context.addIssue({ code: "custom", message });
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (parsed === undefined || !/^rediss?:$/.test(parsed.protocol) || parsed.hostname === "")
    return report(`"${text}" is not the address of a Redis; write for example redis://10.0.0.5:6379`);
  if (parsed.username !== "" || parsed.password !== "")
    return report("leave user name and password out of the address: they have fields of their own");
  if (!/^\/?$/.test(parsed.pathname)) return report("an address ends after the port; the database has its own field");
});

const config = z
  .strictObject({
    mode: z
      .enum(["single", "sentinel", "cluster"])
      .default("single")
      .meta({ title: "Kind", labels: { single: "One server", sentinel: "Behind sentinels", cluster: "Cluster" } }),
    addresses: z.array(address).min(1, "give the address of a Redis, such as redis://10.0.0.5:6379").max(100).meta({
      title: "Addresses",
      description: "redis:// plain, rediss:// with TLS. Several for sentinels and clusters: whoever answers first.",
      placeholder: "redis://10.0.0.5:6379",
    }),
    master: z
      .string()
      .default("")
      .meta({
        title: "Name of the master",
        description: "As the sentinels know it.",
        placeholder: "mymaster",
        showWhen: { mode: ["sentinel"] },
      }),
    database: z
      .int()
      .min(0)
      .max(10_000)
      .default(0)
      .meta({ title: "Database", showWhen: { mode: ["single", "sentinel"] } }),
    username: z.string().default("").meta({ title: "User name", description: "Empty: the user “default”." }),
    password: secret({ title: "Password" }).optional(),
    sentinelPassword: secret({
      title: "Password of the sentinels",
      showWhen: { mode: ["sentinel"] },
      advanced: true,
    }).optional(),
    connectTimeout: duration({ default: "10s", min: "100ms", max: "5m", title: "Connect timeout", advanced: true }),
    commandTimeout: duration({
      default: "5s",
      min: "100ms",
      max: "5m",
      title: "Longest wait for an answer",
      description: "After it the connection is taken for dead.",
      advanced: true,
    }),
    tls: tlsField("server"),
  })
  .superRefine((value, context) => {
    const report = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
    const { mode, addresses, master, database } = value;
    if (mode === "single" && addresses.length > 1)
      report(["addresses"], "one server has one address; several are for sentinels and clusters");
    if (mode === "sentinel" && master === "")
      report(["master"], "give the name by which the sentinels know the master");
    if (mode === "cluster" && database !== 0) report(["database"], "a cluster has only the database 0");
    if (new Set(addresses.map((text) => text.split(":")[0])).size > 1)
      report(["addresses"], "all addresses have to be redis://, or all rediss://");
  });

function hostOf(text: string): Host {
  const { hostname, port } = new URL(text);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? 6379 : Number(port) };
}

export default defineConnection({
  type: "redis",
  title: "Redis",
  summary: "A connection to Redis or Valkey, shared by all nodes that write to it",
  icon: "stack-2",
  help: `
One connection to Redis, Valkey or another server that speaks their language: a single server, the master that sentinels
name, or a cluster. Sinks that name this connection share it.

**Sentinels.** Give the addresses of the sentinels and the name of the master. When the master changes, the gateway asks
the sentinels again and goes on with the new one.

**Cluster.** Give one or more of its servers; the others are found from there.

**Nothing waits in the connection itself**: what cannot be sent waits in the sinks, where it is seen and counted. If the
connection breaks, the gateway connects again by itself, waiting a little longer each time up to a limit.
`,
  config,
  examples: [
    { title: "One server", config: { addresses: ["redis://10.0.0.5:6379"] } },
    {
      title: "The master behind three sentinels, with password",
      config: {
        mode: "sentinel",
        addresses: ["redis://10.0.0.5:26379", "redis://10.0.0.6:26379", "redis://10.0.0.7:26379"],
        master: "mymaster",
        password: { $secret: "redis-password" },
      },
    },
  ],
  line: ({ mode, addresses, master }) =>
    mode === "sentinel" ? `${master} of ${addresses.length} sentinels` : addresses.join(", "),
  async open(config, context: PeerContext): Promise<{ client: RedisClient; close(): Promise<void> }> {
    const { mode, addresses, master, username, password, sentinelPassword, tls } = config;
    const [first, ...more] = addresses.map(hostOf);
    if (first === undefined) throw new Error("the configuration has no address");
    const secured = addresses[0]?.startsWith("rediss:") === true ? tlsOptions(tls) : undefined;
    context.status("connecting", `connecting to ${addresses.join(", ")}`);
    // Loaded only when needed: the client is a large part of what a gateway without Redis would hold in memory.
    const { openSession } = await import("./session.ts");
    const session = await openSession(
      {
        mode,
        hosts: [first, ...more],
        answerTimeoutMs: config.commandTimeout,
        master,
        options: {
          db: config.database,
          connectTimeout: config.connectTimeout,
          ...(username === "" ? {} : { username }),
          ...(password === undefined ? {} : { password }),
          ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
          ...(secured === undefined ? {} : { tls: secured, sentinelTLS: secured, enableTLSForSentinelMode: true }),
        },
      },
      context,
    );
    context.status("connected", addresses.join(", "));
    return session;
  },
});
