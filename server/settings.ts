/** Every setting of the gateway: what it may be, what it is when nobody says, and what it does. */
import { z } from "zod";
import { subjectProblem } from "./bus/subjects.ts";
import { duration, path, size } from "./settings/fields.ts";

const text = (description: string) => z.string().min(1).optional().meta({ description });

const subject = z.string().superRefine((value, context) => {
  const problem = subjectProblem(value, "subscribe");
  if (problem !== undefined) context.addIssue({ code: "custom", message: problem });
});

const natsUrl = z
  .union([z.string(), z.array(z.string()).min(1)], { error: 'write "embedded", an address, or a list of addresses' })
  .transform((value) => (Array.isArray(value) ? value : value.split(",")).map((url) => url.trim()))
  .superRefine((urls, context) => {
    if (urls.length === 1 && urls[0] === "embedded") return;
    for (const url of urls)
      if (!/^(?:(?:nats|tls):\/\/)?[^\s/,]+$/.test(url) || url === "embedded")
        context.addIssue({
          code: "custom",
          message: `"${url}" is not an address of a NATS server; write "embedded" or for example "nats://10.0.0.5:4222"`,
        });
  })
  .transform((urls) => (urls[0] === "embedded" ? ("embedded" as const) : urls));

const jetstream = z.strictObject({
  enabled: z
    .boolean()
    .default(true)
    .meta({ description: "Store messages on disk. `false`: flows run, but nothing outlives a restart." }),
  store_dir: path("Where the embedded NATS server keeps its streams. Default: `jetstream` in `data_dir`.").optional(),
  max_memory: size({ default: "1GB", description: "Memory that streams may take. KB, MB, GB count in 1024s." }),
  max_file: size({ default: "10GB", description: "Disk that streams may take." }),
});

const tls = z.strictObject({
  ca: path("Certificate of the authority that signed the server's certificate (PEM).").optional(),
  cert: path("The gateway's own certificate (PEM), when the server asks for one.").optional(),
  key: path("Key of that certificate (PEM).").optional(),
  handshake_first: z
    .boolean()
    .default(false)
    .meta({ description: "Start TLS before the server's first word, for servers set to `handshake_first`." }),
});

const natsOptions = z.strictObject({
  max_reconnect: z
    .int()
    .min(-1)
    .default(-1)
    .meta({ description: "How often to try again after the connection broke. -1: for ever." }),
  reconnect_wait: duration({ default: "2s", min: "10ms", description: "Pause between two attempts." }),
  timeout: duration({ default: "5s", min: "10ms", description: "How long one attempt may take." }),
  connections: z.int().min(1).max(16).default(1).meta({
    description:
      "Connections that flows publish through. Messages of one device always take the same, so that they keep their order. More than one helps where a single connection is limited, as by a proxy.",
  }),
  creds: path("File with credentials (`.creds`), as NATS operators hand out.").optional(),
  nkey: path("File with the seed of an NKey.").optional(),
  user: text("User name."),
  password: text("Password. Better given as an environment variable than in the file."),
  token: text("Token. Better given as an environment variable than in the file."),
  tls: tls.optional().meta({ description: "TLS: present, even empty, means that it must be used." }),
});

const gateway = z.strictObject({
  nats_url: natsUrl.prefault("embedded").meta({
    description:
      "`embedded` starts a NATS server of its own; otherwise the address of one (`nats://host:4222`), or a list of the servers of a cluster.",
  }),
  nats_server: path(
    "The `nats-server` program to start when embedded. Default: the one on PATH (2.10 or newer), then the one that came with the product.",
  ).optional(),
  nats_port: z.int().min(0).max(65_535).default(4222).meta({
    description: "Port of the embedded server on 127.0.0.1. If it is taken, a free one is chosen and announced.",
  }),
  jetstream: jetstream.prefault({}),
  nats_options: natsOptions.prefault({}),
});

const ruleEngine = z.strictObject({
  input_subject: subject
    .default("iot.processed.>")
    .meta({ description: "What a rule without an incoming wire listens to." }),
  input_match: z.enum(["widen", "literal"]).default("widen").meta({
    description:
      "`widen`: an input subject that ends in `*` also matches deeper subjects, so `iot.processed.*` means `iot.processed.>`. `literal`: exactly as NATS reads it.",
  }),
  output_subject: subject.default("iot.rules.*").meta({
    description: "Where results go. `*` stands for the rule's id, a final `>` for `{rule_id}.{success or failed}`.",
  }),
  error_subject: subject.optional().meta({
    description:
      "One subject for all errors of rules, used exactly. Default: `iot.errors.rules.{error_type}`, and `iot.errors.{device_id}.errors`.",
  }),
  queue_group: z
    .string()
    .regex(/^[^\s.*>]+$/, 'a name without spaces, ".", "*" or ">"')
    .default("rule_engine_workers")
    .meta({ description: "Gateways with the same group on one NATS share the work: each message is handled once." }),
  max_pending: z
    .int()
    .min(1)
    .default(1000)
    .meta({ description: "Messages a node may have in hand: unacknowledged when durable, waiting when live." }),
  ack_wait: duration({
    default: "30s",
    min: "1s",
    description: "A durable message that is not acknowledged within this time is delivered again.",
  }),
});

