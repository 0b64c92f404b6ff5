import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

/** The nats-server that serves a gateway of these tests, found by the folder in its command line. */
function natsServerOf(folder: string): number | undefined {
  const lines = execFileSync("ps", ["-eo", "pid,args"], { encoding: "utf8" }).split("\n");
  const line = lines.find((each) => each.includes("nats-server") && each.includes(folder));
  return line === undefined ? undefined : Number(line.trim().split(" ")[0]);
}

describe("faults", () => {
  let gateway: Gateway;
  let bus: BusClient;
  const rule = { id: "any", type: "rule.filter", config: { mode: "expression", expression: "value > 0" } };

  beforeAll(async () => {
    gateway = await startGateway();
    await gateway.deploy(flow("lone", { nodes: [rule] }));
    bus = await busClient(gateway.natsUrl);
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  test("R078 R117 R118 a killed NATS is restarted on its port, health says so meanwhile, flows go on", async () => {
    const pid = natsServerOf(gateway.folder);
    expect(pid).toBeDefined();
    process.kill(pid ?? 0, "SIGKILL");
    await until("health notices", async () => (await gateway.get<"GET /api/health">("/api/health")).status !== "ok");
    await until("health is back", async () => (await gateway.get<"GET /api/health">("/api/health")).status === "ok");
    const again = await busClient(gateway.natsUrl);
    const results = await again.listen("iot.rules.lone_any");
    await until("a result", async () => {
      await again.publish("iot.processed.d1.v", { device_id: "d1", key: "v", value: 1 });
      return results.length > 0;
    });
    await again.close();
  });
});

test("R078 SIGTERM stops in order: exit code 0, and no NATS is left behind", async () => {
  const gateway = await startGateway();
  await gateway.program.stop("SIGTERM");
  expect(gateway.program.child.exitCode).toBe(0);
  expect(natsServerOf(gateway.folder)).toBeUndefined();
  await gateway.stop();
});

test("a gateway that was killed leaves a NATS behind, and the next one deals with it and runs the same flows", async () => {
  const first = await startGateway({ keep: true });
  const orphan = natsServerOf(first.folder);
  await first.stop("SIGKILL");
  const second = await startGateway({ folder: first.folder });
  expect(natsServerOf(second.folder)).not.toBe(orphan);
  const flows = await second.get<"GET /api/flows">("/api/flows");
  expect(flows.map(({ document }) => document.id)).toEqual(["boiler-room"]);
  await second.stop();
});

test("R125 without JetStream live flows run", async () => {
  const gateway = await startGateway({ settings: { "gateway.jetstream.enabled": false } });
  const bus = await busClient(gateway.natsUrl);
  const results = await bus.listen("iot.rules.>");
  await until("live results", () => results.length > 0);
  const health = await gateway.get<"GET /api/health">("/api/health");
  expect(health.jetstream.enabled).toBe(false);
  await bus.close();
  await gateway.stop();
});
