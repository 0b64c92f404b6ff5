import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BusClient, busClient, flow, type Heard } from "../gateway.ts";
import { until } from "../peers/program.ts";
import { json, startWebServer, type WebServer } from "../peers/web-server.ts";
import { type GuardedGateway, insides, startGuardedGateway } from "./attacker.ts";

let gateway: GuardedGateway;
let bus: BusClient;
let web: WebServer;
let revision = 0;

beforeAll(async () => {
  web = await startWebServer((_asked, response) => json(response, { device_id: "d", value: 1 }));
  gateway = await startGuardedGateway({ settings: { "outbound.loopback": false } });
  bus = await busClient(gateway.natsUrl);
});
afterAll(async () => {
  await bus.close();
  await gateway.stop();
  await web.stop();
});

/** As an editor, who may do the most that needs no admin. */
async function deploy(parts: object, visitor: "editor" | "admin" = "editor") {
  const headers = { ...gateway.as(visitor), "if-match": `"${revision}"` };
  const answer = await gateway.call("PUT", "/api/flows/attack", flow("attack", parts), headers);
  if (answer.status === 200) revision = answer.body.flows[0].revision;
  return answer;
}
async function statusOf(node: string) {
  const { body } = await gateway.call("GET", "/api/status", undefined, gateway.as("viewer"));
  return (body as { statuses: { node: string; state: string; detail: string }[] }).statuses.find(
    (each) => each.node === node,
  );
}

describe("S13 addresses that lead back to this machine", () => {
  test("are called by no node, however they are written", async () => {
    const { port } = web;
    const hosts = [
      ...["127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[::ffff:7f00:1]", "localhost"],
      ...["localhost.", "①②⑦.⓪.⓪.①", "127.0.0.1.", "0.0.0.0", "169.254.169.254", "[64:ff9b::7f00:1]"],
    ];
    const nodes = hosts.map((host, index) => ({
      id: `h${index}`,
      type: "adapter.http",
      config: { url: `http://${host}:${port}/values`, interval: "1s" },
    }));
    const sinks = [
      {
        id: "influx",
        type: "sink.influxdb",
        config: { version: "2", url: web.url, org: "o", bucket: "b", token: "t" },
      },
    ];
    const forward = {
      id: "forward",
      type: "rule.forward",
      config: { targets: [{ to: "http", url: `http://127.0.0.1:${port}/sent` }] },
    };
    const clock = {
      id: "clock",
      type: "adapter.mock",
      config: { devices: [{ deviceId: "d1" }], signals: [{ key: "t" }], interval: "100ms" },
    };
    const wires = [
      { from: "clock", to: "forward" },
      { from: "forward", to: "influx" },
    ];
    expect(await deploy({ nodes: [...nodes, ...sinks, forward, clock], wires })).toMatchObject({ status: 200 });
    for (const [index, host] of hosts.entries())
      await until(`${host} is refused`, async () =>
        /may not be called|never calls|is not known|cannot be looked up/.test(
          (await statusOf(`h${index}`))?.detail ?? "",
        ),
      );
    for (const node of ["influx", "forward"])
      await until(`${node} is refused`, async () =>
        /may not be called|this machine itself/.test((await statusOf(node))?.detail ?? ""),
      );
    for (const url of [`http://foo@127.0.0.1:${port}/`, "file:///etc/passwd", "gopher://127.0.0.1/", "http://"]) {
      const answer = await deploy({ nodes: [{ id: "h", type: "adapter.http", config: { url, interval: "1s" } }] });
      expect(answer.status, url).toBe(422);
    }
    expect(web.asked).toEqual([]);
  });
});

describe("S3 programs", () => {
  const sidecar = (args: string[]) => ({ id: "sidecar", type: "plugin.isp", config: { command: "sleep", args } });
  const sink = (format: string) => ({ id: "file", type: "sink.file", config: { path: "x.out", format } });
  const wires = [{ from: "sidecar", to: "file" }];

  test("are started for admins alone; an editor changes what is around them", async () => {
    const refused = await deploy({ nodes: [sidecar(["1000"]), sink("jsonl")], wires });
    expect(refused).toMatchObject({ status: 403, body: { error: { code: "program" } } });
    expect(refused.body.error.message).toMatch(/attack\/sidecar starts a program on the gateway.*needs the role admin/);
    expect(await deploy({ nodes: [sidecar(["1000"]), sink("jsonl")], wires }, "admin")).toMatchObject({ status: 200 });
    expect(await deploy({ nodes: [sidecar(["1000"]), sink("line-protocol")], wires })).toMatchObject({ status: 200 });
    expect(await deploy({ nodes: [sidecar(["1001"]), sink("jsonl")], wires })).toMatchObject({ status: 403 });
    expect(await deploy({ nodes: [sink("jsonl")], wires: [] })).toMatchObject({ status: 200 });
  });

  test.each(["/bin/sh", "../../bin/sh", "a/../../b", "sh\u0000x"])(
    "%j is no program of the gateway's folder",
    async (command) => {
      const answer = await deploy({ nodes: [{ id: "sidecar", type: "plugin.isp", config: { command } }] }, "admin");
      expect(answer.status).toBe(422);
    },
  );
});

