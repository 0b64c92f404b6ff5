import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, errorOf, flow, type Gateway, type Heard, startGateway } from "./gateway.ts";
import { until } from "./peers/program.ts";

describe("bad input", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let errors: Heard[];
  let results: Heard[];
  const rule = { id: "any", type: "rule.filter", config: { mode: "expression", expression: "value > 0" } };
  const good = { device_id: "good", key: "v", value: 1 };

  beforeAll(async () => {
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    expect((await gateway.deploy(flow("lone", { nodes: [rule] }))).status).toBe(200);
    errors = await bus.listen("iot.errors.>");
    results = await bus.listen("iot.rules.lone_any");
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
  });

  async function stillRuns() {
    const before = results.length;
    await bus.publish("iot.processed.good.v", good);
    await until("the next good point", () => results.length > before);
  }

  test.each([
    ["broken JSON", "{", "iot.errors.rules.parse_error", /not JSON/],
    ["a comment in JSON", '{"device_id":"d","key":"k","value":1} // no', "iot.errors.rules.parse_error", /not JSON/],
    [
      "a point whose device has no name",
      '{"device_id":"","key":"k","value":1}',
      "iot.errors.rules.validation",
      /device_id/,
    ],
    ["a point without key", '{"device_id":"d","value":1}', "iot.errors.rules.validation", /"key"/],
    ["a bare number", "25.5", "iot.errors.rules.validation", /JSON object/],
  ])(
    "R049 R066 R149 %s is told on the errors with its cause and the original",
    async (_what, text, subject, message) => {
      const from = errors.length;
      await bus.publish("iot.processed.x", text);
      const error = await until("the error", () => errors.slice(from).find((each) => each.subject === subject));
      expect(error.json.data).toMatchObject({
        node: "any",
        flow: "lone",
        subject: "iot.processed.x",
        message: expect.stringMatching(message),
      });
      expect(error.json.data.original).toContain(text.slice(0, 10));
      await stillRuns();
    },
  );

  test("a value of the wrong kind never passes a comparison", async () => {
    const failed = await bus.listen("iot.rules.>");
    await bus.publish("iot.processed.d1.v", { device_id: "d1", key: "v", value: null });
    await bus.publish("iot.processed.d1.v", { device_id: "d1", key: "v", value: "warm" });
    await stillRuns();
    expect(failed.filter(({ subject }) => subject === "iot.rules.lone_any").map(({ json }) => json.data.value)).toEqual(
      [1],
    );
  });

  test("R144 a message of 2 MB is refused by the bus and nothing stops", async () => {
    const huge = JSON.stringify({ ...good, value: "x".repeat(2_000_000) });
    await bus.publish("iot.processed.good.v", huge).catch(() => undefined);
    const again = await busClient(gateway.natsUrl);
    await again.publish("iot.processed.good.v", good);
    await until("a result", () => results.length > 0);
    await again.close();
    await stillRuns();
  });

  test("an unknown node type keeps its flow from running, with words, and no other", async () => {
    const answer = await gateway.deploy(flow("odd", { nodes: [{ id: "x", type: "rule.fliter", config: {} }] }));
    expect(answer.status).toBe(422);
    expect(answer.body.problems).toMatchObject([
      { code: "unknown-type", flow: "odd", node: "x", message: expect.stringContaining("rule.filter") },
    ]);
    await stillRuns();
  });

  test("a typo in a field names the place and the nearest field", async () => {
    const nodes = [{ ...rule, config: { mode: "expression", expresion: "value > 0" } }];
    const answer = await gateway.deploy(flow("typo", { nodes }));
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body.problems)).toMatch(/expresion.*expression/);
  });

  test("a document that is not one is refused with the place", async () => {
    const answer = await gateway.deploy(flow("shape", { nodes: [{ id: "Bad Id", type: "rule.filter" }], wierd: 1 }));
    expect(answer.status).toBe(422);
    expect(JSON.stringify(answer.body.problems)).toMatch(/wierd/);
    expect(JSON.stringify(answer.body.problems)).toMatch(/lower-case/);
  });

  test("a body that is not JSON is refused with words", async () => {
    const answer = await gateway.call("POST", "/api/deploy", "{nope");
    expect(answer.status).toBe(400);
    expect(errorOf(answer).message).toMatch(/JSON/);
  });

  test("R166 a stale base revision is a conflict that shows the present one", async () => {
    const document = flow("lone", { nodes: [rule] });
    const answer = await gateway.call("POST", "/api/deploy", { flows: [{ id: "lone", baseRevision: 99, document }] });
    expect(answer.status).toBe(409);
    expect(answer.body.conflicts).toMatchObject([{ id: "lone", current: { revision: 1 } }]);
  });
});

describe("a bad place to start", () => {
  test("a flow file that is broken does not keep the others from running", async () => {
    const first = await startGateway({ keep: true });
    await first.stop();
    await writeFile(join(first.folder, "flows", "broken.flow.json"), '{ "format": 1, ');
    const second = await startGateway({ folder: first.folder });
    const flows = await second.get<"GET /api/flows">("/api/flows");
    expect(flows.map(({ document }) => document.id)).toContain("boiler-room");
    expect(second.program.output()).toMatch(/broken\.flow\.json/);
    await second.stop();
  });

  test("ports that are taken are said, and others are chosen", async () => {
    const taken = [createServer(), createServer()];
    const ports = await Promise.all(
      taken.map(
        (server) =>
          new Promise<number>((resolve) => {
            server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
          }),
      ),
    );
    const gateway = await startGateway({ settings: { "gateway.nats_port": ports[0] ?? 0 } });
    expect(gateway.program.output()).toContain(String(ports[0]));
    await gateway.stop();
    for (const server of taken) server.close();
  });

  test("two gateways never share a data folder", async () => {
    const first = await startGateway();
    await expect(startGateway({ folder: first.folder, keep: true })).rejects.toThrow(/another gateway|in use|pid/i);
    expect((await first.get<"GET /api/health">("/api/health")).status).toBe("ok");
    await first.stop();
  });

  test("a data folder that cannot be made is named, with what to do", async () => {
    const file = join((await import("node:os")).tmpdir(), `sluice-file-${process.pid}`);
    await writeFile(file, "in the way");
    await expect(startGateway({ settings: { data_dir: join(file, "data") } })).rejects.toThrow(
      new RegExp(file.replaceAll(".", "\\.")),
    );
  });
});
