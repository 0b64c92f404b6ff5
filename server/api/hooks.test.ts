import { request as sendRequest } from "node:http";
import { connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import type { HookAnswer, HookLimits, HookRequest } from "../../nodes/contract/connector.ts";
import { ConnectionError } from "../../nodes/contract/errors.ts";
import { ManualClock } from "../../nodes/contract/testing.ts";
import { until } from "../../test/peers/program.ts";
import { RateLimit } from "./rate-limit.ts";
import { startTestApi, type TestApiOptions } from "./testing.ts";

const limits: HookLimits = { methods: ["POST"], maxBodyBytes: 100, maxPending: 2, maxPerSecond: 0 };

async function serving(
  changes: Partial<HookLimits> = {},
  onRequest: (request: HookRequest) => Promise<HookAnswer> = async () => ({ status: 204 }),
  options: TestApiOptions = {},
) {
  const api = await startTestApi(options);
  const heard: HookRequest[] = [];
  const opened = await api.hooks.http("line/mes", { ...limits, ...changes }, (request) => {
    heard.push(request);
    return onRequest(request);
  });
  const post = (body: string, headers: Record<string, string> = {}, path = "/hooks/line/mes") =>
    api.call("POST", path, body, headers);
  return { ...api, heard, opened, post };
}

test("a node gets the request as it was sent, and its answer goes back", async () => {
  const { heard, post } = await serving({}, async () => ({
    status: 202,
    headers: { "X-Id": "7" },
    json: { ok: true },
  }));
  const answer = await post("[1, 2]", { "x-line": "a" }, "/hooks/line/mes?device=d1&a=1&a=2");
  expect(answer).toMatchObject({ status: 202, json: { ok: true } });
  expect(answer.headers.get("x-id")).toBe("7");
  expect(answer.headers.get("cache-control")).toBe("no-store");
  expect(heard[0]).toMatchObject({ method: "POST", query: { device: "d1", a: "2" }, remoteAddress: "127.0.0.1" });
  expect(heard[0]?.headers["x-line"]).toBe("a");
  expect(Buffer.from(heard[0]?.body ?? []).toString("utf8")).toBe("[1, 2]");
});

test("a path that nobody serves says nothing more than that", async () => {
  const { post, heard, opened } = await serving();
  for (const path of ["/hooks/line", "/hooks/line/mes/x", "/hooks/", "/hooks", "/hooks/LINE/MES"]) {
    const answer = await post("1", {}, path);
    expect(answer).toMatchObject({ status: 404, json: { error: { code: "not-found", message: "not found" } } });
  }
  await opened.close();
  expect((await post("1")).status).toBe(404);
  expect(heard).toEqual([]);
});

test("a path belongs to one node", async () => {
  const { hooks } = await serving();
  await expect(hooks.http("line/mes", limits, async () => ({ status: 204 }))).rejects.toThrow(
    /another node serves \/hooks\/line\/mes/,
  );
});

test("other methods, foreign pages and unknown names of the gateway are refused", async () => {
  const { call, post, port, heard } = await serving();
  const other = await call("GET", "/hooks/line/mes");
  expect([other.status, other.headers.get("allow")]).toEqual([405, "POST"]);
  expect((await post("1", { origin: "http://evil.test" })).status).toBe(403);
  expect((await post("1", { "sec-fetch-site": "cross-site" })).status).toBe(403);
  const status = await new Promise((resolve) =>
    sendRequest({ port, method: "POST", path: "/hooks/line/mes", headers: { host: "evil.test" } }, ({ statusCode }) =>
      resolve(statusCode),
    ).end(),
  );
  expect(status).toBe(421);
  expect(heard).toEqual([]);
});

test("pages that the settings name may call", async () => {
  const { post } = await serving({}, undefined, { allowedOrigins: ["https://hmi.plant.example"] });
  expect((await post("1", { origin: "https://hmi.plant.example" })).status).toBe(204);
});

test("F13 a body of the limit is taken, one byte more is not, nor one without an end", async () => {
  const { post, port, heard } = await serving();
  expect((await post("x".repeat(100))).status).toBe(204);
  expect(await post("x".repeat(101))).toMatchObject({ status: 413, json: { error: { code: "too-large" } } });
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let received = "";
  let ended = false;
  socket.on("data", (data) => {
    received += data;
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    ended = true;
  });
  socket.write("POST /hooks/line/mes HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n");
  const flood = setInterval(() => socket.write(`32\r\n${"x".repeat(50)}\r\n`), 10);
  await until("the connection ends", () => ended).finally(() => clearInterval(flood));
  expect(received).toMatch(/^HTTP\/1\.1 413 /);
  expect(heard.map(({ body }) => body.length)).toEqual([100]);
});

test("too many at once are told to come again", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { post, heard } = await serving({}, async () => {
    await held;
    return { status: 204 };
  });
  const first = [post("1"), post("2")];
  await until("both are under way", () => heard.length === 2);
  const third = await post("3");
  expect([third.status, third.headers.get("retry-after")]).toEqual([503, "1"]);
  release();
  expect((await Promise.all(first)).map(({ status }) => status)).toEqual([204, 204]);
  expect((await post("4")).status).toBe(204);
});

test("a client that comes too often is told when to come again", async () => {
  const { post, clock } = await serving({ maxPerSecond: 2 });
  expect([(await post("1")).status, (await post("2")).status]).toEqual([204, 204]);
  const refused = await post("3");
  expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "1"]);
  clock.advance(500);
  expect([(await post("4")).status, (await post("5")).status]).toEqual([204, 429]);
});

test("a client that vanishes in the middle of its body leaves nothing behind", async () => {
  const { post, port, heard } = await serving({ maxPending: 1 });
  const socket = connect(port, "127.0.0.1");
  socket.write("POST /hooks/line/mes HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 50\r\n\r\nhalf");
  await until("it is under way", async () => (await post("1")).status === 503);
  socket.destroy();
  await until("there is room again", async () => (await post("2")).status === 204);
  expect(heard.some(({ body }) => Buffer.from(body).includes("half"))).toBe(false);
});

test("a node that cannot take it now is a 503, a defect of ours a 500 without details", async () => {
  const failures = [new ConnectionError("the bus is away"), new Error("secret of the code")];
  const { post } = await serving({}, () => Promise.reject(failures.shift()));
  const away = await post("1");
  expect(away).toMatchObject({ status: 503, json: { error: { message: "the bus is away" } } });
  expect(away.headers.get("retry-after")).toBe("1");
  const broken = await post("1");
  expect(broken.status).toBe(500);
  expect(broken.text).not.toContain("secret");
});

test("each client has a rate of its own, and the memory of them is bounded", () => {
  const clock = new ManualClock();
  const rate = new RateLimit(clock, 1);
  expect([rate.take("a"), rate.take("a"), rate.take("b")]).toEqual([undefined, 1, undefined]);
  for (let client = 0; client < 10_000; client++) rate.take(`other-${client}`);
  expect(rate.take("a")).toBe(undefined);
});
