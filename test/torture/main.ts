/**
 * `npm run torture [-- --seeds 5 --seconds 60 --seed 42]`: proves, or refutes, that no acknowledged message is lost.
 * Ends with 1 on a single loss, a message out of order within its series, or counters that do not add up.
 */
import { parseArgs } from "node:util";
import { faults, run } from "./run.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    seeds: { type: "string", default: "1" },
    seconds: { type: "string", default: "60" },
    rate: { type: "string", default: "1000" },
  },
});
const first = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const print = (line: string) => process.stdout.write(`${line}\n`);

for (let seed = first; seed < first + Number(values.seeds); seed++) {
  print(`\nseed ${seed}: --seed ${seed} --seconds ${values.seconds} --rate ${values.rate} runs it again`);
  const startedMs = performance.now();
  const { verdicts, happened, broken } = await run({
    seed,
    seconds: Number(values.seconds),
    faults,
    pauseMs: 4_000,
    perSecond: Number(values.rate),
    say: (line) => print(`  ${((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6)} s  ${line}`),
  });
  print(
    `  faults: ${Object.entries(happened)
      .map(([fault, count]) => `${count} × ${fault}`)
      .join(", ")}`,
  );
  for (const [sink, verdict] of Object.entries(verdicts))
    print(
      `  ${sink.padEnd(6)} acknowledged ${verdict.acknowledged}, delivered ${verdict.delivered}, dead-lettered ${verdict.deadLettered}, ` +
        `lost ${verdict.lost.length}, duplicated ${verdict.duplicated}, out of order ${verdict.disordered.length}`,
    );
  for (const line of broken) print(`  BROKEN  ${line}`);
  if (broken.length > 0) process.exitCode = 1;
  else print("  ok");
}
