import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import type { MqttClient, PublishOptions } from "../../connections/mqtt/client.ts";
import { systemClock } from "../../contract/clock.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import type { Point } from "../../contract/point.ts";
import type { NodeBus, NodeMessage } from "../../contract/processor.ts";
import { connectorSurroundings, fillPoint, ManualClock } from "../../contract/testing.ts";
import { Breaker } from "./breaker.ts";
import forward from "./forward.node.ts";
import { pointOfReply } from "./reply.ts";

const clock = new ManualClock();
const point = (value: unknown, more: object = {}) => fillPoint({ value, ...more }, clock);

interface Call {
  readonly url: string;
  readonly method: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

async function webServer(answer: (call: Call, response: ServerResponse) => void) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      const call = { url: request.url ?? "", method: request.method ?? "", headers: request.headers, body };
      calls.push(call);
      answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return { calls, url: `http://127.0.0.1:${port}`, server };
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "forward-"));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** The node alone, on a bus that remembers what was published and answers what the test says. */
async function open(
  config: object,
  given: { filesRoot?: string; client?: MqttClient; answer?: (subject: string) => string } = {},
) {
  const published: { subject: string; message: NodeMessage }[] = [];
  const states: string[] = [];
  const bus: NodeBus = {
    publish: (subject, message) => void published.push({ subject, message }),
    request: async (subject, message) => {
      published.push({ subject, message });
      if (given.answer === undefined) throw new Error(`nobody listens on ${subject}`);
      return given.answer(subject);
    },
  };
  const node = await forward.open(forward.config.parse(config), {
    ...connectorSurroundings(),
    filesRoot: given.filesRoot ?? "",
    clock: systemClock,
    signal: new AbortController().signal,
    connection: given.client as MqttClient,
    ruleId: "f_forward",
    bus,
    status: (state, detail) => void states.push(`${state} ${detail}`.trim()),
    lost: () => undefined,
    emitRaw: () => ({ id: "", hops: 0 }),
    emit: () => undefined,
    report: () => undefined,
    log: () => undefined,
  });
  onTestFinished(() => node.close());
  const notes = new Map<string, unknown>();
  const send = async (input: Point, memory = notes) => {
    const emitted: Point[] = [];
    const signal = new AbortController().signal;
    const trace = { id: "t1", hops: 2 };
    await node.process(input, { trace, attempt: 1, notes: memory, signal, emit: (each) => void emitted.push(each) });
    return emitted;
  };
  return { send: (input: Point, memory?: Map<string, unknown>) => send(input, memory ?? new Map()), published, states };
}

describe("to a NATS subject", () => {
  test("the point goes in an envelope on the subject of the template, with its trace, and on by out", async () => {
    const { send, published } = await open({
      targets: [{ subject: `plant.\${tags.line}.\${device_id}`, headers: { "X-Key": `\${key}` } }],
    });
    const given = point(5, { device_id: "a.b *", tags: { line: "l1" } });
    expect(await send(given)).toEqual([given]);
    expect(published).toEqual([
      {
        subject: "plant.l1.a%2Eb%20%2A",
        message: { content: given, headers: { "X-Key": "temperature" }, trace: { id: "t1", hops: 2 } },
      },
    ]);
  });

  test("a point without what the subject needs fails", async () => {
    const { send } = await open({ targets: [{ subject: `plant.\${tags.line}` }] });
    await expect(send(point(1))).rejects.toMatchObject({
      type: "missing_field",
      message: expect.stringContaining("tags.line"),
    });
  });

  test("an answer becomes a point, or goes on with it", async () => {
    const answer = () => '{"value":120,"tags":{"model":"m1"}}';
    const asked = await open({ targets: [{ subject: "model.predict", reply: "point", replyKey: "life" }] }, { answer });
    expect(await asked.send(point(5))).toMatchObject([
      { device_id: "d1", key: "life", value: 120, type: "int", tags: { model: "m1" } },
    ]);
    const attached = await open({ targets: [{ subject: "model.predict", reply: "attach" }] }, { answer });
    expect(await attached.send(point(5))).toMatchObject([{ value: 5, reply: { value: 120 } }]);
  });

  test("nobody there is told with the target", async () => {
    const { send } = await open({ targets: [{ subject: "model.predict", reply: "point" }] });
    await expect(send(point(5))).rejects.toThrow("NATS model.predict: nobody listens on model.predict");
  });
});

