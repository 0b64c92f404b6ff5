import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, type Gateway, type Heard, startGateway } from "./gateway.ts";
import { findProgram, freePort, type Program, startProgram, until } from "./peers/program.ts";

const main = fileURLToPath(new URL("../dist/server/main.js", import.meta.url));
const mbpoll = findProgram("mbpoll", "mbpoll");

async function startSimulator(port: number): Promise<Program> {
  const program = startProgram(process.execPath, [main, "simulate", "modbus", "--port", String(port), "--seed", "7"]);
  await until("the simulator listens", () => {
    if (program.child.exitCode !== null) throw new Error(`the simulator ended:\n${program.output()}`);
    return program.output().includes("A boiler with Modbus TCP");
  });
  return program;
}

describe("the Modbus example with the simulated device", () => {
  let gateway: Gateway;
  let bus: BusClient;
  let device: Program;
  let port: number;
  let raw: Heard[];
  let processed: Heard[];

  beforeAll(async () => {
    port = await freePort();
    device = await startSimulator(port);
    gateway = await startGateway();
    bus = await busClient(gateway.natsUrl);
    raw = await bus.listen("iot.raw.modbus.boiler-plc");
    processed = await bus.listen("iot.processed.boiler-plc.*");
    const example = await readFile(new URL("../flows/examples/modbus-line.flow.json", import.meta.url), "utf8");
    const answer = await gateway.deploy(JSON.parse(example.replace('"port": 1502', `"port": ${port}`)));
    expect(answer).toMatchObject({ status: 200, body: { warnings: [] } });
  });
  afterAll(async () => {
    await bus?.close();
    await gateway?.stop();
    await device?.stop();
  });

  const statusOf = async (node: string) =>
    (await gateway.get<"GET /api/status">("/api/status")).statuses.find((each) => each.node === node);

  test("R003 R036 what is polled is on iot.raw.modbus.{device_id}, and as points on iot.processed", async () => {
    const of = (key: string) => processed.filter(({ subject }) => subject === `iot.processed.boiler-plc.${key}`);
    await until("every tag came", () => ["temperature", "serial", "energy"].every((key) => of(key).length > 0));
    const [temperatures, serials, energies] = [of("temperature"), of("serial"), of("energy")];
    expect(raw[0]?.json.data).toMatchObject({
      device_id: "boiler-plc",
      protocol: "modbus",
      encoding: "json",
      metadata: { unitId: 1 },
    });
    const [temperature] = temperatures;
    expect(temperature?.json.data).toMatchObject({
      device_id: "boiler-plc",
      key: "temperature",
      value: expect.any(Number),
      type: "float",
      quality: 0,
      tags: { unit: "°C" },
    });
    expect(raw.map(({ json }) => json.trace_id)).toContain(temperature?.json.trace_id);
    expect(serials[0]?.json.data).toMatchObject({ value: "SLUICE-0007-1", type: "string" });
    expect(energies[0]?.json.data).toMatchObject({ type: "int", tags: { unit: "Wh" } });
    await until("the card says so", async () => (await statusOf("boiler"))?.state === "connected");
  });

  test.skipIf(mbpoll === undefined)("another client of the device sees the same", async () => {
    const read = (...args: string[]) =>
      execFileSync(mbpoll as string, ["-m", "tcp", "-p", String(port), "-a", "1", "-0", "-1", ...args, "127.0.0.1"], {
        encoding: "utf8",
      });
    const [, temperature] = /\[0\]:\s+([\d.]+)/.exec(read("-r", "0", "-t", "3:float", "-B")) ?? [];
    expect(Number(temperature)).toBeGreaterThan(15);
    expect(Number(temperature)).toBeLessThan(100);
    expect(read("-r", "10", "-c", "2", "-t", "4:hex")).toContain("0x534C");
    expect(read("-r", "0", "-c", "2", "-t", "0")).toMatch(/\[0\]:\s+1\s+\[1\]:\s+1/);
    expect(read("-r", "0", "-c", "3", "-t", "1")).toMatch(/\[0\]:\s+1\s+\[1\]:\s+1\s+\[2\]:\s+[01]/);
  });

  test("a request writes the setpoint, is answered, and the next scan shows it; one beyond the limits is refused", async () => {
    const request = async (command: object) => {
      const subject = "sluice.commands.modbus-line.boiler";
      const answer = await bus.connection.request(subject, JSON.stringify(command), { timeout: 10_000 });
      return answer.json<{ data: unknown }>().data;
    };
    const replies = await bus.listen("sluice.replies.modbus-line.boiler");
    const setpoints = await bus.listen("iot.processed.boiler-plc.setpoint");
    expect(await request({ key: "setpoint", value: 60.5 })).toMatchObject({ ok: true, function: 16, verified: true });
    await until("the scan shows it", () => setpoints.some(({ json }) => json.data.value === 60.5));
    expect(await request({ key: "setpoint", value: 900 })).toMatchObject({
      ok: false,
      error: { type: "out_of_range" },
    });
    expect(await request({ key: "pressure", value: 1 })).toMatchObject({ ok: false, error: { type: "not_writable" } });
    await until("all are told", () => replies.length === 3);
  });

  test("a tag is read before it is deployed, with what the device sent; a device that is not there is said", async () => {
    const draft = (host: string) => ({
      ...{ format: 1, id: "draft", wires: [] },
      connections: [{ id: "bus", type: "modbus", config: { host, port } }],
      nodes: [
        {
          ...{ id: "plc", type: "adapter.modbus" },
          config: { connection: "bus", tags: [{ key: "serial", address: 10, type: "string", length: 8 }] },
        },
      ],
    });
    const tried = await gateway.call("POST", "/api/probe", { document: draft("127.0.0.1"), node: "plc" });
    expect(tried).toMatchObject({ status: 200, body: { values: [{ value: "SLUICE-0007-1", quality: 0 }] } });
    expect(tried.body.values[0].raw).toMatch(/^534C 5549 4345/);
    const away = await gateway.call("POST", "/api/probe", { document: draft("no-such-host.invalid"), node: "plc" });
    expect(away).toMatchObject({ status: 502, body: { error: { message: expect.stringContaining("is not known") } } });
  });

  test("while the device is away its values are bad, not old; when it is back they are good again", async () => {
    const temperatures = await bus.listen("iot.processed.boiler-plc.temperature");
    await device.stop("SIGKILL");
    const bad = await until("a bad value", () => temperatures.find(({ json }) => json.data.quality !== 0));
    expect(bad.json.data).toMatchObject({ value: null, type: "float", quality: 8 });
    await until("the card says so", async () => (await statusOf("boiler"))?.state !== "connected");
    device = await startSimulator(port);
    const before = temperatures.length;
    const good = await until(
      "a good value",
      () => temperatures.slice(before).find(({ json }) => json.data.quality === 0),
      30_000,
    );
    expect(good.json.data.value).toEqual(expect.any(Number));
  });
});

test("a simulator whose port is taken says so", async () => {
  const port = await freePort();
  const first = await startSimulator(port);
  const second = startProgram(process.execPath, [main, "simulate", "modbus", "--port", String(port)]);
  await until("it ends", () => second.child.exitCode !== null);
  expect(second.child.exitCode).toBe(1);
  expect(second.output()).toContain("another program listens there; choose another with --port");
  await first.stop();
});
