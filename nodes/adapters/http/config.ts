/** What can be set on the HTTP poll. */
import { z } from "zod";
import { tlsField } from "../../connections/tls.ts";
import { duration, secret } from "../../contract/fields.ts";
import { expression, template } from "../../expression/fields.ts";

/** What templates of a request know. */
export const requestVariables = ["state", "now", "now_ms", "last", "last_ms", "page", "cursor"];
/** What expressions about an answer know. */
export const answerVariables = ["body", "headers", "status", ...requestVariables];

const methods = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Why a text is no address to fetch from; `undefined` when it is one. */
export function addressProblem(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    return `"${text}" is not a web address; write for example http://10.0.0.5/api/values`;
  if (url.username !== "" || url.password !== "")
    return "leave user name and password out of the address: they have fields of their own";
  return undefined;
}

const auth = z
  .strictObject({
    kind: z
      .enum(["none", "basic", "bearer", "oauth2"])
      .default("none")
      .meta({
        title: "Kind",
        labels: {
          none: "None",
          basic: "User name and password",
          bearer: "Token",
          oauth2: "OAuth 2 client credentials",
        },
      }),
    username: z
      .string()
      .default("")
      .meta({ title: "User name", showWhen: { kind: ["basic"] } }),
    password: secret({ title: "Password", showWhen: { kind: ["basic"] } }).optional(),
    token: secret({ title: "Token", showWhen: { kind: ["bearer"] } }).optional(),
    tokenUrl: z
      .string()
      .default("")
      .meta({
        title: "Token address",
        placeholder: "https://login.example/oauth/token",
        showWhen: { kind: ["oauth2"] },
      }),
    clientId: z
      .string()
      .default("")
      .meta({ title: "Client id", showWhen: { kind: ["oauth2"] } }),
    clientSecret: secret({ title: "Client secret", showWhen: { kind: ["oauth2"] } }).optional(),
    scope: z
      .string()
      .default("")
      .meta({ title: "Scope", showWhen: { kind: ["oauth2"] } }),
    audience: z
      .string()
      .default("")
      .meta({ title: "Audience", showWhen: { kind: ["oauth2"] } }),
    clientAuthentication: z
      .enum(["basic", "body"])
      .default("basic")
      .meta({
        title: "Client id and secret go",
        labels: { basic: "Into the header", body: "Into the body" },
        showWhen: { kind: ["oauth2"] },
      }),
  })
  .superRefine((value, context) => {
    const report = (path: string, message: string) => context.addIssue({ code: "custom", path: [path], message });
    if (value.kind === "basic" && value.username === "") report("username", "write the user name");
    if (value.kind === "bearer" && value.token === undefined) report("token", "set the token");
    if (value.kind !== "oauth2") return;
    const problem = addressProblem(value.tokenUrl);
    if (problem !== undefined) report("tokenUrl", problem);
    if (value.clientId === "") report("clientId", "write the client id");
    if (value.clientSecret === undefined) report("clientSecret", "set the client secret");
  })
  .prefault({})
  .meta({ title: "Sign-in" });

const pagination = z
  .strictObject({
    kind: z
      .enum(["none", "link", "cursor", "page"])
      .default("none")
      .meta({
        title: "Kind",
        labels: {
          none: "None",
          link: "Link header (rel=next)",
          cursor: "A cursor or address in the answer",
          page: "Page numbers",
        },
      }),
    next: expression(
      {
        title: "Next cursor",
        description: "Where the answer holds it. There is no further page when it is missing, null or empty.",
        placeholder: "body.next",
        showWhen: { kind: ["cursor"] },
      },
      answerVariables,
    ).optional(),
    parameter: z
      .string()
      .default("")
      .meta({
        title: "Query parameter",
        description: `That carries the cursor or page number. Empty: templates use \${cursor} or \${page} themselves.`,
        placeholder: "page",
        showWhen: { kind: ["cursor", "page"] },
      }),
    firstPage: z
      .int()
      .min(0)
      .default(1)
      .meta({ title: "First page", showWhen: { kind: ["page"] } }),
    more: expression(
      {
        title: "There is more when",
        description: "Left out: as long as the answer is a list that is not empty.",
        placeholder: "page < body.pages",
        showWhen: { kind: ["page"] },
      },
      answerVariables,
    ).optional(),
    maxPages: z
      .int()
      .min(1)
      .max(10_000)
      .default(100)
      .meta({
        title: "Most pages",
        description: "Of one poll; the next poll begins with the first page again.",
        showWhen: { kind: ["link", "cursor", "page"] },
      }),
  })
  .superRefine(({ kind, next }, context) => {
    if (kind === "cursor" && next === undefined)
      context.addIssue({ code: "custom", path: ["next"], message: "say where the answer holds the next cursor" });
  })
  .prefault({})
  .meta({ title: "Pages", advanced: true });