describe("S14 S18 expressions", () => {
  const tryOut = async (source: string, kind = "expression") => {
    const body = { source, kind, variables: [], places: [{ flow: "boiler-room", node: "boiler", side: "out" }] };
    return gateway.call("POST", "/api/evaluate", body, gateway.as("viewer"));
  };

  test.each([
    "this.constructor.constructor('return process')()",
    "constructor.constructor('return process')()",
    "value.constructor",
    "tags.__proto__.polluted",
    "tags['__proto__']",
    "tags.constructor.prototype",
    "''.constructor.fromCharCode(65)",
    "[].map(x, x).constructor",
    "process.env",
    "globalThis",
    "require('fs').readFileSync('/etc/passwd')",
    "(() => 1)()",
    "value.__defineGetter__('x', 1)",
    "toString()",
    "{'a': 1}.hasOwnProperty('a')",
    "import('fs')",
  ])("%s gives nothing", async (source) => {
    for (const [text, kind] of [
      [source, "expression"],
      [`\${${source}}`, "template"],
    ] as const) {
      const { status, body } = await tryOut(text, kind);
      expect(status).toBe(200);
      const words = JSON.stringify(body);
      expect(words).not.toMatch(insides);
      const results = (body.results ?? []) as { result?: string }[];
      expect(results.filter(({ result }) => result !== undefined && !/^(?:null|""|false)$/.test(result))).toEqual([]);
    }
  });

  test("that would take for ever are refused or cut off, and nobody else waits", async () => {
    const nested = `${"[1,2,3,4,5,6,7,8,9,10].map(x, ".repeat(9)}x${")".repeat(9)}`;
    const many = Array.from({ length: 1_000 }, (_, index) => `(value > ${index})`).join(" && ");
    for (const source of [nested, many, "(".repeat(5_000), "!".repeat(20_000), `"${"a".repeat(19_000)}"`]) {
      const beganMs = performance.now();
      expect((await tryOut(source)).status).toBe(200);
      expect(performance.now() - beganMs).toBeLessThan(5_000);
    }
    expect((await tryOut("x".repeat(20_001))).status).toBe(400);
    expect((await gateway.call("GET", "/api/health")).status).toBe(200);
  });

  test("patterns take linear time, whatever they are matched with", async () => {
    const patterns = ["(a+)+$", "(.*)*x", String.raw`(\\w+\\s?)*$`, "(a|aa)+$", "(a|a?)+$"];
    const nodes = patterns.map((pattern, index) => ({
      id: `p${index}`,
      type: "rule.filter",
      config: { mode: "expression", expression: `value.matches("${pattern}")` },
    }));
    const others = { id: "q", type: "rule.filter", config: { mode: "expression", expression: 'key == "ping"' } };
    expect(await deploy({ nodes: [...nodes, others] })).toMatchObject({ status: 200 });
    const heard = await bus.listen("iot.rules.attack_q");
    await bus.publish("iot.processed.evil.text", { device_id: "evil", key: "text", value: `${"a".repeat(50_000)}!` });
    const beganMs = performance.now();
    await bus.publish("iot.processed.d1.ping", { device_id: "d1", key: "ping", value: 1 });
    await until("the next message", () => heard.some(({ json }) => json.data.key === "ping"));
    // A pattern that backtracks needs longer than the world has existed.
    expect(performance.now() - beganMs).toBeLessThan(10_000);
  });
});

describe("S15 files", () => {
  test.each(["../out", "/etc/out", "a/../../out", "a\\..\\..\\out", "a\u0000b", "..%2fout/../../x"])(
    "%j is no path below the folder",
    async (path) => {
      const answer = await deploy({ nodes: [{ id: "f", type: "sink.file", config: { path } }] });
      expect(answer.status).toBe(422);
      expect(JSON.stringify(answer.body)).not.toMatch(insides);
    },
  );

  test("what comes from a message stays one name in the folder", async () => {
    const node = {
      id: "f",
      type: "sink.file",
      subject: "iot.processed.>",
      config: { path: `\${device_id}/\${key}.jsonl`, linger: "10ms" },
    };
    expect(await deploy({ nodes: [node] })).toMatchObject({ status: 200 });
    for (const device_id of [
      "../../../escaped",
      "..",
      ".",
      "/etc/escaped",
      "a/b",
      "C:\\escaped",
      "CON",
      "x\u0000y",
      "%2e%2e%2fescaped",
    ])
      await bus.publish("iot.processed.evil.t", { device_id, key: "t", value: 1 });
    await bus.publish("iot.processed.evil.t", { device_id: "last", key: "t", value: 1 });
    const files = join(gateway.folder, "data", "files");
    await until("the last is written", async () => (await readdir(files).catch((): string[] => [])).includes("last"));
    const everything = await readdir(gateway.folder, { recursive: true });
    const outside = everything.filter(
      (path) => /escaped|\.jsonl$/.test(path) && !path.startsWith(join("data", "files")),
    );
    expect(outside).toEqual([]);
  });
});

