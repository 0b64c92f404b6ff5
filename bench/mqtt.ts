/**
 * What the gateway adds to the cost of a message from MQTT: a flow from the broker to a rule's result against the `mqtt`
 * package that only counts, each in a process of its own, in turn; the figure is the median difference.
 */
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { connectAsync } from "mqtt";
import { findNatsServer } from "../server/bus/find-nats-server.ts";
import { startNatsServer } from "../server/bus/nats-server.ts";
import { createLog } from "../server/log.ts";
import { mosquittoProgram, startMosquitto } from "../test/peers/mosquitto.ts";
import { median, type Result } from "./result.ts";

const pairs = 5;
const messages = 40_000;
const warmUp = 5_000;

export async function benchMqtt(): Promise<readonly Result[]> {
  if (mosquittoProgram === undefined) return [];
  const log = createLog({ level: "error", format: "text" });
  const storeDir = await mkdtemp(join(tmpdir(), "sluice-bench-"));
  const { path: binary } = await findNatsServer();
  const jetstream = { enabled: false, maxMemoryBytes: 2 ** 26, maxFileBytes: 2 ** 30 };
  const nats = await startNatsServer({ binary, host: "127.0.0.1", port: 0, storeDir, jetstream, log });
  const broker = await startMosquitto({ lines: ["max_queued_messages 0"] });
  const added: number[] = [];
  let last = "";
  for (let pair = 0; pair < pairs; pair++) {
    const alone = await measure("alone", broker.url, nats.url);
    const flow = await measure("flow", broker.url, nats.url);
    added.push(flow - alone);
    last = `${flow.toFixed(1)} µs, mqtt.js alone ${alone.toFixed(1)} µs`;
  }
  await broker.stop();
  await nats.stop();
  await rm(storeDir, { recursive: true, force: true });
  return [
    {
      name: "MQTT in → rule result: CPU a message above mqtt.js alone",
      value: median(added),
      unit: "µs",
      target: { atMost: 12 },
      detail: `QoS 1, mqtt → convert → filter → result, ${messages} messages, ${pairs} pairs; the last: ${last}`,
    },
  ];
}

/** Microseconds of CPU for each message after the warm-up. */
async function measure(what: "alone" | "flow", brokerUrl: string, natsUrl: string): Promise<number> {
  // The built form, as it ships.
  const runner = fileURLToPath(new URL("../dist/bench/mqtt-run.js", import.meta.url));
  const child = fork(runner, [what, brokerUrl, natsUrl, String(warmUp), String(messages)], { execArgv: [] });
  const answers: unknown[] = [];
  let heard = () => {};
  child.on("message", (answer) => {
    answers.push(answer);
    heard();
  });
  const ended = new Promise<never>((_resolve, reject) =>
    child.once("exit", (code) => reject(new Error(`${what} ended with exit code ${code}`))),
  );
  ended.catch(() => undefined);
  const next = async () => {
    while (answers.length === 0)
      await Promise.race([
        ended,
        new Promise<void>((resolve) => {
          heard = resolve;
        }),
      ]);
    return answers.shift();
  };
  await next();
  const device = await connectAsync(brokerUrl);
  const send = async (count: number) => {
    for (let sent = 0; sent < count; sent += 500)
      await Promise.all(
        Array.from({ length: 500 }, (_, index) =>
          device.publishAsync(`plant/d${index % 10}/temperature`, String(20.5 + (index % 100) / 10), { qos: 1 }),
        ),
      );
  };
  await send(warmUp);
  await next();
  await send(messages);
  const cpuUs = (await next()) as number;
  await device.endAsync(true);
  return cpuUs / messages;
}