const carried = z.strictObject({
  name: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a name begins with a letter and has only letters, digits and "_"')
    .meta({ title: "Name", placeholder: "since" }),
  from: expression({ title: "From the answer", placeholder: "body.last_id" }, answerVariables),
  initial: z.string().default("").meta({ title: "At first", description: "Until an answer has given one." }),
});

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;

export const httpConfig = z
  .strictObject({
    url: template({}, requestVariables)
      .superRefine((text, context) => {
        // What a template becomes is only known when it runs.
        const message = text.includes("${") ? undefined : addressProblem(text);
        if (message !== undefined) context.addIssue({ code: "custom", message });
      })
      .meta({
        title: "Address",
        widget: "template",
        variables: requestVariables,
        placeholder: "http://10.0.0.5/api/values",
      }),
    method: z.enum(methods).default("GET").meta({ title: "Method" }),
    interval: duration({ default: "10s", min: "100ms", title: "Interval" }),
    timeout: duration({
      default: "5s",
      min: "10ms",
      max: "10m",
      title: "Timeout",
      description: "For a request with all its redirects.",
    }),
    deviceId: template(
      {
        title: "Device id",
        description: "May read the answer. Empty: the host name of the address.",
        placeholder: `boiler-1 or \${body.serial}`,
      },
      answerVariables,
    ).default(""),
    query: z.record(z.string().min(1), template({}, requestVariables)).default({}).meta({ title: "Query" }),
    headers: z
      .record(z.string(), template({}, requestVariables))
      .superRefine((headers, context) => {
        for (const name of Object.keys(headers))
          if (!headerName.test(name))
            context.addIssue({ code: "custom", path: [name], message: `"${name}" is not the name of a header` });
      })
      .default({})
      .meta({ title: "Headers" }),
    body: template(
      { title: "Body", showWhen: { method: ["POST", "PUT", "PATCH", "DELETE"] } },
      requestVariables,
    ).default(""),
    contentType: z
      .string()
      .default("application/json")
      .meta({ title: "Content type", showWhen: { method: ["POST", "PUT", "PATCH", "DELETE"] } }),
    auth,
    success: z.array(z.int().min(100).max(599)).default([]).meta({
      title: "Statuses of success",
      description: "Empty: 200 to 299.",
      advanced: true,
    }),
    unchanged: z
      .enum(["send", "drop"])
      .default("send")
      .meta({
        title: "The same answer again",
        description: "What to do with an answer that is byte for byte the last one.",
        labels: { send: "Send it", drop: "Leave it out" },
      }),
    conditional: z.boolean().default(true).meta({
      title: "Ask for changes only",
      description: "Uses ETag and Last-Modified where the server sends them; an unchanged answer is then left out.",
      advanced: true,
    }),
    state: z
      .array(carried)
      .max(50)
      .default([])
      .meta({ title: "Carry over", description: "Values of an answer for the next requests.", advanced: true }),
    pagination,
    offset: duration({
      default: "0s",
      title: "Offset",
      description: "The first poll waits this long, so that many nodes do not ask at the same moment.",
      advanced: true,
    }),
    jitter: duration({
      default: "0s",
      title: "Jitter",
      description: "Each poll waits a random time up to this.",
      advanced: true,
    }),
    maxBodyBytes: z.int().min(1).max(67_108_864).default(1_048_576).meta({
      title: "Largest answer",
      unit: "bytes",
      description: "Also after it was uncompressed.",
      advanced: true,
    }),
    maxRedirects: z.int().min(0).max(20).default(3).meta({ title: "Most redirects", advanced: true }),
    privateNetworks: z.boolean().default(true).meta({
      title: "May call private networks",
      description: "And this machine. Switch off for addresses on the internet, as the settings can for all nodes.",
      advanced: true,
    }),
    tls: tlsField("server"),
  })
  .superRefine(({ state, jitter, interval }, context) => {
    for (const [index, { name }] of state.entries())
      if (state.findIndex((other) => other.name === name) < index)
        context.addIssue({ code: "custom", path: ["state", index, "name"], message: `"${name}" is there twice` });
    if (jitter > interval)
      context.addIssue({ code: "custom", path: ["jitter"], message: "cannot be longer than the interval" });
  });
export type HttpConfig = z.output<typeof httpConfig>;
