import { createHmac } from "node:crypto";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { HookAnswer, HookLimits, HookRequest } from "../../contract/connector.ts";
import { ConnectionError, MessageError } from "../../contract/errors.ts";
import { connectorSurroundings, ManualClock } from "../../contract/testing.ts";
import { contentsOf } from "./content.ts";
import webhook from "./webhook.node.ts";

type Reading = {
  readonly device_id: string;
  readonly payload: unknown;
  readonly encoding: string;
  readonly metadata: object;
};

/** The node with the gateway's side played by the test. */
async function serve(config: Record<string, unknown> = {}, onEmit: () => Promise<void> = async () => undefined) {
  const clock = new ManualClock();
  const readings: Reading[] = [];
  const reports: string[] = [];
  const statuses: string[] = [];
  let served: { path: string; limits: HookLimits; onRequest(request: HookRequest): Promise<HookAnswer> } | undefined;
  const opened = await webhook.open(webhook.config.parse(config), {
    ...connectorSurroundings(),
    clock,
    signal: new AbortController().signal,
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    lost: () => undefined,
    report: ({ type, message }) => reports.push(`${type}: ${message}`),
    connection: undefined,
    endpoints: {
      ...connectorSurroundings().endpoints,
      async http(path, limits, onRequest) {
        served = { path, limits, onRequest };
        return {
          close: async () => {
            served = undefined;
          },
        };
      },
    },
    emit: async (reading) => {
      await onEmit();
      readings.push(reading);
    },
  });
  const send = (body: string | Uint8Array, headers: Record<string, string> = {}, query = {}) => {
    if (served === undefined) throw new Error("nobody serves it");
    const bytes = typeof body === "string" ? Buffer.from(body) : body;
    return served.onRequest({ method: "POST", query, headers, remoteAddress: "10.0.0.9", body: bytes });
  };
  return { clock, readings, reports, statuses, send, served: () => served, close: () => opened.close() };
}

const json = { "content-type": "application/json" };

test("R038 a request becomes a raw reading of its device, untouched, with what HTTP says about it", async () => {
  const { send, readings, served, close, statuses } = await serve({ path: "line/press" });
  expect(await send('{"temperature": 21.50}', json, { device_id: "press-1" })).toEqual({
    status: 200,
    json: { stored: 1 },
  });
  expect(readings).toEqual([
    {
      device_id: "press-1",
      payload: '{"temperature": 21.50}',
      encoding: "text",
      metadata: {
        path: "/hooks/line/press",
        method: "POST",
        remoteAddress: "10.0.0.9",
        contentType: "application/json",
        query: { device_id: "press-1" },
      },
    },
  ]);
  expect(served()).toMatchObject({ path: "line/press", limits: { methods: ["POST"], maxBodyBytes: 1_048_576 } });
  expect(statuses).toEqual(["connected: takes POST on /hooks/line/press; whoever reaches the gateway may send"]);
  await close();
  expect(served()).toBeUndefined();
});

test("the device is in the query, in the content, or the path; or what a template reads", async () => {
  const plain = await serve({ path: "line/press" });
  await plain.send("1", {}, { device_id: "q" });
  await plain.send('{"device_id": "c"}');
  await plain.send('{"device_id": 7}');
  await plain.send("[1]");
  await plain.send("text");
  expect(plain.readings.map(({ device_id }) => device_id)).toEqual(["q", "c", "7", "line-press", "line-press"]);
  const named = await serve({ deviceId: `\${headers["x-line"]}-\${body.id}` });
  await named.send('{"id": 3}', { "x-line": "a" });
  expect(named.readings[0]?.device_id).toBe("a-3");
  expect(await named.send('{"no": 3}', { "x-line": "a" })).toMatchObject({
    status: 400,
    json: { error: { code: "missing-field", message: "the device id: there is no body.id" } },
  });
});

test("a JSON list and NDJSON are readings of their own, with all digits of their numbers", async () => {
  const { send, readings } = await serve();
  expect(await send('[{"device_id":"a","n":12345678901234567890}, 2.50 ,"x, ]", [1,[2]], {}]')).toEqual({
    status: 200,
    json: { stored: 5 },
  });
  await send('{"device_id":"b"}\n\n{"device_id":"c"}\r\n', { "content-type": "application/x-ndjson" });
  expect(readings.map(({ device_id, payload }) => [device_id, payload])).toEqual([
    ["a", '{"device_id":"a","n":12345678901234567890}'],
    ["in", "2.50"],
    ["in", '"x, ]"'],
    ["in", "[1,[2]]"],
    ["in", "{}"],
    ["b", '{"device_id":"b"}'],
    ["c", '{"device_id":"c"}'],
  ]);
  const whole = await serve({ split: false });
  await whole.send("[1, 2]");
  expect(whole.readings.map(({ payload }) => payload)).toEqual(["[1, 2]"]);
});

