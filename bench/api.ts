/** What the API costs whoever waits for it: health while data flows, and a sign-in. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Passwords } from "../server/accounts/passwords.ts";
import { flow, type Gateway, startGateway } from "../test/gateway.ts";
import { until } from "../test/peers/program.ts";
import { median, type Result } from "./result.ts";

const perSecond = 20_000;
const asked = 1_000;
const hashes = 5;

export async function benchApi(): Promise<readonly Result[]> {
  return [...(await benchHealth()), ...(await benchSignIn())];
}

/** One after the other on one connection, as a monitor or a load balancer asks. */
async function benchHealth(): Promise<readonly Result[]> {
  const gateway = await startGateway();
  try {
    const deployed = await gateway.deploy(load());
    if (deployed.status !== 200) throw new Error(JSON.stringify(deployed.body));
    await until("data", async () => (await readingsOf(gateway)) > perSecond, 120_000);
    const [beganMs, before] = [performance.now(), await readingsOf(gateway)];
    const tookMs: number[] = [];
    for (let index = 0; index < asked; index++) {
      const startedMs = performance.now();
      await gateway.call("GET", "/api/health");
      tookMs.push(performance.now() - startedMs);
    }
    // Counters are told four times a second.
    const rate = ((await readingsOf(gateway)) - before) / ((performance.now() - beganMs) / 1_000);
    tookMs.sort((a, b) => a - b);
    const p99 = tookMs[Math.floor(asked * 0.99)] ?? Number.NaN;
    return [
      {
        name: "api: health while data flows, p99",
        value: p99,
        unit: "ms",
        target: { atMost: 20 },
        detail: `${asked} requests with ${Math.round(rate)} readings/s under way to convert and filter (${perSecond} wanted); median ${median(tookMs).toFixed(1)} ms, longest ${tookMs.at(-1)?.toFixed(1)} ms`,
      },
    ];
  } finally {
    await gateway.stop();
  }
}

function load() {
  return flow("load", {
    nodes: [
      {
        id: "devices",
        type: "adapter.mock",
        config: {
          interval: "50ms",
          devices: Array.from({ length: perSecond / 20 }, (_, index) => ({ deviceId: `d${index}` })),
          signals: [{ key: "t" }],
        },
      },
      { id: "filter", type: "rule.filter", config: { mode: "expression", expression: "value < -1000000" } },
      { id: "points", type: "plugin.convert" },
    ],
    wires: [
      { from: "devices", to: "points" },
      { from: "points", to: "filter" },
    ],
  });
}

async function readingsOf(gateway: Gateway): Promise<number> {
  const { nodes } = await gateway.get<"GET /api/status">("/api/status");
  return nodes.find(({ flow, node }) => flow === "load" && node === "devices")?.counters.emitted ?? 0;
}

async function benchSignIn(): Promise<readonly Result[]> {
  const passwords = new Passwords();
  await passwords.warmUp();
  const cpuMs: number[] = [];
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  for (let index = 0; index < hashes; index++) {
    const before = process.cpuUsage();
    await passwords.verify("not the right one", undefined);
    const { user, system } = process.cpuUsage(before);
    cpuMs.push((user + system) / 1_000);
  }
  delay.disable();
  return [
    {
      name: "api: CPU of one sign-in",
      value: median(cpuMs),
      unit: "ms",
      target: { atMost: 250 },
      detail: `scrypt with 128 MiB, on one core; ${cpuMs.map((ms) => ms.toFixed(0)).join(", ")} ms`,
    },
    {
      name: "api: how long a sign-in holds up everything else",
      value: delay.max / 1e6,
      unit: "ms",
      target: { atMost: 50 },
      detail: `longest pause of the event loop while ${hashes} passwords were hashed; it is looked at every 5 ms`,
    },
  ];
}
