/** `npm run bench [name …]`: every speed promise as a figure measured here and now, with the machine it was measured on. */
import { cpus, totalmem, type } from "node:os";
import type { Result } from "./result.ts";

const benches: Readonly<Record<string, () => Promise<readonly Result[]>>> = {
  pipeline: async () => (await import("./pipeline.ts")).benchPipeline(),
  mqtt: async () => (await import("./mqtt.ts")).benchMqtt(),
  durable: async () => (await import("./durable.ts")).benchDurable(),
  publisher: async () => (await import("./publisher.ts")).benchPublisher(),
  rules: async () => (await import("./rules.ts")).benchRules(),
  modbus: async () => (await import("./modbus.ts")).benchModbus(),
  start: async () => (await import("./start.ts")).benchStart(),
  editor: async () => (await import("./editor.ts")).benchEditor(),
  deploy: async () => (await import("./deploy.ts")).benchDeploy(),
  api: async () => (await import("./api.ts")).benchApi(),
  sinks: async () => (await import("./sinks.ts")).benchSinks(),
};

const chosen = process.argv.slice(2);
const print = (line: string) => process.stdout.write(`${line}\n`);
const [cpu] = cpus();
print(
  `${type()} · ${cpus().length} × ${cpu?.model.trim()} · ${Math.round(totalmem() / 2 ** 30)} GiB · Node ${process.version}\n`,
);
for (const [name, bench] of Object.entries(benches)) {
  if (chosen.length > 0 && !chosen.includes(name)) continue;
  for (const { name: figure, value, unit, target, detail } of await bench()) {
    const met = "atLeast" in target ? value >= target.atLeast : value <= target.atMost;
    const wanted = "atLeast" in target ? `≥ ${target.atLeast}` : `≤ ${target.atMost}`;
    print(`${met ? "ok  " : "MISS"}  ${figure}: ${value.toFixed(2)} ${unit} (wanted ${wanted} ${unit})`);
    print(`      ${detail}`);
    if (!met) process.exitCode = 1;
  }
}
