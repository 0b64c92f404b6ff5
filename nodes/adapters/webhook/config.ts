/** What can be set on the webhook. */
import { z } from "zod";
import { duration, secret } from "../../contract/fields.ts";
import { template } from "../../expression/fields.ts";

/** What the template of the device id knows. */
export const requestVariables = ["body", "headers", "query"];

const tolerance = "5m";

const auth = z
  .strictObject({
    kind: z
      .enum(["none", "token", "hmac"])
      .default("none")
      .meta({ title: "Kind", labels: { none: "None", token: "Token", hmac: "Signature of the body (HMAC)" } }),
    token: secret({ title: "Token", showWhen: { kind: ["token"] } }).optional(),
    tokenHeader: z
      .string()
      .default("Authorization")
      .meta({
        title: "Header of the token",
        description: "In Authorization it stands after the word Bearer, in any other header alone.",
        showWhen: { kind: ["token"] },
      }),
    secret: secret({ title: "Secret", showWhen: { kind: ["hmac"] } }).optional(),
    signatureHeader: z
      .string()
      .default("X-Hub-Signature-256")
      .meta({ title: "Header of the signature", showWhen: { kind: ["hmac"] } }),
    signaturePrefix: z
      .string()
      .default("sha256=")
      .meta({ title: "Before the signature", showWhen: { kind: ["hmac"] } }),
    algorithm: z
      .enum(["sha256", "sha384", "sha512", "sha1"])
      .default("sha256")
      .meta({ title: "Algorithm", showWhen: { kind: ["hmac"] } }),
    encoding: z
      .enum(["hex", "base64"])
      .default("hex")
      .meta({ title: "Written as", showWhen: { kind: ["hmac"] } }),
    timestampHeader: z
      .string()
      .default("")
      .meta({
        title: "Header of the time",
        description:
          "If set, it holds seconds since 1970, and what is signed is {time}.{body}: old requests cannot be sent again.",
        placeholder: "X-Timestamp",
        showWhen: { kind: ["hmac"] },
      }),
    tolerance: duration({ default: tolerance, min: "1s", title: "Oldest time", showWhen: { kind: ["hmac"] } }),
  })
  .superRefine(({ kind, token, secret: key, tokenHeader, signatureHeader }, context) => {
    const report = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (kind === "token" && (token ?? "") === "") report("token", "set the token");
    if (kind === "hmac" && (key ?? "") === "") report("secret", "set the secret that the sender signs with");
    if (tokenHeader === "") report("tokenHeader", "name the header");
    if (signatureHeader === "") report("signatureHeader", "name the header");
  })
  .prefault({ tolerance })
  .meta({ title: "Sign-in" });

export const webhookConfig = z.strictObject({
  path: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/,
      'use letters, digits, "-" and "_", with / between parts, such as mes or line-1/mes',
    )
    .default("in")
    .meta({ title: "Path", description: "Senders call /hooks/{path} of the gateway.", widget: "path" }),
  methods: z
    .array(z.enum(["POST", "PUT", "PATCH"]))
    .min(1, "choose a method")
    .default(["POST"])
    .meta({ title: "Methods" }),
  auth,
  deviceId: template(
    {
      title: "Device id",
      description: "Empty: device_id in the query or in the content, otherwise the path.",
      placeholder: `\${body.machine}`,
    },
    requestVariables,
  ).default(""),
  split: z.boolean().default(true).meta({
    title: "Split batches",
    description: "A JSON list gives a reading for each entry, NDJSON one for each line.",
  }),
  acknowledge: z
    .enum(["received", "stored"])
    .default("stored")
    .meta({
      title: "Answer when",
      labels: { received: "Received: checked, and in memory", stored: "On the bus" },
    }),
  idempotencyHeader: z.string().default("Idempotency-Key").meta({
    title: "Idempotency header",
    description: "A request that comes again with the same key is answered as before and not taken twice. Empty: off.",
    advanced: true,
  }),
  idempotencyTime: duration({ default: "10m", max: "1d", title: "Remember keys for", advanced: true }),
  maxBodyBytes: z
    .int()
    .min(1)
    .max(67_108_864)
    .default(1_048_576)
    .meta({ title: "Largest body", unit: "bytes", description: "Also after it was uncompressed.", advanced: true }),
  maxReadings: z.int().min(1).max(100_000).default(1_000).meta({ title: "Most readings of a request", advanced: true }),
  maxPending: z
    .int()
    .min(1)
    .max(10_000)
    .default(100)
    .meta({ title: "Most requests at once", description: "Others are answered 503.", advanced: true }),
  maxPerSecond: z.number().min(0).max(1_000_000).default(0).meta({
    title: "Most requests a second",
    description: "Of one client address; others are answered 429. 0: any number.",
    advanced: true,
  }),
});
export type WebhookConfig = z.output<typeof webhookConfig>;