const server = z.strictObject({
  host: z
    .string()
    .min(1)
    .default("127.0.0.1")
    .meta({ description: "Address to listen on. Anything but loopback needs `server.insecure_http`." }),
  port: z.int().min(0).max(65_535).default(8080).meta({
    description: "Port of the editor and the API. If it is taken, a free one is chosen and announced. 0: any.",
  }),
  accounts: z.enum(["required", "off"]).default("required").meta({
    description:
      "`required`: people sign in, programs have tokens. `off`: whoever reaches the port is the admin; only on loopback.",
  }),
  session_idle: duration({
    default: "30m",
    min: "1m",
    description: "A browser that has not asked for anything for this long has to sign in again.",
  }),
  session_max: duration({ default: "12h", min: "1m", description: "And after this long in any case." }),
  tls_proxy: z.boolean().default(false).meta({
    description: "Browsers come through a proxy that speaks TLS: cookies are then sent over TLS alone.",
  }),
  insecure_http: z.boolean().default(false).meta({
    description:
      "Allow a `host` that others can reach, without TLS: whoever can listen in the network learns passwords and data.",
  }),
  allowed_hosts: z.array(z.string().min(1)).default([]).meta({
    description: "Names, besides loopback and `host`, under which browsers may call the gateway (behind a proxy, say).",
  }),
  allowed_origins: z.array(z.url()).default([]).meta({
    description: "Web pages from elsewhere that may open WebSocket sinks and call webhooks (`https://hmi.example`).",
  }),
});

const outbound = z.strictObject({
  private_networks: z.boolean().default(true).meta({
    description:
      "Whether nodes that fetch from an address in a flow may call private networks (10.0.0.0/8 and the like): in a plant the devices are there.",
  }),
  loopback: z.boolean().default(true).meta({
    description:
      "Whether they may call this machine itself. Link-local, metadata and multicast addresses are never called.",
  }),
});

const sidecars = z.strictObject({
  programs: z.enum(["admin", "editor", "off"]).default("admin").meta({
    description:
      "Who may deploy a sidecar that the gateway starts, or change what is started: it runs with the gateway's rights. `off`: none is started.",
  }),
});

export const settingsSchema = z.strictObject({
  gateway: gateway.prefault({}),
  rule_engine: z.strictObject({ nats: ruleEngine.prefault({}) }).prefault({}),
  server: server.prefault({}),
  outbound: outbound.prefault({}),
  sidecars: sidecars.prefault({}),
  data_dir: path("The gateway's own data: database, streams, files.").default("./data"),
  flows_dir: path("The flows this gateway runs, one `<id>.flow.json` each.").default("./flows"),
  files_root: path("The folder that file sinks write in and cannot leave. Default: `files` in `data_dir`.").optional(),
  northbound: z
    .strictObject({
      replay_rate: z.number().min(0).default(0).meta({
        description:
          "Messages a second that a sink gets at most of those that had to wait, after an outage of its target. 0: as fast as the target takes them.",
      }),
    })
    .prefault({}),
  metrics: z
    .strictObject({
      interval: duration({ default: "10s", min: "1s", description: "How often `iot.metrics.>` is published." }),
    })
    .prefault({}),
  log: z
    .strictObject({
      level: z
        .enum(["trace", "debug", "info", "warn", "error", "fatal"])
        .default("info")
        .meta({ description: "The least urgent messages to write." }),
      format: z
        .enum(["auto", "text", "json"])
        .default("auto")
        .meta({ description: "`text` for people, `json` for machines; `auto`: text on a terminal." }),
    })
    .prefault({}),
});

type Parsed = z.output<typeof settingsSchema>;

/**
 * The settings with everything filled in: keys as in the file, durations in milliseconds, sizes in bytes, paths
 * absolute, `nats_url` a list unless it is `"embedded"`.
 */
export type Settings = Parsed & {
  readonly files_root: string;
  readonly gateway: { readonly jetstream: { readonly store_dir: string } };
};
