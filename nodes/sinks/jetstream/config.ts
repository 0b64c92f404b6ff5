/** What can be set on a JetStream sink. */
import { z } from "zod";
import nats from "../../connections/nats/nats.connection.ts";
import { connection, duration } from "../../contract/fields.ts";
import { template } from "../../expression/fields.ts";
import { byteSize } from "../byte-size.ts";
import { subjectTemplateProblem } from "./subject.ts";

const defaultSubject = `archive.\${device_id}.\${key}`;
const shownUnlessVerified = { showWhen: { setup: ["create", "update"] } };

const header = z.strictObject({
  name: z
    .string()
    .regex(/^[!-9;-~]+$/, "a name has letters, digits and signs, but no spaces and no colon")
    .refine((text) => !/^nats-/i.test(text), "names that begin with Nats- belong to the server")
    .meta({ title: "Name" }),
  value: template({ title: "Value", placeholder: `\${tags.line}` }),
});

export const jetstreamConfig = z.strictObject({
  connection: connection(nats, {
    title: "NATS server",
    description: "Left out: the gateway's own bus.",
  }).optional(),
  stream: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,255}$/, "a stream's name has letters, digits, - and _, such as ARCHIVE")
    .refine((text) => !/^(KV_|OBJ_|IOT_DATA$|IOT_DLQ$)/.test(text), {
      error: ({ input }) => `${input} belongs to NATS or to the gateway itself: choose another name`,
    })
    .meta({ title: "Stream", placeholder: "ARCHIVE" }),
  subject: template({ placeholder: defaultSubject })
    .superRefine((text, context) => {
      const message = problemOf(text);
      if (message !== undefined) context.addIssue({ code: "custom", message });
    })
    .default(defaultSubject)
    .meta({
      title: "Subject",
      description: `Each part can hold expressions in \${…}; what comes from the message stays one part.`,
      widget: "template",
      placeholder: defaultSubject,
    }),
  setup: z
    .enum(["create", "update", "verify"])
    .default("create")
    .meta({
      title: "Stream is",
      labels: {
        create: "Created if it is missing",
        update: "Created, and kept to these settings",
        verify: "Made by others",
      },
    }),
  storage: z
    .enum(["file", "memory"])
    .default("file")
    .meta({ title: "Storage", labels: { file: "On disk", memory: "In memory" }, ...shownUnlessVerified }),
  maxAge: duration({
    default: "7d",
    title: "Kept for",
    description: "0s: as long as there is room.",
    ...shownUnlessVerified,
  }),
  maxBytes: byteSize("1GB", { title: "Size at most", description: "0: no limit.", ...shownUnlessVerified }),
  maxMessages: z
    .int()
    .min(0)
    .default(0)
    .meta({ title: "Messages at most", description: "0: no limit.", advanced: true, ...shownUnlessVerified }),
  maxMessagesPerSubject: z
    .int()
    .min(0)
    .default(0)
    .meta({
      title: "Messages at most for each subject",
      description: "1 keeps the latest of each series. 0: no limit.",
      advanced: true,
      ...shownUnlessVerified,
    }),
  discard: z
    .enum(["old", "new"])
    .default("old")
    .meta({
      title: "When it is full",
      labels: { old: "The oldest go", new: "New ones wait in this node" },
      ...shownUnlessVerified,
    }),
  replicas: z
    .literal([1, 3, 5])
    .default(1)
    .meta({ title: "Copies in the cluster", advanced: true, ...shownUnlessVerified }),
  duplicateWindow: duration({
    default: "2m",
    title: "Known ids are remembered for",
    description: "A message sent again within this time is stored once.",
    advanced: true,
    ...shownUnlessVerified,
  }),
  content: z
    .enum(["data", "envelope"])
    .default("data")
    .meta({ title: "Content", labels: { data: "Data, with trace id", envelope: "Complete message" } }),
  messageId: template({
    title: "Message id",
    description: "Left out: made from the whole message, so that the same one is stored once.",
    placeholder: `\${device_id}-\${key}-\${timestamp}`,
    advanced: true,
  }).optional(),
  headers: z.array(header).max(50).default([]).meta({ title: "Headers", widget: "table", advanced: true }),
  maxInFlight: z.int().min(1).max(4_096).default(256).meta({
    title: "Messages in flight",
    description: "Sent and not yet confirmed. 1: strictly one after the other.",
    advanced: true,
  }),
  timeout: duration({
    default: "5s",
    min: "100ms",
    max: "1m",
    title: "Longest wait for a confirmation",
    advanced: true,
  }),
});
export type JetstreamConfig = z.output<typeof jetstreamConfig>;

/** A template that does not compile is told by its own field. */
function problemOf(text: string): string | undefined {
  try {
    return subjectTemplateProblem(text);
  } catch {
    return undefined;
  }
}
