import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { json } from "../../../test/peers/web-server.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { RetryAfterError } from "./poll.ts";
import { polling, serve } from "./testing.ts";

test("R038 an answer becomes a raw reading of its device, untouched, with what HTTP says about it", async () => {
  const server = await serve((_asked, response) =>
    response.writeHead(200, { "content-type": "application/json", etag: '"7"' }).end('{"temperature": 21.50}'),
  );
  const { poll, readings } = polling({ url: `${server.url}/values?key=secret`, deviceId: "boiler-1" });
  expect(await poll()).toEqual({ sent: 1, isCut: false });
  expect(readings).toEqual([
    {
      device_id: "boiler-1",
      payload: '{"temperature": 21.50}',
      encoding: "text",
      metadata: { url: `${server.url}/values`, status: 200, contentType: "application/json", etag: '"7"' },
    },
  ]);
  expect(server.asked[0]).toMatchObject({ method: "GET", url: "/values?key=secret", body: "" });
});

test("without a device id the host is the device, and it can be read from the answer", async () => {
  const server = await serve((_asked, response) => json(response, { meta: { serial: 4711 } }));
  const host = polling({ url: server.url });
  await host.poll();
  expect(host.readings[0]?.device_id).toBe("127.0.0.1");
  const named = polling({ url: server.url, deviceId: `meter-\${body.meta.serial}` });
  await named.poll();
  expect(named.readings[0]?.device_id).toBe("meter-4711");
  const missing = polling({ url: server.url, deviceId: `\${body.name}` });
  expect(await missing.failure()).toBe("the device id: there is no body.name");
});

test("bytes that are no text become base64, other character sets text", async () => {
  const server = await serve(({ url }, response) => {
    const type = url === "/latin" ? "text/plain; charset=iso-8859-1" : "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(Buffer.from([0xb0, 0x43]));
  });
  const latin = polling({ url: `${server.url}/latin` });
  await latin.poll();
  expect(latin.readings[0]).toMatchObject({ payload: "°C", encoding: "text" });
  const bytes = polling({ url: server.url });
  await bytes.poll();
  expect(bytes.readings[0]).toMatchObject({ payload: "sEM=", encoding: "base64" });
});

test("method, query, headers and body are filled from what is known", async () => {
  const server = await serve((_asked, response) => json(response, {}));
  const { poll, clock } = polling({
    url: `${server.url}/q`,
    method: "POST",
    query: { from: `\${last}`, name: "a & b" },
    headers: { "X-Now": `\${now_ms}` },
    body: `{"to": "\${now}"}`,
  });
  await poll();
  clock.advance(60_000);
  await poll();
  expect(server.asked.map(({ method, url, body }) => ({ method, url, body }))).toEqual([
    {
      method: "POST",
      url: "/q?from=1970-01-01T00%3A00%3A00.000Z&name=a+%26+b",
      body: '{"to": "2026-01-01T00:00:00.000Z"}',
    },
    {
      method: "POST",
      url: "/q?from=2026-01-01T00%3A00%3A00.000Z&name=a+%26+b",
      body: '{"to": "2026-01-01T00:01:00.000Z"}',
    },
  ]);
  expect(server.asked[0]?.headers).toMatchObject({
    "content-type": "application/json",
    "x-now": String(Date.UTC(2026, 0, 1)),
  });
});

test("what is carried over counts only when the poll has worked", async () => {
  let id = 0;
  const server = await serve((_asked, response) => json(response, { last_id: ++id }));
  let fails = false;
  const { poll, failure } = polling(
    {
      url: server.url,
      query: { since: `\${state.since}` },
      state: [{ name: "since", from: "body.last_id", initial: "0" }],
    },
    { onEmit: async () => (fails ? Promise.reject(new ConnectionError("the bus is away")) : undefined) },
  );
  await poll();
  await poll();
  fails = true;
  expect(await failure()).toBe("the bus is away");
  fails = false;
  await poll();
  expect(server.asked.map(({ url }) => url)).toEqual(["/?since=0", "/?since=1", "/?since=2", "/?since=2"]);
});

test("an answer cannot write headers into the next request", async () => {
  const server = await serve((_asked, response) => json(response, { token: "a\r\nX-Evil: 1\u2028é" }));
  const { poll } = polling({
    url: server.url,
    headers: { "X-Token": `\${state.token}` },
    state: [{ name: "token", from: "body.token" }],
  });
  await poll();
  await poll();
  expect(server.asked[1]?.headers["x-token"]).toBe("a  X-Evil: 1 é");
  expect(server.asked[1]?.headers).not.toHaveProperty("x-evil");
});

test("a reading that is too large for the bus holds nothing up", async () => {
  const server = await serve((_asked, response) => json(response, {}));
  const { poll } = polling(
    { url: server.url },
    { onEmit: () => Promise.reject(new MessageError("payload_too_large", "2 MB")) },
  );
  await poll();
});

test("an unchanged answer is sent again or left out, as set", async () => {
  let value = 1;
  const server = await serve((_asked, response) => json(response, value));
  const again = polling({ url: server.url });
  const dropped = polling({ url: server.url, unchanged: "drop" });
  for (value of [1, 1, 2, 1]) {
    await again.poll();
    await dropped.poll();
  }
  expect(again.payloads()).toEqual(["1", "1", "2", "1"]);
  expect(dropped.payloads()).toEqual(["1", "2", "1"]);
});

