import { defineConnector } from "../../contract/connector.ts";
import { webhookConfig } from "./config.ts";
import { createHandler } from "./handle.ts";
import { help } from "./help.ts";

export default defineConnector({
  type: "adapter.webhook",
  title: "Webhook",
  summary: "Takes what others send by HTTP",
  icon: "webhook",
  keywords: ["webhook", "http", "post", "push", "listener", "rest", "hmac", "ndjson", "receive"],
  protocol: "http",
  help,
  config: webhookConfig,
  examples: [
    { title: "Anybody on this machine may send to /hooks/in", config: {} },
    {
      title: "A machine with a token that sends batches",
      config: {
        path: "line-1/press",
        auth: { kind: "token", token: { $secret: "press-token" } },
        deviceId: `press-\${body.station}`,
        maxPerSecond: 50,
      },
    },
    {
      title: "A service that signs what it sends",
      config: {
        path: "orders",
        auth: { kind: "hmac", secret: { $secret: "order-signature" } },
        acknowledge: "received",
      },
    },
  ],
  line: ({ path, auth }) => `/hooks/${path}${auth.kind === "none" ? ", open" : ""}`,
  scope: ({ deviceId }) => (deviceId === "" || deviceId.includes("${") ? {} : { devices: [deviceId] }),
  async open(config, context) {
    const { path, methods, maxBodyBytes, maxPending, maxPerSecond } = config;
    const limits = { methods, maxBodyBytes, maxPending, maxPerSecond };
    const endpoint = await context.endpoints.http(path, limits, createHandler(config, context));
    const open = config.auth.kind === "none" ? "; whoever reaches the gateway may send" : "";
    context.status("connected", `takes ${methods.join(", ")} on /hooks/${path}${open}`);
    return endpoint;
  },
});
