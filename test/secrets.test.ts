import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NodeActivity } from "../server/api/contract.ts";
import { flow, type Gateway, startGateway } from "./gateway.ts";
import { type Mosquitto, mosquittoProgram, startMosquitto } from "./peers/mosquitto.ts";
import { until } from "./peers/program.ts";

// The password is "right".
const passwords =
  "gateway:$7$101$H1vk4oXrnAShBdEO$vcm7/C4iaCMXUhmGwCMGz/kcnw2G9sIEx8V6L4aueGG95VuILAMhW4fe3gcSWx6yj6AgxGlxdXzSmRziWcsbXw==\n";

describe.skipIf(mosquittoProgram === undefined)("a secret with a broker that asks for a password", () => {
  let gateway: Gateway;
  let broker: Mosquitto;

  beforeAll(async () => {
    broker = await startMosquitto({ passwords });
    gateway = await startGateway();
  });
  afterAll(async () => {
    await gateway.stop();
    await broker.stop();
  });

  const document = () =>
    flow("plant", {
      connections: [
        {
          id: "broker",
          type: "mqtt",
          config: { url: broker.url, username: "gateway", password: { $secret: "broker-password" } },
        },
      ],
      nodes: [
        {
          id: "clock",
          type: "adapter.mock",
          config: { devices: [{ deviceId: "d1" }], signals: [{ key: "t" }], interval: "50ms" },
        },
        { id: "out", type: "sink.mqtt", config: { connection: "broker", topic: "out" } },
        { id: "file", type: "sink.file", config: { path: "points.jsonl" } },
      ],
      wires: [
        { from: "clock", to: "out" },
        { from: "clock", to: "file" },
      ],
    });
  const store = (value: string) => gateway.call("PUT", "/api/secrets/broker-password", { value });
  const statusOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).statuses.find((each) => each.node === node);
  const countersOf = async (node: string): Promise<NodeActivity["counters"] | undefined> =>
    (await gateway.get<"GET /api/status">("/api/status")).nodes.find((each) => each.node === node)?.counters;

  test("a flow that names a secret which is not stored is refused in words", async () => {
    const { status, body } = await gateway.deploy(document());
    expect(status).toBe(422);
    expect(body.problems[0].message).toContain('there is no secret "broker-password"; store it under that name first');
  });

  test("once the right value is stored, what the broker refused connects, and nothing else starts anew", async () => {
    expect((await store("wrong")).status).toBe(200);
    expect((await gateway.deploy(document())).status).toBe(200);
    const refused = await until("the broker refuses", async () => {
      const status = await statusOf("out");
      return status?.detail.includes("refused us: check user name") ? status : undefined;
    });
    expect(refused.state).not.toBe("connected");
    const before = await until("the simulator ticks", async () => {
      const counters = await countersOf("file");
      return counters !== undefined && counters.received > 10 ? counters : undefined;
    });
    expect((await store("right")).status).toBe(200);
    await until("the node is connected", async () => (await statusOf("out"))?.state === "connected");
    // A node that starts anew counts from 0.
    expect((await countersOf("file"))?.received).toBeGreaterThan(before.received);
  });

  test("what uses it shows nothing of it", async () => {
    const paths = ["/api/flows/plant", "/api/flows/plant/revisions/1", "/api/plan", "/api/status", "/api/secrets"];
    for (const path of [...paths, "/metrics"])
      expect(JSON.stringify((await gateway.call("GET", path)).body)).not.toMatch(/"(wrong|right)"/);
    const file = await readFile(join(gateway.folder, "flows", "plant.flow.json"), "utf8");
    expect(file).toContain('"$secret": "broker-password"');
  });

  test("is not removed while a flow uses it", async () => {
    const { status, body } = await gateway.call("DELETE", "/api/secrets/broker-password");
    expect(status).toBe(409);
    expect(body.error.message).toContain("is used by plant");
  });
});
