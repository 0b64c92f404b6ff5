import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startTestApi, temporaryFolder, testFlow } from "./testing.ts";

/** `fetch` does not let a test say who it is. */
function raw(port: number, method: string, path: string, headers: Record<string, string>, body = "") {
  return new Promise<{ status: number; text: string }>((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
const json = { "content-type": "application/json" };

describe("what does not exist", () => {
  test.each(["/api/nothing", "/api", "/api/flows/", "/API/flows", "/api//flows", "/api/flows/a/b/c/d"])(
    "%s is answered in JSON",
    async (path) => {
      const { call } = await startTestApi();
      const answer = await call("POST", path, {});
      expect(answer.status).toBe(404);
      expect(answer.json.error.message).toMatch(/does not exist/);
    },
  );
  test("a method that a route does not have is not there", async () => {
    const { call } = await startTestApi();
    expect((await call("DELETE", "/api/flows")).status).toBe(404);
    expect((await call("GET", "/api/deploy")).status).toBe(404);
  });
  test("a path with a broken escape is refused, not a defect", async () => {
    const { call } = await startTestApi();
    expect((await call("GET", "/api/flows/%ff")).json.error.code).toBe("bad-path");
  });
});

describe("bodies", () => {
  test("that are no JSON say where", async () => {
    const { call } = await startTestApi();
    const at = async (text: string) => (await call("POST", "/api/check", text)).json.error;
    expect(await at('{"document": 1,\n  oops}')).toEqual({
      code: "bad-json",
      message: expect.stringMatching(/^the body is not JSON: .*\(line 2, column 3\)$/),
    });
    expect((await at('{"document":')).message).toMatch(/\(line 1, column 13\)$/);
    expect((await at("")).message).toMatch(/not JSON/);
  });
  test("over 1 MB are refused in words", async () => {
    const { call } = await startTestApi();
    const answer = await call("POST", "/api/check", { document: "x".repeat(2 ** 20) });
    expect(answer).toMatchObject({
      status: 413,
      json: { error: { message: expect.stringMatching(/larger than 1 MB/) } },
    });
  });
  test("nested without end are refused", async () => {
    const { call } = await startTestApi();
    const answer = await call("POST", "/api/check", `{"document":${"[".repeat(100_000)}${"]".repeat(100_000)}}`);
    expect(answer).toMatchObject({ status: 400, json: { error: { code: "too-deep" } } });
  });
  test("of another kind are refused, so that no form of a foreign page gets through", async () => {
    const { port } = await startTestApi();
    const answer = await raw(port, "POST", "/api/check", { "content-type": "text/plain" }, "{}");
    expect(answer.status).toBe(415);
  });
  test("with unknown or wrong fields name them", async () => {
    const { call } = await startTestApi();
    const message = async (body: unknown) => (await call("POST", "/api/deploy", body)).json.error.message;
    expect(await message({ flows: [{ id: "a", baseRevision: "1", document: {} }] })).toMatch(
      /flows\.0\.baseRevision: /,
    );
    expect(await message({ flows: [{ id: "a", baseRevision: 1 }] })).toMatch(/flows\.0\.document: /);
    expect(await message({ flow: [] })).toMatch(/flow/);
    expect(await message({ flows: [] })).toMatch(/flows/);
  });
  test("cannot reach the prototype of objects", async () => {
    const { call } = await startTestApi();
    const text = JSON.stringify({ document: testFlow("a") }).replace("{", '{"__proto__":{"polluted":1},');
    await call("POST", "/api/check", text);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

describe("who may speak", () => {
  test("names that are not the gateway's are refused", async () => {
    const { port } = await startTestApi({ allowedHosts: ["gateway.plant.example"] });
    const status = async (host: string) => (await raw(port, "GET", "/api/flows", { host })).status;
    expect(await status("evil.test")).toBe(421);
    expect(await status(`evil.test:${port}`)).toBe(421);
    expect(await status("127.0.0.1.evil.test")).toBe(421);
    expect(await status("10.1.2.3")).toBe(421);
    expect(await status(`localhost:${port}`)).toBe(200);
    expect(await status("[::1]")).toBe(200);
    expect(await status("Gateway.Plant.example:8443")).toBe(200);
  });
  test("pages from elsewhere change nothing", async () => {
    const { port } = await startTestApi();
    const body = JSON.stringify({ document: testFlow("a") });
    const status = async (headers: Record<string, string>) =>
      (await raw(port, "POST", "/api/check", { ...json, ...headers }, body)).status;
    expect(await status({ origin: "http://evil.test" })).toBe(403);
    expect(await status({ origin: "null" })).toBe(403);
    expect(await status({ "sec-fetch-site": "cross-site" })).toBe(403);
    expect(await status({ origin: `http://127.0.0.1:${port}` })).toBe(200);
    expect(await status({})).toBe(200);
  });
  test("no answer allows other origins to read it", async () => {
    const { url } = await startTestApi();
    const response = await fetch(`${url}/api/flows`, { headers: { origin: "http://evil.test" } });
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
  });
});

test("every answer has the security headers, also the failed ones", async () => {
  const { call } = await startTestApi();
  for (const path of ["/api/flows", "/api/nothing", "/nowhere", "/metrics", "/assets/none.js"]) {
    const { headers } = await call("GET", path);
    expect(headers.get("content-security-policy"), path).toMatch(/default-src 'self';script-src 'self';/);
    expect(headers.get("content-security-policy")).not.toMatch(/unsafe/);
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("x-powered-by")).toBeNull();
  }
});

test("our own defects are told without their insides", async () => {
  const { call } = await startTestApi({
    store: (store) => ({
      ...store,
      readFlows: () => store.readFlows(),
      commit: (commit) => store.commit(commit),
      isUnused: () => true,
      revision: () => undefined,
      close: () => undefined,
      revisions: () => {
        throw new Error("secret path /etc/x");
      },
    }),
  });
  const answer = await call("GET", "/api/flows/a/revisions");
  expect(answer.status).toBe(500);
  expect(answer.json).toEqual({
    error: { code: "internal", message: "the gateway could not do this; its log says why" },
  });
});

describe("the editor", () => {
  const editorFolder = () => {
    const folder = join(temporaryFolder(), "editor");
    mkdirSync(join(folder, "assets"), { recursive: true });
    writeFileSync(join(folder, "index.html"), '<!doctype html><meta property="csp-nonce" nonce="__CSP_NONCE__">');
    writeFileSync(join(folder, "assets/main-abc123.js"), "export {}");
    return folder;
  };
  test("is served for every path that is no file, with a nonce of its own each time", async () => {
    const { call } = await startTestApi({ editorFolder: editorFolder() });
    const nonces = new Set<string | undefined>();
    for (const path of ["/", "/flows/boiler", "/index.html"]) {
      const { text, headers } = await call("GET", path);
      const nonce = /nonce="([^"]+)"/.exec(text)?.[1];
      expect(headers.get("content-security-policy")).toContain(`style-src 'self' 'nonce-${nonce}'`);
      expect(headers.get("cache-control")).toBe("no-cache");
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(3);
  });
  test("has files that browsers keep for ever, since their name changes with them", async () => {
    const { call } = await startTestApi({ editorFolder: editorFolder() });
    const { headers, text } = await call("GET", "/assets/main-abc123.js");
    expect([headers.get("cache-control"), text]).toEqual(["public, max-age=31536000, immutable", "export {}"]);
    expect((await call("GET", "/assets/gone.js")).status).toBe(404);
    expect((await call("GET", "/assets/..%2f..%2fdata/sluice.db")).status).toBe(404);
  });
  test("that is not built says what to do", async () => {
    const { call } = await startTestApi();
    const answer = await call("GET", "/");
    expect([answer.status, answer.text]).toEqual([503, expect.stringMatching(/npm run build/)]);
  });
});

describe("health", () => {
  test("R084 R118 lists bus, JetStream and NATS server, and flips with the connection", async () => {
    const { call, bus } = await startTestApi();
    const health = async () => await call("GET", "/api/health");
    expect(await health()).toMatchObject({
      status: 200,
      json: {
        status: "ok",
        version: "1.2.3",
        bus: { state: "connected", url: "nats://127.0.0.1:4222", server: "memory (nats-server 0)" },
        jetstream: { enabled: true, healthy: true },
        natsServer: { embedded: true, state: "running" },
        runtime: { state: "running", flows: 0, nodes: 0, failing: 0 },
      },
    });
    bus.setConnected(false);
    expect(await health()).toMatchObject({ status: 503, json: { status: "failed", bus: { state: "disconnected" } } });
    bus.setConnected(true);
    expect((await health()).status).toBe(200);
  });
  test("R117 is bad without a bus or runtime, and middling when something does not work", async () => {
    const { call, runtime } = await startTestApi({ jetstream: { enabled: true, healthy: false, detail: "disk full" } });
    expect((await call("GET", "/api/health")).json.status).toBe("degraded");
    runtime.runtimeState = { state: "restarting", detail: "it did not answer" };
    expect(await call("GET", "/api/health")).toMatchObject({
      status: 503,
      json: { runtime: { state: "restarting: it did not answer" } },
    });
  });
  test("counts the nodes whose peer is away", async () => {
    const { call, runtime } = await startTestApi();
    runtime.tell({ statuses: [{ flow: "f", node: "plc", state: "failed", detail: "refused", sinceMs: 1 }] });
    expect((await call("GET", "/api/health")).json).toMatchObject({ status: "degraded", runtime: { failing: 1 } });
  });
});

test("the way of a message is asked of the runtime", async () => {
  const api = await startTestApi();
  const hop = { flow: "f", node: "hot", port: "out", atMs: 1, text: "{}", truncated: false };
  api.runtime.hops = [hop];
  expect((await api.call("GET", "/api/traces/some%2Fid")).json).toEqual({ hops: [hop] });
});

describe("publishing", () => {
  test("R164 is exactly `nats pub`: text as it is, anything else as JSON", async () => {
    const { call, bus } = await startTestApi();
    const publish = (subject: string, payload: unknown) => call("POST", "/api/publish", { subject, payload });
    expect((await publish("iot.processed.test", { value: 25.5 })).json).toEqual({ ok: true });
    await publish("iot.raw.mqtt.d1", "25.5 °C");
    expect(bus.published.map(({ subject, data }) => [subject, Buffer.from(data).toString()])).toEqual([
      ["iot.processed.test", '{"value":25.5}'],
      ["iot.raw.mqtt.d1", "25.5 °C"],
    ]);
  });
  test("on what is no subject, or without a bus, says so", async () => {
    const { call, bus } = await startTestApi();
    const publish = (subject: string) => call("POST", "/api/publish", { subject, payload: 1 });
    for (const subject of ["", "iot.*", "a b", "iot..x", "$JS.API.STREAM.DELETE.X"])
      expect((await publish(subject)).json.error.code).toBe("bad-subject");
    bus.setConnected(false);
    expect(await publish("iot.x")).toMatchObject({ status: 503, json: { error: { code: "bus-away" } } });
  });
});

test("R112 R113 R114 metrics show counters by flow and node, the bus and the process", async () => {
  const { call, runtime } = await startTestApi();
  runtime.tell({
    nodes: [
      {
        flow: "boiler",
        node: "hot",
        counters: { received: 1000, emitted: 993, failed: 7, dropped: 0, queued: 3, lastMessageMs: 1_500 },
      },
    ],
    statuses: [{ flow: "boiler", node: "hot", state: "connected", detail: "", sinceMs: 0 }],
  });
  const { text, headers } = await call("GET", "/metrics");
  expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
  const lines = text.split("\n");
  for (const line of [
    "sluice_up 1",
    "sluice_bus_connected 1",
    'sluice_node_received_total{flow="boiler",node="hot"} 1000',
    'sluice_node_emitted_total{flow="boiler",node="hot"} 993',
    'sluice_node_failed_total{flow="boiler",node="hot"} 7',
    'sluice_node_queued{flow="boiler",node="hot"} 3',
    'sluice_node_last_message_timestamp_seconds{flow="boiler",node="hot"} 1.5',
    'sluice_node_healthy{flow="boiler",node="hot"} 1',
    "# TYPE sluice_node_received_total counter",
  ])
    expect(lines).toContain(line);
  expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  expect(text).toMatch(/^nodejs_eventloop_lag_p99_seconds [\d.e-]+$/m);
  const shape = /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-\d.e+]+|)$/;
  expect(lines.filter((line) => !shape.test(line))).toEqual([]);
});

test("a port that is taken is left for a free one, and said so", async () => {
  const first = await startTestApi();
  const second = await startTestApi({ port: first.port });
  expect(second.port).not.toBe(first.port);
  expect([first.isOtherPort, second.isOtherPort]).toEqual([false, true]);
});

test("a request that is never finished does not keep the gateway from closing", async () => {
  const { port, close } = await startTestApi();
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  await new Promise<void>((resolve) =>
    socket.write("POST /api/check HTTP/1.1\r\nHost: localhost\r\n", () => resolve()),
  );
  const ended = new Promise((resolve) => socket.on("close", resolve));
  await close();
  await ended;
});
