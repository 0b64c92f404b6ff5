/** All there are, by the name that `npm run bench` takes. Each is loaded when it runs. */
import type { Result } from "./result.ts";

export const benches: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  pipeline: async () => (await import("./pipeline.ts")).benchPipeline(),
  mqtt: async () => (await import("./mqtt.ts")).benchMqtt(),
  durable: async () => (await import("./durable.ts")).benchDurable(),
  publisher: async () => (await import("./publisher.ts")).benchPublisher(),
  rules: async () => (await import("./rules.ts")).benchRules(),
  modbus: async () => (await import("./modbus.ts")).benchModbus(),
  start: async () => (await import("./start.ts")).benchStart(),
  editor: async () => (await import("./editor.ts")).benchEditor(),
  deploy: async () => (await import("./deploy.ts")).benchDeploy(),
  sinks: async () => (await import("./sinks.ts")).benchSinks(),
  api: async () => (await import("./api.ts")).benchApi(),
};