test("the entries of any list are those that JSON.parse finds", () => {
  const limits = { split: true, maxBodyBytes: 1_000_000, maxReadings: 100_000 };
  fc.assert(
    fc.property(fc.array(fc.jsonValue()), fc.constantFrom(0, 1), (list, indent) => {
      const body = Buffer.from(JSON.stringify(list, undefined, indent));
      const contents = contentsOf({ headers: {}, body }, limits);
      expect(contents.map(({ payload }) => JSON.parse(payload))).toEqual(JSON.parse(JSON.stringify(list)));
    }),
  );
});

test("what cannot be read is refused as a whole, and says where", async () => {
  const { send, readings } = await serve({ maxReadings: 3, maxBodyBytes: 1_000 });
  const ndjson = { "content-type": "application/x-ndjson" };
  const refused = async (body: string | Uint8Array, headers = {}) => {
    const { status, json: answer } = await send(body, headers);
    return [status, (answer as { error: { message: string } }).error.message];
  };
  expect(await refused('{"a": ', json)).toEqual([400, expect.stringMatching(/^the body is not JSON: /)]);
  expect(await refused('{"a": 1}\n{"a": ', ndjson)).toEqual([400, expect.stringMatching(/^line 2 is not JSON: /)]);
  expect(await refused("[1,2,3,4]")).toEqual([413, "4 readings; send at most 3 in a request"]);
  expect(await refused("")).toEqual([400, "the body is empty"]);
  expect(await refused(Buffer.from([0xff, 0x01]), json)).toEqual([400, "the body is not UTF-8"]);
  expect(await refused(gzipSync(Buffer.alloc(2_000, "1")), { "content-encoding": "gzip" })).toEqual([
    413,
    "the body unfolds to more than 1000 bytes",
  ]);
  expect(await refused("1", { "content-encoding": "gzip" })).toEqual([
    400,
    expect.stringMatching(/^the body is not gzip/),
  ]);
  expect(await refused("1", { "content-encoding": "zip" })).toEqual([
    415,
    expect.stringContaining("gzip, deflate, br or zstd"),
  ]);
  expect(readings).toEqual([]);
});

test("compressed bodies, and bytes that are no text, are taken", async () => {
  const { send, readings } = await serve();
  await send(gzipSync('{"a":1}'), { ...json, "content-encoding": "gzip" });
  await send(Buffer.from([0xff, 0x01]), { "content-type": "application/octet-stream" });
  expect(readings.map(({ payload, encoding }) => [payload, encoding])).toEqual([
    ['{"a":1}', "text"],
    ["/wE=", "base64"],
  ]);
});

test("with a token only requests that carry it are taken; the others learn nothing and are told once", async () => {
  const { send, readings, reports, clock } = await serve({ auth: { kind: "token", token: "t0k" } });
  for (const headers of [
    {},
    { authorization: "Bearer nope" },
    { authorization: "t0k" },
    { authorization: "Basic t0k" },
  ])
    expect(await send("1", headers as Record<string, string>)).toEqual({
      status: 401,
      headers: { "WWW-Authenticate": "Bearer" },
      json: { error: { code: "unauthorized", message: "unauthorized" } },
    });
  expect(await send("1", { authorization: "Bearer t0k" })).toMatchObject({ status: 200 });
  expect(readings).toHaveLength(1);
  expect(reports).toEqual(["unauthorized: a request from 10.0.0.9 without a token was refused"]);
  clock.advance(10_000);
  await send("1");
  expect(reports[1]).toMatch(/was refused, and 3 more since the last such message$/);
  const own = await serve({ auth: { kind: "token", token: "t0k", tokenHeader: "X-Api-Key" } });
  expect(await own.send("1", { "x-api-key": "t0k" })).toMatchObject({ status: 200 });
});

test("with a signature only what was signed is taken, byte for byte", async () => {
  const { send } = await serve({ auth: { kind: "hmac", secret: "s3" } });
  const sign = (body: string, secret = "s3") => createHmac("sha256", secret).update(body).digest("hex");
  const sent = async (body: string, signature?: string) =>
    (await send(body, signature === undefined ? {} : { "x-hub-signature-256": signature })).status;
  expect(await sent('{"a":1}', `sha256=${sign('{"a":1}')}`)).toBe(200);
  expect(await sent('{"a":1}', `sha256=${sign('{"a":1}', "old")}, sha256=${sign('{"a":1}')}`)).toBe(200);
  expect(await sent('{"a":2}', `sha256=${sign('{"a":1}')}`)).toBe(401);
  expect(await sent('{"a":1}', sign('{"a":1}'))).toBe(401);
  expect(await sent('{"a":1}', "sha256=")).toBe(401);
  expect(await sent('{"a":1}', `sha256=${sign('{"a":1}')}00`)).toBe(401);
  expect(await sent('{"a":1}')).toBe(401);
});

