import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { until } from "../peers/program.ts";
import { ask, type GuardedGateway, insides, openSocket, sendRaw, startGuardedGateway } from "./attacker.ts";

let gateway: GuardedGateway;
beforeAll(async () => {
  gateway = await startGuardedGateway();
});
afterAll(() => gateway.stop());

const check = (body: string, headers: Record<string, string> = {}) =>
  ask(gateway.port, "POST", "/api/check", { ...gateway.as("editor"), ...headers }, body);
const healthy = async () => {
  const { status, text } = await ask(gateway.port, "GET", "/api/health");
  return status === 200 && (JSON.parse(text) as { status: string }).status !== "failed";
};

test("S19 bodies that are too deep, too long or too many names are refused with a reason", async () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
  const answers = [
    await check(nested(100_000)),
    await check(`{"document":${nested(65)}}`),
    await check(`{"document":${'{"a":'.repeat(100_000)}1${"}".repeat(100_000)}}`),
    await check(`{"document":{${Array.from({ length: 60_000 }, (_, index) => `"k${index}":1`).join(",")}}}`),
    await check(`{"document":{"format":1,"id":"${"x".repeat(900_000)}"}}`),
    await check(`{"document":"${"x".repeat(1_100_000)}"}`),
  ];
  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 200, 200, 413]);
  for (const { text } of answers) {
    expect(text).not.toMatch(insides);
    expect(text.length).toBeLessThan(20_000);
  }
  expect(await healthy()).toBe(true);
});

test("S19 a body that grows when it is unpacked is cut off at the limit of the unpacked one", async () => {
  const bomb = gzipSync(Buffer.alloc(200_000_000, "["));
  const head = [
    "POST /api/check HTTP/1.1",
    `Host: 127.0.0.1:${gateway.port}`,
    `Authorization: ${gateway.as("editor")["authorization"]}`,
    "Content-Type: application/json",
    "Content-Encoding: gzip",
    "Connection: close",
    `Content-Length: ${bomb.length}`,
  ];
  const { status } = await sendRaw(gateway.port, Buffer.concat([Buffer.from(`${head.join("\r\n")}\r\n\r\n`), bomb]));
  expect(status).toBe(413);
  expect((await check("{}", { "content-encoding": "bogus" })).status).toBe(415);
});

test("S20 headers without end, in number and length, are refused", async () => {
  const line = `X-Filler: ${"x".repeat(1_000)}\r\n`;
  const start = `GET /api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n`;
  expect((await sendRaw(gateway.port, `${start}${line.repeat(40)}\r\n`)).status).toBe(431);
  expect((await sendRaw(gateway.port, `GET /${"a".repeat(70_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`)).status).toBe(
    431,
  );
  expect(await healthy()).toBe(true);
});

test("S20 requests that mean two things to two servers are refused", async () => {
  const host = `Host: 127.0.0.1:${gateway.port}\r\nConnection: close\r\n`;
  const smuggled = [
    `POST /api/check HTTP/1.1\r\n${host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
    `POST /api/check HTTP/1.1\r\n${host}Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello`,
    `POST /api/check HTTP/1.1\r\n${host}Transfer-Encoding: x, chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
    `GET /api/health HTTP/1.1\r\n${host}Host: evil.example\r\n\r\n`,
    `GET /api/health HTTP/1.1\r\nConnection: close\r\n\r\n`,
    `GET /api/health HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n`,
    `GET\t/api/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`,
  ];
  for (const bytes of smuggled) expect((await sendRaw(gateway.port, bytes)).status, bytes).toBeGreaterThanOrEqual(400);
});

test("S20 a thousand clients that never finish their request keep nobody else waiting, and are closed", async () => {
  const half = `POST /api/session HTTP/1.1\r\nHost: 127.0.0.1:${gateway.port}\r\nContent-Type: application/json\r\n`;
  const sockets = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) =>
      openSocket(gateway.port, index % 2 === 0 ? half : `${half}Content-Length: 100\r\n\r\n{"name":`),
    ),
  );
  let closed = 0;
  for (const socket of sockets)
    socket
      .on("error", () => socket.destroy())
      .on("close", () => closed++)
      .resume();
  const tookMs: number[] = [];
  for (let index = 0; index < 20; index++) {
    const beganMs = performance.now();
    expect(await healthy()).toBe(true);
    tookMs.push(performance.now() - beganMs);
  }
  expect(Math.min(...tookMs)).toBeLessThan(500);
  // Those without complete headers have 10 s.
  await until("half of them are closed", () => closed >= 500, 40_000);
  for (const socket of sockets) socket.destroy();
});