describe("by HTTP", () => {
  test("method, address, headers and body are as configured, with values encoded", async () => {
    const server = await webServer((_call, response) => response.end("ok"));
    const { send } = await open({
      targets: [
        {
          to: "http",
          url: `${server.url}/m/\${device_id}?k=\${key}`,
          method: "PUT",
          headers: { "X-Line": `\${tags.line}` },
          authorization: "Bearer t0ken",
          body: "text",
          text: `{"v": \${value}}`,
        },
      ],
    });
    await send(point(5, { device_id: "a/../b?", tags: { line: "x\r\nEvil: 1" } }));
    expect(server.calls).toMatchObject([
      {
        method: "PUT",
        url: "/m/a%2F..%2Fb%3F?k=temperature",
        body: '{"v": 5}',
        headers: {
          "x-line": "x  Evil: 1",
          authorization: "Bearer t0ken",
          "iot-trace-id": "t1",
          "content-type": "application/json",
        },
      },
    ]);
  });

  test("what the server refuses fails at once, what it cannot do now may be tried again", async () => {
    let status = 400;
    const server = await webServer((_call, response) => response.writeHead(status).end("no such machine"));
    const { send } = await open({ targets: [{ to: "http", url: server.url }] });
    await expect(send(point(1))).rejects.toMatchObject({
      type: "refused",
      message: expect.stringContaining("400: no such machine"),
    });
    status = 503;
    const failed = send(point(1));
    await expect(failed).rejects.toThrow("503");
    await expect(failed).rejects.not.toBeInstanceOf(MessageError);
  });

  test("a redirect is not followed", async () => {
    const server = await webServer((_call, response) =>
      response.writeHead(302, { Location: "http://169.254.169.254/" }).end(),
    );
    const { send } = await open({ targets: [{ to: "http", url: server.url }] });
    await expect(send(point(1))).rejects.toMatchObject({ type: "refused" });
  });

  test("one that does not answer in time is given up for this attempt", async () => {
    const server = await webServer(() => undefined);
    onTestFinished(() => server.server.closeAllConnections());
    const { send } = await open({ timeout: "50ms", targets: [{ to: "http", url: server.url }] });
    await expect(send(point(1))).rejects.toThrow(/within 0.05 s/);
  });

  test("the answer becomes a point", async () => {
    const server = await webServer((_call, response) => response.end("7.5"));
    const { send } = await open({ targets: [{ to: "http", url: server.url, reply: "point" }] });
    expect(await send(point(1))).toMatchObject([{ key: "temperature", value: 7.5, type: "float" }]);
  });
});

describe("to files", () => {
  test("each message is a line of the file of the template, in order, and no value leads out of the folder", async () => {
    const filesRoot = await folder();
    const { send } = await open(
      { targets: [{ to: "file", path: `out/\${device_id}.jsonl`, body: "value" }] },
      { filesRoot },
    );
    await Promise.all([1, 2, 3].map((value) => send(point(value))));
    await send(point("a\nb", { device_id: "../../evil" }));
    expect(await readFile(join(filesRoot, "out", "d1.jsonl"), "utf8")).toBe("1\n2\n3\n");
    expect((await readdir(join(filesRoot, "out"))).sort()).toEqual(["______evil.jsonl", "d1.jsonl"]);
    expect(await readFile(join(filesRoot, "out", "______evil.jsonl"), "utf8")).toBe("a b\n");
  });

  test("more files than are kept open at once are all complete", async () => {
    const filesRoot = await folder();
    const { send } = await open({ targets: [{ to: "file", path: `\${device_id}.txt`, body: "value" }] }, { filesRoot });
    for (const value of [1, 2])
      for (let device = 0; device < 80; device++) await send(point(value, { device_id: `d${device}` }));
    expect(await readdir(filesRoot)).toHaveLength(80);
    expect(await readFile(join(filesRoot, "d0.txt"), "utf8")).toBe("1\n2\n");
  });
});

describe("to a broker", () => {
  const client = (publish: MqttClient["publish"]): MqttClient => ({
    publish,
    subscribe: () => Promise.reject(new Error("not here")),
  });

  test("topic, payload, QoS and retain are as configured; a topic nobody can publish on fails", async () => {
    const seen: [string, Uint8Array | string, PublishOptions][] = [];
    const broker = client(async (...call) => void seen.push(call));
    const targets = [{ to: "mqtt", topic: `out/\${device_id}`, body: "value", qos: 2, retain: true }];
    const { send } = await open({ connection: "plant", targets }, { client: broker });
    await send(point(5));
    expect(seen).toEqual([["out/d1", "5", { qos: 2, retain: true }]]);
    await expect(send(point(5, { device_id: "a#" }))).rejects.toMatchObject({ type: "bad_topic" });
  });
});