test("with a signed time an old request cannot be sent again", async () => {
  const auth = { kind: "hmac", secret: "s3", timestampHeader: "X-Time", encoding: "base64", signaturePrefix: "" };
  const { send, clock } = await serve({ auth });
  const time = String(clock.now() / 1_000);
  const signature = createHmac("sha256", "s3").update(`${time}.1`).digest("base64");
  const again = async (at = time) => (await send("1", { "x-hub-signature-256": signature, "x-time": at })).status;
  expect(await again()).toBe(200);
  expect(await again(String(Number(time) + 1))).toBe(401);
  expect(await again("")).toBe(401);
  clock.advance(301_000);
  expect(await again()).toBe(401);
});

test("an answer comes when the readings are on the bus; while it is away the sender keeps them", async () => {
  let isAway = true;
  const { send } = await serve({}, async () =>
    isAway ? Promise.reject(new ConnectionError("the bus is away")) : undefined,
  );
  expect(await send("1")).toEqual({
    status: 503,
    headers: { "Retry-After": "1" },
    json: { error: { code: "unavailable", message: "the bus is away" } },
  });
  isAway = false;
  expect(await send("1")).toMatchObject({ status: 200 });
  const large = await serve({}, () => Promise.reject(new MessageError("payload_too_large", "2 MB")));
  expect(await large.send("1")).toMatchObject({ status: 413, json: { error: { code: "payload-too-large" } } });
});

test("an answer on receipt does not wait for the bus, and a loss after it is told", async () => {
  let fail = (_error: Error) => {};
  const { send, reports } = await serve(
    { acknowledge: "received" },
    () => new Promise((_resolve, reject) => (fail = reject)),
  );
  expect(await send("1")).toEqual({ status: 202, json: { received: 1 } });
  expect(await send("{", json)).toMatchObject({ status: 400 });
  fail(new ConnectionError("the bus is away"));
  await expect
    .poll(() => reports)
    .toEqual(["lost: a request was answered, but not all of it got on the bus: the bus is away"]);
});

test("a request that comes again with its key is taken once and answered alike", async () => {
  const { send, readings, clock } = await serve({ idempotencyTime: "1m" });
  const key = { "idempotency-key": "k1" };
  const [first, second] = await Promise.all([send("1", key), send("1", key)]);
  expect(first).toEqual({ status: 200, json: { stored: 1 } });
  expect(second).toEqual({ ...first, headers: { "Idempotency-Replayed": "true" } });
  expect(await send("2", key)).toMatchObject({ status: 422, json: { error: { code: "key-reused" } } });
  expect(readings).toHaveLength(1);
  clock.advance(60_000);
  await send("1", key);
  expect(readings).toHaveLength(2);
});

test("a key whose request failed may be used again, and a key does not stand for a sign-in", async () => {
  let isAway = true;
  const { send, readings } = await serve({ auth: { kind: "token", token: "t" } }, async () =>
    isAway ? Promise.reject(new ConnectionError("the bus is away")) : undefined,
  );
  const key = { "idempotency-key": "k1", authorization: "Bearer t" };
  expect((await send("1", key)).status).toBe(503);
  isAway = false;
  expect((await send("1", key)).status).toBe(200);
  expect((await send("1", { "idempotency-key": "k1" })).status).toBe(401);
  expect(readings).toHaveLength(1);
});

test("at most ten thousand keys are remembered", async () => {
  const { send, readings } = await serve();
  for (let key = 0; key <= 10_000; key++) await send("1", { "idempotency-key": String(key) });
  await send("1", { "idempotency-key": "10000" });
  expect(readings).toHaveLength(10_001);
  await send("1", { "idempotency-key": "0" });
  expect(readings).toHaveLength(10_002);
});

test("what cannot be served is refused in words", () => {
  const problems = (config: object) =>
    webhook.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
  expect(problems({ path: "../x" })[0]).toContain("use letters, digits");
  expect(problems({ methods: [] })).toEqual(["methods: choose a method"]);
  expect(problems({ auth: { kind: "token" } })).toEqual(["auth.token: set the token"]);
  expect(problems({ auth: { kind: "hmac", secret: "" } })[0]).toContain("set the secret");
  expect(problems({ deviceId: `\${point2}` })[0]).toContain('unknown name "point2"');
});
