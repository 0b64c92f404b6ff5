import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { connectAsync } from "mqtt";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, errorOf, flow, type Gateway, startGateway } from "./gateway.ts";
import { mosquittoProgram, startMosquitto } from "./peers/mosquitto.ts";
import { until } from "./peers/program.ts";

describe("forwarding", () => {
  let gateway: Gateway;
  let bus: BusClient;
  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  const connected = (node: string) =>
    until(`${node} is connected`, async () => {
      const { statuses } = await gateway.get<"GET /api/status">("/api/status");
      return statuses.some((status) => status.node === node && status.state === "connected");
    });
  // The demo flow publishes as well.
  const subject = "iot.processed.press-1.force";
  const point = (value: number) => ({ device_id: "press-1", key: "force", value });

  test("R015 a point reaches the configured subject, a web service and a file, and goes on under one trace id", async () => {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      request.on("data", (chunk) => bodies.push(`${request.url} ${chunk}`));
      request.on("end", () => response.end());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const targets = [
      { to: "nats", subject: `plant.\${device_id}.\${key}` },
      { to: "http", url: `http://127.0.0.1:${port}/m/\${device_id}`, body: "value" },
      { to: "file", path: `out/\${device_id}.jsonl` },
    ];
    const answer = await gateway.deploy(
      flow("fan", { nodes: [{ id: "fwd", type: "rule.forward", subject, config: { targets } }] }),
    );
    expect(answer).toMatchObject({ status: 200 });
    await connected("fwd");
    const heard = await bus.listen("plant.press-1.force");
    const results = await bus.listen("iot.rules.fan_fwd");
    for (const value of [1, 2, 3]) await bus.publish("iot.processed.press-1.force", point(value));
    await until("all results", () => results.length === 3);
    server.close();
    server.closeAllConnections();
    expect(heard.map(({ json }) => json.data.value)).toEqual([1, 2, 3]);
    expect(heard[0]?.json).toMatchObject({ flow: "fan", node: "fwd", hops: 1, trace_id: results[0]?.json.trace_id });
    expect(bodies).toEqual(["/m/press-1 1", "/m/press-1 2", "/m/press-1 3"]);
    const lines = (await readFile(join(gateway.folder, "data", "files", "out", "press-1.jsonl"), "utf8"))
      .trim()
      .split("\n");
    expect(lines.map((line) => JSON.parse(line).value)).toEqual([1, 2, 3]);
    await gateway.deploy(flow("fan", { nodes: [], enabled: false }));
  });

  test("a service on the bus is asked, its answer becomes a point; without a service the point fails and is kept", async () => {
    const targets = [{ to: "nats", subject: "model.predict", reply: "point", replyKey: "life" }];
    expect(
      await gateway.deploy(
        flow("ask", { nodes: [{ id: "ask", type: "rule.forward", subject, config: { targets, timeout: "1s" } }] }),
      ),
    ).toMatchObject({ status: 200 });
    await connected("ask");
    const results = await bus.listen("iot.rules.ask_ask");
    const failed = await bus.listen("iot.rules.ask_ask.failed");
    const letters = await bus.listen("iot.errors.rules.dead_letter");
    await bus.publish("iot.processed.press-1.force", point(7));
    await until("the failure", () => failed.length === 1 && letters.length === 1);
    expect(failed[0]?.json.data).toMatchObject({ success: false, original: { value: 7 } });
    expect(failed[0]?.json.data.error.message).toContain("nobody listens on model.predict");
    const letter = letters[0]?.json.data;
    expect(JSON.parse(Buffer.from(letter.payload_base64, "base64").toString())).toMatchObject({ value: 7 });
    const service = bus.connection.subscribe("model.predict", {
      callback: (_error, request) =>
        void request.respond(JSON.stringify({ value: request.json<{ data: { value: number } }>().data.value * 10 })),
    });
    await bus.connection.flush();
    await bus.publish("iot.processed.press-1.force", point(8));
    await until("the answer", () => results.length === 1);
    expect(results[0]?.json.data).toMatchObject({ key: "life", value: 80, original: { key: "force", value: 8 } });
    service.unsubscribe();
    await gateway.deploy(flow("ask", { nodes: [], enabled: false }));
  });

  test("what would go round for ever, or belongs to the server, does not deploy", async () => {
    const deploy = (subject: string) =>
      gateway.deploy(
        flow("round", { nodes: [{ id: "fwd", type: "rule.forward", config: { targets: [{ subject }] } }] }),
      );
    for (const subject of [`iot.processed.\${device_id}.copy`, "$JS.API.STREAM.DELETE.IOT_DATA"]) {
      const answer = await deploy(subject);
      expect(answer.status).toBe(422);
      expect(JSON.stringify(errorOf(answer))).toMatch(/go round for ever|belong to the NATS server/);
    }
  });

  test.skipIf(mosquittoProgram === undefined)(
    "R015 a broker gets every point, in order, also those that came while it was away",
    async () => {
      const broker = await startMosquitto();
      const document = flow("out", {
        connections: [{ id: "plant", type: "mqtt", config: { url: broker.url } }],
        nodes: [
          {
            id: "mq",
            type: "rule.forward",
            subject,
            config: {
              connection: "plant",
              targets: [{ to: "mqtt", topic: `out/\${device_id}/\${key}`, body: "value" }],
            },
          },
        ],
      });
      expect(await gateway.deploy(document)).toMatchObject({ status: 200 });
      await connected("mq");
      const results = await bus.listen("iot.rules.out_mq");
      const listen = async (url: string) => {
        const seen: string[] = [];
        const client = await connectAsync(url);
        client.on("message", (topic, payload) => void seen.push(`${topic} ${payload}`));
        await client.subscribeAsync("out/#");
        return { seen, end: () => client.endAsync(true) };
      };
      const first = await listen(broker.url);
      await bus.publish("iot.processed.press-1.force", point(1));
      await until("the first", () => first.seen.length === 1);
      expect(first.seen).toEqual(["out/press-1/force 1"]);
      await first.end();
      await broker.kill();
      for (const value of [2, 3]) await bus.publish("iot.processed.press-1.force", point(value));
      const again = await startMosquitto({ port: broker.port });
      const second = await listen(again.url);
      await until("the others went on", () => results.length === 3);
      expect(results.map(({ json }) => json.data.value)).toEqual([1, 2, 3]);
      await second.end();
      await again.stop();
    },
  );
});