test("ETag and Last-Modified are given back, and 304 is no reading", async () => {
  const date = "Thu, 01 Jan 2026 00:00:00 GMT";
  const server = await serve(({ headers }, response) => {
    if (headers["if-none-match"] === '"a"') response.writeHead(304).end();
    else json(response, 1, { etag: '"a"', "last-modified": date });
  });
  const { poll, payloads } = polling({ url: server.url });
  for (let count = 0; count < 3; count++) await poll();
  expect(payloads()).toEqual(["1"]);
  expect(server.asked[2]?.headers).toMatchObject({ "if-none-match": '"a"', "if-modified-since": date });
  const always = polling({ url: server.url, conditional: false });
  await always.poll();
  await always.poll();
  expect(always.payloads()).toEqual(["1", "1"]);
});

test("a reading the bus did not take is asked for in full again", async () => {
  const server = await serve(({ headers }, response) => {
    if (headers["if-none-match"] !== undefined) response.writeHead(304).end();
    else json(response, 1, { etag: '"a"' });
  });
  let isAway = true;
  const { poll, failure, payloads } = polling(
    { url: server.url, unchanged: "drop" },
    { onEmit: async () => (isAway ? Promise.reject(new ConnectionError("the bus is away")) : undefined) },
  );
  expect(await failure()).toBe("the bus is away");
  isAway = false;
  await poll();
  expect(payloads()).toEqual(["1"]);
});

test("a status that is not success is no reading, and says what it means", async () => {
  const server = await serve(({ url }, response) => response.writeHead(Number(url.slice(1))).end("sorry"));
  for (const [status, words] of [
    [404, /answers 404: there is nothing at this address$/],
    [401, /answers 401: it wants a sign-in/],
    [500, /answers 500: it has a fault of its own$/],
    [304, /answers 304/],
  ] as const) {
    const { failure, readings } = polling({ url: `${server.url}/${status}` });
    expect(await failure()).toMatch(words);
    expect(readings).toEqual([]);
  }
  const wanted = polling({ url: `${server.url}/404`, success: [200, 404] });
  await wanted.poll();
  expect(wanted.readings[0]).toMatchObject({ payload: "sorry", metadata: { status: 404 } });
  expect(await polling({ url: `${server.url}/201`, success: [200] }).failure()).toMatch(/answers 201$/);
});

test("Retry-After is understood as seconds and as a date", async () => {
  let header = "120";
  const server = await serve((_asked, response) => response.writeHead(503, { "retry-after": header }).end());
  const { poll } = polling({ url: server.url });
  const waitMs = async () => {
    const error = await poll().catch((reason: unknown) => reason);
    return error instanceof RetryAfterError ? error.waitMs : error;
  };
  expect(await waitMs()).toBe(120_000);
  header = "Thu, 01 Jan 2026 00:05:00 GMT";
  expect(await waitMs()).toBe(300_000);
  header = "999999999999";
  expect(await waitMs()).toBe(86_400_000);
  header = "soon";
  expect(await waitMs()).toBeInstanceOf(ConnectionError);
});

test("sign-in with user name and password, or a token", async () => {
  const server = await serve((_asked, response) => json(response, {}));
  await polling({ url: server.url, auth: { kind: "basic", username: "ada", password: "p:w" } }).poll();
  await polling({ url: server.url, auth: { kind: "bearer", token: "t0k" } }).poll();
  expect(server.asked.map(({ headers }) => headers.authorization)).toEqual(["Basic YWRhOnA6dw==", "Bearer t0k"]);
});

test("compressed answers are unfolded up to the limit", async () => {
  const server = await serve(({ url }, response) => {
    const content = url === "/bomb" ? Buffer.alloc(5_000_000) : Buffer.from("25.5");
    response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(content));
  });
  const { poll, payloads } = polling({ url: server.url });
  await poll();
  expect(payloads()).toEqual(["25.5"]);
  expect(server.asked[0]?.headers["accept-encoding"]).toBe("gzip, deflate, br, zstd");
  expect(await polling({ url: `${server.url}/bomb` }).failure()).toBe("the answer unfolds to more than 1048576 bytes");
});

test("F13 an answer that is too large, or has no end, is given up", async () => {
  const server = await serve(({ url }, response) => {
    response.writeHead(200);
    if (url !== "/endless") return void response.end("x".repeat(Number(url.slice(1))));
    const more = () => {
      if (!response.destroyed) response.write("x".repeat(500), () => setImmediate(more));
    };
    more();
  });
  const limited = (path: string) => polling({ url: `${server.url}/${path}`, maxBodyBytes: 1_000 });
  await limited("1000").poll();
  expect(await limited("1001").failure()).toBe("the answer has more than 1000 bytes");
  expect(await limited("endless").failure()).toBe("the answer has more than 1000 bytes");
});

test("a server that does not finish in time is given up, also one that sends byte by byte", async () => {
  const server = await serve((_asked, response) => void response.writeHead(200).write("2"));
  const { poll, clock } = polling({ url: server.url, timeout: "5s" });
  const polled = poll();
  await expect.poll(() => server.asked.length).toBe(1);
  clock.advance(5_000);
  await expect(polled).rejects.toThrow(
    new ConnectionError(`no complete answer from 127.0.0.1:${server.port} within 5 s`),
  );
});

test("where nothing listens is said in words", async () => {
  const server = await serve(() => undefined);
  await server.stop();
  expect(await polling({ url: server.url }).failure()).toMatch(
    /^nothing listens at 127\.0\.0\.1:\d+: is the web server/,
  );
});

test("a server that breaks off in the middle gives no reading", async () => {
  const server = await serve((_asked, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half", () => response.destroy());
  });
  const { failure, readings } = polling({ url: server.url });
  expect(await failure()).toMatch(/^(?:the request to 127\.0\.0\.1:\d+ failed|127\.0\.0\.1:\d+ broke off)/);
  expect(readings).toEqual([]);
});
