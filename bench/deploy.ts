/** A deploy that changes one node of 500 while data flows: how long it takes, and that no message is lost meanwhile. */
import { busClient, flow, startGateway } from "../test/gateway.ts";
import { until } from "../test/peers/program.ts";
import { median, type Result } from "./result.ts";

const nodesInFlow = 500;
const deploys = 10;

export async function benchDeploy(): Promise<readonly Result[]> {
  const gateway = await startGateway();
  const first = await gateway.deploy(bigFlow(0));
  if (first.status !== 200) throw new Error(JSON.stringify(first.body));
  const bus = await busClient(gateway.natsUrl);
  const results = await bus.listen("iot.rules.big_unchanged");
  await until("data", () => results.length > 10);
  const tookMs: number[] = [];
  let kept = 0;
  for (let deploy = 1; deploy <= deploys; deploy++) {
    const startedMs = performance.now();
    const { status, body } = await gateway.deploy(bigFlow(deploy));
    tookMs.push(performance.now() - startedMs);
    if (status !== 200) throw new Error(JSON.stringify(body));
    kept = body.changes.kept;
  }
  const length = results.length;
  await until("more data", () => results.length > length + 10);
  const numbers = results.map(({ json }) => Number(json.data.value));
  const missing = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - numbers.length;
  await bus.close();
  await gateway.stop();
  return [
    {
      name: "deploy: one changed node of 500",
      value: median(tookMs),
      unit: "ms",
      target: { atMost: 200 },
      detail: `median of ${deploys} with the request: ${tookMs.map(Math.round).join(", ")} ms; ${kept} nodes (the demo's too) kept running`,
    },
    {
      name: "deploy: messages lost or repeated",
      value: Math.abs(missing),
      unit: "messages",
      target: { atMost: 0 },
      detail: `${numbers.length} messages counted by sequence through ${deploys} deploys, one every 5 ms`,
    },
  ];
}

/** One counting device, one conversion, and rules: `unchanged`, `changed` and as many others as it takes. */
function bigFlow(version: number): { readonly id: string } {
  const pass = (id: string, expression: string) => ({
    id,
    type: "rule.filter",
    config: { mode: "expression", expression },
  });
  const others = Array.from({ length: nodesInFlow - 4 }, (_, index) => pass(`other-${index}`, `value < -${index + 1}`));
  const rules = [pass("unchanged", "value >= 0"), pass("changed", `value > ${version}`), ...others];
  return flow("big", {
    nodes: [
      {
        id: "device",
        type: "adapter.mock",
        config: {
          interval: "5ms",
          devices: [{ deviceId: "counter" }],
          signals: [{ key: "n", waveform: "counter", min: 0, max: 1_000_000_000 }],
        },
      },
      { id: "convert", type: "plugin.convert" },
      ...rules,
    ],
    wires: [{ from: "device", to: "convert" }, ...rules.map(({ id }) => ({ from: "convert", to: id }))],
  });
}