describe("to several targets", () => {
  test("each gets it once, also when one has to be tried again", async () => {
    let isAway = true;
    const server = await webServer((_call, response) => response.writeHead(isAway ? 503 : 204).end());
    const { send, published } = await open({ targets: [{ subject: "a" }, { to: "http", url: server.url }] });
    const notes = new Map<string, unknown>();
    await expect(send(point(1), notes)).rejects.toThrow("(delivered to NATS a)");
    isAway = false;
    expect(await send(point(1), notes)).toHaveLength(1);
    expect(published).toHaveLength(1);
    expect(server.calls).toHaveLength(2);
  });

  test("one that is away is left alone after five failures, named on the card, and does not stop the others", async () => {
    const server = await webServer((_call, response) => response.end());
    await new Promise((resolve) => server.server.close(resolve));
    const { send, published, states } = await open({ targets: [{ subject: "a" }, { to: "http", url: server.url }] });
    for (let attempt = 0; attempt < 5; attempt++)
      await expect(send(point(attempt))).rejects.toThrow("nothing listens at");
    await expect(send(point(6))).rejects.toMatchObject({ type: "unreachable" });
    expect(published).toHaveLength(6);
    expect(states.at(-1)).toMatch(/^degraded HTTP POST .*nothing listens at/);
  });
});

test("a target that is left alone is tried again later, by one message at a time", async () => {
  const time = new ManualClock();
  const told: (string | undefined)[] = [];
  const breaker = new Breaker(time, (problem) => told.push(problem));
  const fail = () => breaker.run(() => Promise.reject(new ConnectionError("away")));
  for (let attempt = 0; attempt < 5; attempt++) await expect(fail()).rejects.toThrow("away");
  await expect(fail()).rejects.toMatchObject({ type: "unreachable" });
  time.advance(1_000);
  await expect(fail()).rejects.toThrow(ConnectionError);
  time.advance(1_999);
  await expect(fail()).rejects.toMatchObject({ type: "unreachable" });
  time.advance(1);
  const slow = breaker.run(() => new Promise<string>((resolve) => setImmediate(() => resolve("back"))));
  await expect(fail()).rejects.toMatchObject({ type: "unreachable" });
  expect(await slow).toBe("back");
  expect(told).toEqual(["away", "away", undefined]);
  expect(await breaker.run(async () => "works")).toBe("works");
});

test.each([
  ["21", { value: 21, type: "int" }],
  ['"on"', { value: "on", type: "string" }],
  ["on", { value: "on", type: "string" }],
  ['{"a":1}', { value: { a: 1 } }],
  [
    '{"trace_id":"x","data":{"value":3,"key":"k","device_id":"d2","quality":4}}',
    { device_id: "d2", key: "k", value: 3, quality: 4 },
  ],
])("the answer %s becomes %j", (text, wanted) => {
  expect(pointOfReply(point(1), text, "")).toMatchObject(wanted);
});
test("an empty answer is no point", () => {
  expect(() => pointOfReply(point(1), "", "")).toThrow("has no value");
});

describe("a configuration", () => {
  const issues = (config: object) => JSON.stringify(forward.config.safeParse(config).error?.issues);
  test.each<[object, string]>([
    [{ targets: [] }, "add a target"],
    [{ targets: [{ subject: "$JS.API.STREAM.DELETE.IOT_DATA" }] }, "belong to the NATS server"],
    [{ targets: [{ subject: "$KV.flows.a" }] }, "belong to the NATS server"],
    [{ targets: [{ subject: "_INBOX.x" }] }, "belong to the NATS server"],
    [{ targets: [{ subject: "sluice.control" }] }, "belong to the gateway"],
    [{ targets: [{ subject: "iot.metrics.health.sinks" }] }, "only the gateway itself"],
    [{ targets: [{ subject: `\${device_id}.x` }] }, "begin with a fixed word"],
    [{ targets: [{ subject: "a.*" }] }, "wildcards"],
    [{ targets: [{ subject: `a.\${device_id` }] }, "no closing one"],
    [{ targets: [{ to: "http", url: `http://\${tags.host}/` }] }, "with its host"],
    [{ targets: [{ to: "http" }] }, "with its host"],
    [{ targets: [{ to: "file", path: "../x" }] }, "cannot lead out"],
    [{ targets: [{ to: "mqtt" }] }, "choose a connection"],
    [{ targets: [{ headers: { "a b": "1" } }] }, "no name of a header"],
    [{ targets: [{ reply: "attach" }, { reply: "point" }] }, "gives the answer already"],
  ])("%j is refused: %s", (config, words) => {
    expect(issues(config)).toContain(words);
  });
});
