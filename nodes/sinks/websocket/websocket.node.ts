import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { defineConnector, type SinkRecord } from "../../contract/connector.ts";
import { secret } from "../../contract/fields.ts";
import { contentText } from "../content.ts";
import { Broadcast } from "./broadcast.ts";

const config = z.strictObject({
  path: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]+)*$/,
      'use letters, digits, "-" and "_", with / between parts, such as live or boilers/live',
    )
    .default("live")
    .meta({ title: "Path", description: "Clients connect to /ws/{path} of the gateway.", widget: "path" }),
  content: z
    .enum(["data", "value", "envelope"])
    .default("data")
    .meta({
      title: "Content",
      description:
        "The short form has device, key, value, quality and time. The complete message says where it is from.",
      labels: { data: "Data, with trace id", value: "The value, in short", envelope: "Complete message" },
    }),
  send: z
    .enum(["all", "changes"])
    .default("all")
    .meta({
      title: "Send",
      description: "Changes: a message whose value and quality are those of the one before in its series is left out.",
      labels: { all: "Every message", changes: "Changes only" },
    }),
  token: secret({
    title: "Token",
    description: "Clients have to give it: /ws/{path}?token=… Left out: everybody who reaches the gateway may watch.",
  }).optional(),
  snapshot: z.boolean().default(true).meta({
    title: "Last values first",
    description: "A new client gets the last message of each series at once.",
  }),
  maxClients: z.int().min(1).max(10_000).default(100).meta({ title: "Most clients", advanced: true }),
});

export default defineConnector({
  type: "sink.websocket",
  title: "WebSocket",
  summary: "Shows messages live to browsers and other WebSocket clients",
  icon: "plug-connected",
  keywords: ["websocket", "ws", "live", "browser", "dashboard", "push", "broadcast"],
  help: `
Serves clients on \`ws://{gateway}/ws/{path}\` and sends each of them every message as one text frame of JSON: the data with
its trace id, the value in short, or the complete message as it stands on the bus. Two nodes cannot serve the same path.

**Who may watch.** With a token only clients that give it: \`/ws/live?token=…\`; others are closed with code 1008. Addresses
often end up in logs, so use a token of its own here, and not one that opens other doors.

**Only some of it.** A client can ask for devices and keys, where \`*\` stands for any text:
\`ws://gateway:8080/ws/live?device=boiler-*&key=temperature\`.

**Last values first.** A new client gets the last message of each series (the same subject, device and key; at most 10,000)
before what is new, so that a display is not empty until the next change.

**Slow clients** never hold up the others or the flow. A client with more than 1 MB waiting gets only the latest message of
each series until it has caught up; one that has not after ten seconds is cut off with code 1013 and may connect again.

Messages are for watching: nobody confirms them, and what is sent while no client is connected is not kept, apart from the
last values.
`,
  config,
  examples: [
    { title: "Everything on /ws/live", config: {} },
    {
      title: "Changes in short, for those who have the token",
      config: { path: "wall", content: "value", send: "changes", token: { $secret: "wall-token" } },
    },
    {
      title: "Complete messages for another program",
      config: { path: "boilers/feed", content: "envelope", snapshot: false },
    },
  ],
  line: ({ path }) => `/ws/${path}`,
  batch: () => ({ size: 256, lingerMs: 0 }),
  async open({ path, content, send, token, snapshot, maxClients }, { clock, endpoints, status }) {
    const report = (clients: number, cutOff: number) => {
      const cut = cutOff === 0 ? "" : `; ${cutOff} cut off for reading too slowly`;
      status("connected", `${clients} client${clients === 1 ? "" : "s"}${cut}`);
    };
    const text = (record: SinkRecord) => (content === "value" ? shortText(record) : contentText(record, content));
    const changesOnly = send === "changes";
    const broadcast = new Broadcast({ clock, maxClients, snapshot, changesOnly, text, onChange: report });
    const endpoint = await endpoints.websocket(path, (client) => {
      if (token === undefined || isSame(client.query["token"] ?? "", token)) return broadcast.add(client);
      client.close(policyViolation, "the token is missing or wrong");
      return {};
    });
    report(0, 0);
    return {
      write: async (records) => broadcast.send(records),
      async close() {
        broadcast.close();
        await endpoint.close();
      },
    };
  },
});

/** RFC 6455, section 7.4.1. */
const policyViolation = 1008;

function shortText({ data, timestamp: sent }: SinkRecord): string {
  const { device_id, key, value, quality, timestamp = sent } = data;
  return JSON.stringify({ device_id, key, value, quality, timestamp });
}

/** Takes the same time wherever they differ, so that a token cannot be guessed letter by letter. */
function isSame(given: string, wanted: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(given), digest(wanted));
}
