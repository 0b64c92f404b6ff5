/** From the start of the built product to its first processed message, and the memory it and its NATS then hold. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { startGateway } from "../test/gateway.ts";
import { freePort, until } from "../test/peers/program.ts";
import { median, type Result } from "./result.ts";

const runs = 5;
/** Until V8, left alone, gives back what loading took. */
const settleMs = 30_000;

export async function benchStart(): Promise<readonly Result[]> {
  const seconds: number[] = [];
  const megabytes: number[] = [];
  for (let run = 0; run < runs; run++) {
    const port = await freePort();
    const startedMs = performance.now();
    const starting = startGateway({ settings: { "gateway.nats_port": port } });
    const bus = await connectWhenUp(port);
    const first = new Promise<void>((resolve) => {
      bus.subscribe("iot.processed.>", { callback: () => resolve(), max: 1 });
    });
    await first;
    seconds.push((performance.now() - startedMs) / 1_000);
    const gateway = await starting;
    if (run === runs - 1) {
      await new Promise((resolve) => setTimeout(resolve, settleMs));
      megabytes.push(residentMb(gateway.program.child.pid ?? 0));
    }
    await bus.close();
    await gateway.stop();
  }
  return [
    {
      name: "start: to the first processed message",
      value: median(seconds),
      unit: "s",
      target: { atMost: 1.5 },
      detail: `median of ${runs}: ${seconds.map((each) => each.toFixed(2)).join(", ")}; Node-RED 4.1: 0.8 s, without a bus`,
    },
    {
      name: "start: memory of gateway and NATS with the demo flow",
      value: median(megabytes),
      unit: "MB",
      target: { atMost: 160 },
      detail: `resident, ${settleMs / 1_000} s after the start; Node-RED idle: 120 MB`,
    },
  ];
}

function connectWhenUp(port: number): Promise<NatsConnection> {
  return until("NATS is up", () => connect({ servers: `127.0.0.1:${port}`, reconnect: false }).catch(() => undefined));
}

/** The process and its children. */
function residentMb(pid: number): number {
  const children = execFileSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" })
    .split("\n")
    .map(Number)
    .filter((child) => child > 0);
  const kilobytes = [pid, ...children].map((each) => {
    try {
      return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${each}/status`, "utf8"))?.[1] ?? 0);
    } catch {
      return 0;
    }
  });
  return kilobytes.reduce((sum, each) => sum + each, 0) / 1024;
}
