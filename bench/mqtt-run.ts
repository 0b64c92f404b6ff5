/** One measurement of `mqtt.ts`, in its own process: `alone` or `flow`, the broker, the bus, how many messages. */
import { connectAsync } from "mqtt";
import { startEngine } from "./engine.ts";

const [, , what, brokerUrl = "", natsUrl = "", warmUp = "", count = ""] = process.argv;
const tell = (answer: unknown) => process.send?.(answer);

const document = {
  format: 1,
  id: "bench",
  connections: [{ id: "broker", type: "mqtt", config: { url: brokerUrl } }],
  nodes: [
    {
      id: "plant",
      type: "adapter.mqtt",
      config: { connection: "broker", topics: [{ filter: "plant/+/+" }], topicPattern: "plant/{device_id}/{key}" },
    },
    { id: "convert", type: "plugin.convert" },
    { id: "above", type: "rule.filter", config: { mode: "expression", expression: "value >= 0" } },
  ],
  wires: [
    { from: "plant", to: "convert" },
    { from: "convert", to: "above" },
  ],
};

/** Resolves when messages can come; the function answers how many have got to the end. */
async function start(): Promise<() => number> {
  if (what === "alone") {
    let seen = 0;
    const client = await connectAsync(brokerUrl);
    client.on("message", () => {
      seen += 1;
    });
    await client.subscribeAsync("plant/+/+", { qos: 1 });
    return () => seen;
  }
  const { engine } = await startEngine(natsUrl, document);
  await until(() => [...engine.statuses()].some(({ node, state }) => node === "plant" && state === "connected"));
  const [above] = [...engine.nodes()].filter(({ plan }) => plan.id === "above");
  return () => above?.counters.emitted ?? 0;
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setTimeout(resolve, 5));
}

const arrived = await start();
tell("ready");
await until(() => arrived() >= Number(warmUp));
const before = process.cpuUsage();
tell("warm");
await until(() => arrived() >= Number(warmUp) + Number(count));
const { user, system } = process.cpuUsage(before);
process.send?.(user + system, () => process.exit(0));
