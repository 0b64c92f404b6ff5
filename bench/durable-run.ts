/** One measurement of `durable.ts`, in its own process: `by-hand` or `compiled`, the url of the bus, how many messages. */
import { jetstream, jetstreamManager } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import { checkDocument } from "../flows/format/read.ts";
import { loadCatalog } from "../nodes/contract/catalog.ts";
import { connectBus } from "../server/bus/nats-bus.ts";
import { compile } from "../server/compiler/compile.ts";
import { dataStream } from "../server/compiler/streams.ts";
import { createLog } from "../server/log.ts";
import { nodesFolder } from "../server/product.ts";
import { startPlan } from "./engine.ts";

const inHand = 1_000;
const consumer = "rule_engine_consumer";
const [, , what, url = "", count = ""] = process.argv;
const total = Number(count);

const log = createLog({ level: "error", format: "text" });
const bus = await connectBus({ servers: url, name: "bench", jetstream: true, log });
const { stored } = bus;
if (stored === undefined) throw new Error("the server has no JetStream");
const client = await connect({ servers: url });
const manager = await jetstreamManager(client);
await manager.streams.delete(dataStream.name).catch(() => undefined);
await stored.ensureStream({ ...dataStream, maxAgeMs: 0, maxBytes: 2 ** 31 });

const point = { device_id: "d1", key: "temperature", type: "float", quality: 0, tags: {} };
async function fill(): Promise<void> {
  const timestamp = new Date().toISOString();
  let left = total;
  const lane = async () => {
    while (left-- > 0) {
      const data = { ...point, value: 20 + (left % 100) / 10, timestamp };
      const envelope = { timestamp, source: "plugin_manager", version: "1.0.0", trace_id: `t${left}`, data };
      await stored?.publish("iot.processed.d1.temperature", Buffer.from(JSON.stringify(envelope)));
    }
  };
  await Promise.all(Array.from({ length: inHand }, lane));
}

async function results(): Promise<number> {
  const { state } = await manager.streams.info(dataStream.name, { subjects_filter: "iot.rules.>" });
  return Object.values(state.subjects ?? {}).reduce((sum, each) => sum + each, 0);
}

async function finished(): Promise<void> {
  for (;;) {
    const { num_pending, num_ack_pending } = await manager.consumers.info(dataStream.name, consumer);
    if (num_pending + num_ack_pending === 0) break;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const made = await results();
  if (made !== total) throw new Error(`${made} results of ${total} messages`);
}

/** What an engineer writes with the plain client: as many under way as the rule may have in hand, each acknowledged. */
async function byHand(): Promise<undefined> {
  const js = jetstream(client);
  const reader = await js.consumers.get(dataStream.name, consumer);
  const messages = await reader.consume({ max_messages: inHand });
  let done = 0;
  for await (const message of messages) {
    const { trace_id, data } = message.json<{ trace_id: string; data: typeof point & { value: number } }>();
    if (!(data.value > 0)) continue;
    const now = new Date().toISOString();
    const result = {
      ...data,
      rule_id: "bench_pass",
      rule_name: "bench_pass",
      flow_id: "bench",
      success: true,
      original: data,
      processed: data,
      actions: [{ type: "filter", success: true }],
      processed_at: now,
    };
    const envelope = { timestamp: now, source: "rule_engine", version: "1.0.0", trace_id, data: result };
    void js.publish("iot.rules.bench_pass", JSON.stringify(envelope), { msgID: `d:${message.seq}` }).then(() => {
      message.ack();
      if (++done === total) messages.stop();
    });
  }
  return undefined;
}

/** Ready to be started: reading the catalog and compiling are not measured. */
async function prepare(): Promise<() => ReturnType<typeof startPlan>> {
  const document = {
    format: 1,
    id: "bench",
    delivery: "durable",
    results: { status: false, data: false },
    nodes: [{ id: "pass", type: "rule.filter", config: { mode: "expression", expression: "value > 0" } }],
  };
  const read = checkDocument(document, "bench");
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const catalog = await loadCatalog(nodesFolder);
  const { plan, problems } = compile([read.document], catalog, {
    inputSubject: "iot.processed.>",
    inputMatch: "widen",
    outputSubject: "iot.rules.*",
    queueGroup: "rule_engine_workers",
    stored: { maxPending: inHand, ackWaitMs: 30_000 },
    secrets: new Set<string>(),
    env: {},
  });
  if (plan.flows.length === 0) throw new Error(JSON.stringify(problems));
  return () => startPlan(url, plan, catalog, true);
}

await manager.consumers.add(dataStream.name, {
  durable_name: consumer,
  ack_policy: "explicit",
  deliver_policy: "all",
  filter_subject: "iot.processed.>",
  max_ack_pending: inHand,
});
await fill();
const start = what === "by-hand" ? undefined : await prepare();
const startedMs = performance.now();
const running = start === undefined ? await byHand() : await start();
await finished();
const elapsedMs = performance.now() - startedMs;
if (running !== undefined) {
  await running.engine.stop();
  await running.bus.drain();
}
await bus.drain();
await client.close();
process.send?.((total / elapsedMs) * 1_000, () => process.exit(0));
