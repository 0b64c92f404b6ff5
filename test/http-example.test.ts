import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Gateway, startGateway } from "./gateway.ts";
import { type Nginx, nginxProgram, startNginx } from "./peers/nginx.ts";
import { until } from "./peers/program.ts";

describe.skipIf(nginxProgram === undefined)("the HTTP example with a real web server", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let meter: Nginx;

  beforeAll(async () => {
    [meter, gateway] = await Promise.all([startNginx(), startGateway()]);
    bus = await busClient(gateway.natsUrl);
  });
  afterAll(async () => {
    await bus.close();
    await gateway.stop();
    await meter.stop();
  });

  const lines = async () => {
    const path = join(gateway.folder, "data", "files", "http-poll", "points.jsonl");
    const text = await readFile(path, "utf8").catch(() => "");
    return text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  };

  test("R005 R032 R038 a measurement passes raw, processed and result into the file under one trace id", async () => {
    await meter.write("values.json", '{"power": 230.5, "voltage": 229}');
    const raw = await bus.listen("iot.raw.http.meter-1");
    const processed = await bus.listen("iot.processed.meter-1.*");
    const example = await readFile(new URL("../flows/examples/http-poll.flow.json", import.meta.url), "utf8");
    const document = JSON.parse(example.replace("http://127.0.0.1:8081", meter.url).replace('"5s"', '"200ms"'));
    expect(await gateway.deploy(document)).toMatchObject({ status: 200, body: { warnings: [] } });
    const record = await until("the record", async () => (await lines())[0]);
    expect(record).toMatchObject({ device_id: "meter-1", key: "power", value: 230.5 });
    expect(raw[0]?.json).toMatchObject({
      trace_id: record.trace_id,
      data: { protocol: "http", payload: '{"power": 230.5, "voltage": 229}', metadata: { status: 200 } },
    });
    expect(processed.map(({ subject, json }) => [subject, json.trace_id])).toEqual([
      ["iot.processed.meter-1.power", record.trace_id],
      ["iot.processed.meter-1.voltage", record.trace_id],
    ]);
    await meter.write("values.json", '{"power": 99}');
    await until("the change", async () => (await lines())[1]?.value === 99);
  });

  test("while the server is away an error says so, and no value is made up", async () => {
    const errors = await bus.listen("iot.errors.adapters.poll_failed");
    const before = (await lines()).length;
    await meter.stop();
    const error = await until("the error", () => errors[0]);
    expect(error.json.data.message).toMatch(/^nothing listens at 127\.0\.0\.1:\d+/);
    await until("the node says so", async () => {
      const { statuses } = await gateway.get<"GET /api/status">("/api/status");
      return statuses.find(({ node }) => node === "meter")?.state === "failed";
    });
    expect((await lines()).length).toBe(before);
  });

  test("R005 R038 what is sent to a webhook arrives on the bus, and what is too much or unknown does not", async () => {
    const hook = {
      id: "hook",
      type: "adapter.webhook",
      config: { path: "line-1/press", auth: { kind: "token", token: "t0k" }, maxBodyBytes: 1_000 },
    };
    const raw = await bus.listen("iot.raw.http.press-1");
    const processed = await bus.listen("iot.processed.press-1.force");
    const nodes = [hook, { id: "convert", type: "plugin.convert", config: {} }];
    const deployed = await gateway.deploy(flow("hooks", { nodes, wires: [{ from: "hook", to: "convert" }] }));
    expect(deployed.status).toBe(200);
    const post = (
      body: string,
      headers: Record<string, string> = { authorization: "Bearer t0k" },
      path = "line-1/press",
    ) =>
      fetch(`${gateway.url}/hooks/${path}`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json", ...headers },
      });
    await until("it is served", async () => (await post("{}", {})).status === 401);
    const taken = await post('[{"device_id":"press-1","force":1.5},{"device_id":"press-1","force":2.5}]');
    expect([taken.status, await taken.json()]).toEqual([200, { stored: 2 }]);
    await until("both points", () => processed.length === 2);
    expect(raw[0]?.json.data).toMatchObject({ protocol: "http", metadata: { path: "/hooks/line-1/press" } });
    expect(processed.map(({ json }) => json.data.value)).toEqual([1.5, 2.5]);
    expect(processed[0]?.json.trace_id).toBe(raw[0]?.json.trace_id);
    expect((await post("x".repeat(1_001))).status).toBe(413);
    expect((await post("{}", undefined, "line-2")).status).toBe(404);
    expect(raw).toHaveLength(2);
  });
});