describe("S16 S19 messages", () => {
  test("whose fields are named as those of every object are data, and change nothing", async () => {
    const node = { id: "f", type: "rule.filter", config: { mode: "expression", expression: "true" } };
    expect(await deploy({ nodes: [node] })).toMatchObject({ status: 200 });
    const heard: Heard[] = await bus.listen("iot.rules.attack_f");
    const texts = [
      '{"device_id":"d1","key":"a","value":{"__proto__":{"polluted":1}},"tags":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}',
      '{"device_id":"__proto__","key":"constructor","value":1}',
      '{"device_id":"hasOwnProperty","key":"toString","value":1,"tags":{"hasOwnProperty":"x","toString":"y"}}',
      '[{"device_id":"d1","key":"__proto__","value":1}]',
    ];
    for (const text of texts) await bus.publish("iot.processed.d1.a", text);
    for (const text of texts) await bus.publish("iot.raw.mock.d1", `{"device_id":"d1","payload":${text}}`);
    await bus.publish("iot.processed.d1.b", { device_id: "d1", key: "after", value: 1 });
    const last = await until("the one after", () => heard.find(({ json }) => json.data.key === "after"));
    expect(last.json.data.polluted).toBeUndefined();
    expect(last.json.data.tags ?? {}).toEqual({});
  });

  test("that are too deep, too many or no text are errors, and the next is handled", async () => {
    const heard = await bus.listen("iot.rules.attack_f");
    await bus.publish("iot.processed.d1.a", "[".repeat(200_000));
    await bus.publish(
      "iot.processed.d1.a",
      `{"device_id":"d1","key":"a","value":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`,
    );
    await bus.publish("iot.raw.mock.d1", `{"payload":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    bus.connection.publish("iot.processed.d1.a", new Uint8Array([0xff, 0xfe, 0x00, 0xdd]));
    await bus.publish("iot.processed.d1.b", { device_id: "d1", key: "after-2", value: 1 });
    await until("the one after", () => heard.some(({ json }) => json?.data?.key === "after-2"));
    expect((await gateway.call("GET", "/api/health")).body.runtime.state).toBe("running");
  });
});

describe("S21 subjects of the server and of the gateway", () => {
  const subjects = [
    "$JS.API.STREAM.DELETE.IOT_DATA",
    "$SYS.REQ.SERVER.PING",
    "$KV.bucket.key",
    "iot.*.x",
    "iot.>",
    "a b",
    "a\r\nPUB b",
    "",
    "a..b",
  ];

  test.each(subjects)("%j is published on by nobody through the API", async (subject) => {
    const { status, body } = await gateway.call("POST", "/api/publish", { subject, payload: 1 }, gateway.as("admin"));
    expect({ status, code: body.error.code }).toEqual({ status: 400, code: "bad-subject" });
  });

  test.each([
    ...subjects.slice(0, 5),
    "_INBOX.x",
    "iot.errors.fake.error",
    "iot.metrics.health.x",
    "sluice.commands.f.n",
  ])("%j is the target of no flow", async (subject) => {
    const target = { id: "f", type: "rule.forward", config: { targets: [{ to: "nats", subject }] } };
    const heard = await bus.listen(subject.includes("*") || subject.includes(">") ? "none" : subject);
    const { status } = await deploy({ nodes: [target] });
    if (status === 200) {
      await bus.publish("iot.processed.d1.t", { device_id: "d1", key: "t", value: 1 });
      await until("it is told", async () => (await statusOf("f"))?.state !== "connected" || heard.length === 0);
    } else expect(status).toBe(422);
    expect(heard.filter(({ text }) => text.includes('"d1"'))).toEqual([]);
  });

  test("a template cannot be led out of its part of the subject by what a message holds", async () => {
    const target = {
      id: "f",
      type: "rule.forward",
      config: { targets: [{ to: "nats", subject: `out.\${device_id}.\${key}` }] },
    };
    expect(await deploy({ nodes: [target] })).toMatchObject({ status: 200 });
    const heard = await bus.listen("out.>");
    const streams = await bus.listen("$JS.API.STREAM.>");
    for (const device_id of [
      "$JS.API.STREAM.DELETE.IOT_DATA",
      "a.b",
      "*",
      ">",
      "x y",
      "x\r\nPUB $SYS.x 0\r\n\r\n",
      "last",
    ])
      await bus.publish("iot.processed.d1.t", { device_id, key: "t", value: 1 });
    await until("the last", () => heard.some(({ subject }) => subject === "out.last.t"));
    for (const { subject } of heard) expect(subject).toMatch(/^out\.[\w%-]+\.t$/);
    expect(streams.filter(({ subject }) => subject.includes("DELETE"))).toEqual([]);
  });
});
