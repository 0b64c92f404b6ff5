/** Examples of forwarding. */
import type { Example } from "../../contract/node.ts";

export const examples: readonly Example[] = [
  {
    title: "Every point on a subject of its own",
    config: { targets: [{ to: "nats", subject: `plant.\${device_id}.\${key}` }] },
  },
  {
    title: "To a web service and a file at the same time",
    config: {
      targets: [
        {
          to: "http",
          url: `http://10.0.0.9:8000/machines/\${device_id}`,
          headers: { "X-Line": `\${has(tags.line) ? tags.line : "none"}` },
          authorization: { $secret: "mes-token" },
          body: "text",
          text: `{"\${key}": \${value}}`,
        },
        { to: "file", path: `forwarded/\${device_id}.jsonl` },
      ],
    },
  },
  {
    title: "Ask a service on the bus and go on with its answer",
    config: {
      targets: [{ to: "nats", subject: "model.predict", reply: "point", replyKey: "remaining_life" }],
      timeout: "2s",
    },
  },
  {
    title: "To a broker, the value alone",
    config: {
      connection: "plant-broker",
      targets: [{ to: "mqtt", topic: `out/\${device_id}/\${key}`, body: "value" }],
    },
  },
];
