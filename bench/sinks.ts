/** What each sink is worth beside the shortest script that does the same with the same client: same target, in turns. */
import type { SinkRecord } from "../nodes/contract/connector.ts";
import type { Contest } from "./contest.ts";
import { median, type Result } from "./result.ts";
import { contests } from "./sink-contests.ts";

const rounds = 7;
const goal = 0.8;

/** Ratios of points per second, as medians of rounds that alternate. Targets that are not installed are left out aloud. */
export async function benchSinks(): Promise<Result[]> {
  const results: Result[] = [];
  for (const start of contests) {
    const contest = await start();
    if (contest === undefined) continue;
    try {
      results.push(await run(contest));
    } finally {
      await contest.close();
    }
  }
  return results;
}

async function run({ name, batchSize, batches, sink, script }: Contest): Promise<Result> {
  await rate(sink, batchSize, batches);
  await rate(script, batchSize, batches);
  const ratios: number[] = [];
  const rates = { sink: [] as number[], script: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    // Who comes second finds a warmer target, so they take turns.
    const order = round % 2 === 0 ? (["sink", "script"] as const) : (["script", "sink"] as const);
    for (const who of order) rates[who].push(await rate(who === "sink" ? sink : script, batchSize, batches));
    ratios.push((rates.sink.at(-1) ?? 0) / (rates.script.at(-1) ?? 1));
  }
  const words = (list: readonly number[]) => `${Math.round(median(list)).toLocaleString("en")} points/s`;
  return {
    name: `${name} sink against a plain script`,
    value: median(ratios),
    unit: "times",
    target: { atLeast: goal },
    detail: `${words(rates.sink)} against ${words(rates.script)}, batches of ${batchSize}`,
  };
}

let lastValue = 0;

async function rate(
  write: (records: readonly SinkRecord[]) => Promise<void>,
  batchSize: number,
  batches: number,
): Promise<number> {
  const all = Array.from({ length: batches }, () => Array.from({ length: batchSize }, () => nextRecord()));
  const startedMs = performance.now();
  for (const records of all) await write(records);
  return (batches * batchSize * 1_000) / (performance.now() - startedMs);
}

/** A hundred devices with ten keys; no two records have the same time. */
function nextRecord(): SinkRecord {
  const number = lastValue++;
  const timestamp = new Date(Date.UTC(2026, 0, 1) + number).toISOString();
  const data = {
    device_id: `boiler-${number % 100}`,
    key: `key-${number % 10}`,
    value: number + 0.5,
    type: "float",
    quality: 0,
    timestamp,
    tags: { line: "a" },
  };
  const text = JSON.stringify({
    timestamp,
    source: "rule_engine",
    version: "1.0.0",
    trace_id: `trace-${number}`,
    data,
  });
  return { subject: "iot.rules.bench", data, traceId: `trace-${number}`, timestamp, text };
}
