import { z } from "zod";
import { tlsField, tlsOptions } from "../../connections/tls.ts";
import { defineConnector } from "../../contract/connector.ts";
import { duration, secret } from "../../contract/fields.ts";
import { template } from "../../expression/fields.ts";
import { letterVariables, letterWriter } from "./letter.ts";
import { openPost } from "./post.ts";

const mailAddress = z.email({ error: ({ input }) => `"${String(input)}" is not an e-mail address` });

const config = z.strictObject({
  host: z
    .string()
    .min(1, "write the name of the mail server")
    .meta({ title: "Mail server", placeholder: "smtp.example" }),
  port: z
    .int()
    .min(1)
    .max(65_535)
    .default(587)
    .meta({ title: "Port", description: "587 with STARTTLS, 465 with TLS." }),
  encryption: z
    .enum(["starttls", "tls", "none"])
    .default("starttls")
    .meta({
      title: "Encryption",
      labels: {
        starttls: "STARTTLS, required",
        tls: "TLS from the start",
        none: "None: anybody on the way can read it",
      },
    }),
  user: z.string().default("").meta({ title: "User", description: "Left empty: the server asks for none." }),
  password: secret({ title: "Password" }).optional(),
  from: mailAddress.meta({ title: "From", placeholder: "gateway@plant.example" }),
  to: z
    .array(mailAddress)
    .min(1, "write at least one address")
    .max(100)
    .meta({ title: "To", placeholder: "shift@plant.example" }),
  subject: template(
    {
      title: "Subject",
      description: "Left out: level and message of the alert.",
      placeholder: `\${alert.level}: \${alert.message}`,
    },
    letterVariables,
  ).optional(),
  text: template(
    { title: "Text", description: "Of each message. Left out: all that is known of it.", widget: "multiline" },
    letterVariables,
  ).optional(),
  gather: duration({
    title: "Gather for",
    description: "What comes within this time goes into one mail, so that a flood of alarms is not one of mails.",
    default: "10s",
    max: "10m",
  }),
  timeout: duration({ title: "Timeout", default: "20s", min: "1s", max: "50s", advanced: true }),
  tls: tlsField("mail server"),
});

/** More than anybody reads in one mail; the rest goes into the next. */
const mostInOneMail = 100;

export default defineConnector({
  type: "sink.email",
  title: "E-mail",
  summary: "Sends alerts, or any messages, by e-mail",
  icon: "mail",
  keywords: ["mail", "smtp", "notification", "alarm", "notify", "message"],
  help: `
Sends mails by SMTP. Wire it to the port *Raised* of an alert, and to *Cleared* when people are to hear of the end as well;
or let it listen to \`iot.alerts.critical.*\` for the alerts of all flows.

**How often.** When something is to be told is the business of the alert: its delays, its throttle and its repetition.
Here, what comes within *Gather for* is told in one mail, with a paragraph for each alert. An alert that comes twice, such
as on the subject of its level and that of its category, stands in it once.

**What it says.** Subject and text can hold expressions. \`alert\` is the alert: \`alert.level\`, \`alert.message\`,
\`alert.event\`, \`alert.priority\`, \`alert.threshold\`; the point is there as well: \`value\`, \`device_id\`, \`tags.line\`.

**When the server is away** or says to come back later, mails wait and are tried again. What it refuses for good, such as a
recipient it does not know, goes to the dead letters with its words. Each mail has an id made of what it tells, so that one
sent twice after a break can be recognised.
`,
  config,
  examples: [
    {
      title: "Alerts to the shift, gathered for a minute",
      config: {
        host: "smtp.plant.example",
        user: "gateway",
        password: { $secret: "smtp" },
        from: "gateway@plant.example",
        to: ["shift@plant.example", "maintenance@plant.example"],
        gather: "1m",
      },
    },
    {
      title: "A short text for a pager, at once",
      config: {
        host: "10.0.0.5",
        port: 25,
        encryption: "none",
        from: "gateway@plant.example",
        to: ["pager@plant.example"],
        subject: `\${alert.level} \${device_id}`,
        text: `\${alert.message}`,
        gather: "0s",
      },
    },
  ],
  line: ({ to }) => (to.length === 1 ? (to[0] ?? "") : `${to[0]} and ${to.length - 1} more`),
  batch: ({ gather }) => ({ size: mostInOneMail, lingerMs: gather }),
  async open(settings, { status }) {
    const { host, port, encryption, user, password, from, to, subject, text, timeout: timeoutMs } = settings;
    const tls = tlsOptions(settings.tls);
    const post = openPost({ host, port, encryption, user, password, tls, timeoutMs, from, to });
    const write = letterWriter({ subject, text });
    try {
      await post.verify();
    } catch (error) {
      post.close();
      throw error;
    }
    status("connected", "");
    return {
      async write(records) {
        const refused = await post.send(write(records));
        if (refused.length > 0) status("degraded", `the mail server does not take ${refused.join(", ")}`);
        else status("connected", "");
      },
      close: async () => post.close(),
    };
  },
});
