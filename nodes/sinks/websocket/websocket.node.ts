import { z } from "zod";
import { defineConnector } from "../../contract/connector.ts";
import { contentField, contentText } from "../content.ts";
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
  content: contentField,
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
its trace id, or the complete message as it stands on the bus. Two nodes cannot serve the same path.

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
      title: "Complete messages for another program",
      config: { path: "boilers/feed", content: "envelope", snapshot: false },
    },
  ],
  line: ({ path }) => `/ws/${path}`,
  batch: () => ({ size: 256, lingerMs: 0 }),
  async open({ path, content, snapshot, maxClients }, { clock, endpoints, status }) {
    const report = (clients: number, cutOff: number) => {
      const cut = cutOff === 0 ? "" : `; ${cutOff} cut off for reading too slowly`;
      status("connected", `${clients} client${clients === 1 ? "" : "s"}${cut}`);
    };
    const text = (record: Parameters<typeof contentText>[0]) => contentText(record, content);
    const broadcast = new Broadcast({ clock, maxClients, snapshot, text, onChange: report });
    const endpoint = await endpoints.websocket(path, (client) => broadcast.add(client));
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
