import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  type Influx,
  influxProgram,
  startInflux,
  startVictoria,
  type Victoria,
  victoriaProgram,
} from "../../../test/peers/databases.ts";
import { freePort, until } from "../../../test/peers/program.ts";
import { ManualClock } from "../../contract/testing.ts";
import { openSink, point } from "../testing.ts";
import sink from "./influxdb.node.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

interface Request {
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly lines: readonly string[];
}
type Answer = readonly [status: number, body?: unknown, headers?: Record<string, string>];

/** Answers as the documentation of an InfluxDB version says, since no server of version 2 or 3 can be had here. */
async function stub(answer: (request: Request, count: number) => Answer) {
  const requests: Request[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? "", "http://x");
    if (url.pathname === "/ping") return void response.writeHead(204, { "X-Influxdb-Version": "stub" }).end();
    const body = Buffer.concat(chunks);
    const text = (request.headers["content-encoding"] === "gzip" ? gunzipSync(body) : body).toString();
    const got = {
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: request.headers,
      lines: text.split("\n"),
    };
    requests.push(got);
    const [status, content, headers] = answer(got, requests.length);
    response.writeHead(status, headers).end(content === undefined ? undefined : JSON.stringify(content));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

async function open(config: Record<string, unknown>, clock?: ManualClock) {
  const opened = await openSink(sink, config, clock === undefined ? {} : { clock });
  ends.push(opened.close);
  return opened;
}

const v2 = { org: "o", bucket: "b", token: "secret" };
const points = (count: number) => Array.from({ length: count }, (_, value) => point(value));

describe("what is sent", () => {
  test("R023 version 2: organisation, bucket, precision and token; the time is the point's", async () => {
    const { url, requests } = await stub(() => [204]);
    const { write, statuses } = await open({ url, ...v2 });
    await write(point(21.5), point(22));
    expect(statuses).toEqual([`connected: ${new URL(url).host} (stub), bucket "b"`]);
    expect(requests).toMatchObject([
      {
        path: "/api/v2/write",
        query: { org: "o", bucket: "b", precision: "ns" },
        headers: { authorization: "Token secret", "content-encoding": "gzip" },
        lines: [
          "temperature,device_id=d1 value=21.5 1767261600000000000",
          "temperature,device_id=d1 value=22 1767261600000000000",
        ],
      },
    ]);
  });

  test("R023 version 3: the precision is spelled out, good lines are taken and waited for", async () => {
    const { url, requests } = await stub(() => [204]);
    const { write } = await open({ url, version: "3", database: "plant", token: "secret", gzip: false });
    await write(point(1));
    expect(requests).toMatchObject([
      {
        path: "/api/v3/write_lp",
        query: { db: "plant", precision: "nanosecond", accept_partial: "true", no_sync: "false" },
        headers: { authorization: "Bearer secret" },
        lines: ["temperature,device_id=d1 value=1 1767261600000000000"],
      },
    ]);
  });

  test("version 1: database, retention policy, user; a path in the address comes first", async () => {
    const { url, requests } = await stub(() => [204]);
    const config = { version: "1", database: "d", retentionPolicy: "week", username: "u", password: "p" };
    const { write } = await open({ url, ...config, precision: "us" });
    await write(point(1));
    expect(requests[0]).toMatchObject({
      path: "/write",
      query: { db: "d", rp: "week", precision: "u" },
      headers: { authorization: `Basic ${Buffer.from("u:p").toString("base64")}` },
    });
    const behind = await stub(() => [204]);
    const proxied = await open({ url: `${behind.url}/influx/`, ...config });
    await proxied.write(point(1));
    expect(behind.requests.map(({ path }) => path)).toEqual(["/influx/ping", "/influx/write"]);
  });
});

describe("what is refused", () => {
  test("version 3 names the lines: only those are refused, and nothing is sent twice", async () => {
    const body = {
      error: "partial write of line protocol occurred",
      data: [
        { original_line: "…", line_number: 2, error_message: "invalid column type for column 'value'" },
        { original_line: "…", line_number: 3, error_message: "another" },
      ],
    };
    const { url, requests } = await stub(() => [400, body]);
    const { refusals } = await open({ url, version: "3", database: "d" });
    expect(await refusals(point(1), point("a"), point("b"), point(2))).toEqual([
      "1: invalid column type for column 'value'",
      "2: another",
    ]);
    expect(requests).toHaveLength(1);
  });

  test("where only the number is told the batch is halved until the guilty stand alone, in order", async () => {
    const stored: string[] = [];
    const { url, requests } = await stub(({ lines }) => {
      const bad = lines.filter((line) => line.includes('value="'));
      stored.push(...lines.filter((line) => !bad.includes(line)));
      return bad.length === 0
        ? [204]
        : [
            422,
            {
              code: "unprocessable entity",
              message: `failure writing: partial write: field type conflict: input field "value" is string dropped=${bad.length}`,
            },
          ];
    });
    const { refusals } = await open({ url, ...v2 });
    const batch = points(64);
    batch[17] = point("a");
    batch[18] = point("b");
    batch[50] = point("c");
    const refused = await refusals(...batch);
    expect(refused.map((text) => text.slice(0, 3))).toEqual(["17:", "18:", "50:"]);
    expect(refused[0]).toContain("field type conflict");
    expect(new Set(stored).size).toBe(61);
    expect(requests.length).toBeLessThan(40);
  });

  test("what cannot be a line is refused without asking, and its neighbours are written", async () => {
    const { url, requests } = await stub(() => [204]);
    const { refusals } = await open({ url, ...v2 });
    expect(await refusals(point(null), point(1), point({}))).toEqual([
      "0: InfluxDB cannot store an empty value: this one is null",
      "2: InfluxDB cannot store an empty value: this one is nothing in it",
    ]);
    expect(requests[0]?.lines).toHaveLength(1);
  });

  test("a batch too large for the server is halved; a single record too large is refused", async () => {
    const { url } = await stub(({ lines }) => (lines.join("\n").length > 300 ? [413] : [204]));
    const { refusals } = await open({ url, ...v2 });
    const large = point("x".repeat(400));
    expect(await refusals(...points(20), large)).toEqual(["20: the server finds it too large"]);
  });

  test("series beyond the limit are refused, those known go on", async () => {
    const { url } = await stub(() => [204]);
    const { refusals } = await open({ url, ...v2, maxSeries: 2 });
    const of = (device_id: string) => point(1, { device_id });
    expect(await refusals(of("a"), of("b"), of("c"), of("a"))).toEqual([
      "2: more than 2 series: does a tag always change?",
    ]);
  });
});

describe("nothing is lost while the server does not take it", () => {
  test.each([
    [401, { code: "unauthorized", message: "unauthorized access" }, "does not accept the token"],
    [403, { message: "forbidden" }, "give the token that right"],
    [404, { code: "not found", message: 'bucket "b" not found' }, 'bucket "b" is not there on'],
    [404, undefined, "has no write address of InfluxDB 2: check the version"],
    [400, { message: "org name not found" }, "refuses to write: org name not found"],
    [500, { message: "internal error" }, "answers HTTP 500: internal error"],
    [503, undefined, "is not ready"],
    [302, undefined, "give the final address"],
  ])("HTTP %i %j is no fault of the records", async (status, body, words) => {
    const { url } = await stub(() => [status, body]);
    const { write } = await open({ url, ...v2 });
    await expect(write(point(1))).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining(words),
    });
  });

  test("a pause that the server asks for is kept, once; a long one is left to the runtime", async () => {
    const clock = new ManualClock();
    const { url, requests } = await stub((_request, count) =>
      count === 1
        ? [429, { message: "rate limit" }, { "Retry-After": "3" }]
        : count === 2
          ? [204]
          : [503, undefined, { "Retry-After": "600" }],
    );
    const { write, statuses } = await open({ url, ...v2 }, clock);
    const writing = write(point(1));
    await until("it waits", () => statuses.some((text) => text.startsWith("degraded")));
    expect(statuses.at(-1)).toContain("takes no more for now (rate limit); going on in 3 s");
    clock.advance(2_999);
    expect(requests).toHaveLength(1);
    clock.advance(1);
    await writing;
    expect(statuses.at(-1)).toContain("connected");
    await expect(write(point(2))).rejects.toThrow("is not ready");
  });

  test("nobody there is said in words", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    await expect(open({ url, ...v2 })).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("is the web server running"),
    });
  });
});

test("an address the gateway may not call is refused in words", async () => {
  const reach = { loopback: false, privateNetworks: false };
  const opening = openSink(sink, { url: "http://127.0.0.1:8086", ...v2 }, { reach });
  await expect(opening).rejects.toMatchObject({
    name: "ConnectionError",
    message: expect.stringContaining("127.0.0.1"),
  });
});

test.each([
  [{ bucket: "" }, "name the bucket"],
  [{ version: "3" }, "name the database"],
  [{ url: "10.0.0.5:8086" }, "write for example http://"],
  [{ url: "http://u:p@x" }, "fields of their own"],
  [{ measurement: `\${nonsense}` }, "unknown name"],
  [
    {
      tags: [
        { name: "a", value: "1" },
        { name: "a", value: "2" },
      ],
    },
    '"a" is there twice',
  ],
])("a configuration that cannot work is refused: %j", (change, words) => {
  const { error } = sink.config.safeParse({ url: "http://x", ...v2, ...change });
  expect(error?.issues.map(({ message }) => message).join()).toContain(words);
});

describe.skipIf(influxProgram === undefined)("with InfluxDB 1.6", () => {
  let influx: Influx;
  beforeAll(async () => {
    influx = await startInflux(["max-body-size = 20000"]);
  });
  afterAll(() => influx.stop());
  const open1 = (more: Record<string, unknown> = {}) =>
    open({ version: "1", url: influx.url, database: "plant", ...more });

  test("R023 points are stored with their own time, their tags and their type", async () => {
    const { write } = await open1();
    await write(point(21.5, { tags: { line: "a b" } }), point(true, { key: "on" }), point('x "y" \\', { key: "text" }));
    expect(await influx.rows("SELECT value, device_id, line FROM temperature")).toEqual([
      [1767261600000000000, 21.5, "d1", "a b"],
    ]);
    expect(await influx.rows('SELECT value FROM "on"')).toEqual([[1767261600000000000, true]]);
    expect(await influx.rows("SELECT value FROM text")).toEqual([[1767261600000000000, 'x "y" \\']]);
  });

  test("of a batch with conflicts of type the guilty are refused and all others stored", async () => {
    const { write, refusals } = await open1();
    await write(point(1, { key: "mixed" }));
    const of = (value: unknown, second: number) =>
      point(value, { key: "mixed", timestamp: `2026-01-01T11:00:${String(second).padStart(2, "0")}.000Z` });
    const batch = Array.from({ length: 50 }, (_, index) => of(index % 10 === 3 ? "text" : index, index));
    const refused = await refusals(...batch);
    expect(refused.map((text) => Number.parseInt(text, 10))).toEqual([3, 13, 23, 33, 43]);
    expect(refused[0]).toContain("field type conflict");
    expect(await influx.rows("SELECT count(value) FROM mixed WHERE time >= '2026-01-01T11:00:00Z'")).toEqual([
      [expect.anything(), 45],
    ]);
  });

  test("a batch larger than the server takes is stored in parts", async () => {
    const { write } = await open1();
    const many = Array.from({ length: 1_000 }, (_, index) => point(index, { key: "bulk", device_id: `d${index}` }));
    await write(...many);
    expect(await influx.rows("SELECT count(value) FROM bulk")).toEqual([[expect.anything(), 1_000]]);
  });

  test("a database or retention policy that is not there is said, and nothing is refused", async () => {
    const nowhere = await open1({ database: "nowhere" });
    await expect(nowhere.write(point(1))).rejects.toThrow('database "nowhere" is not there on');
    const policy = await open1({ retentionPolicy: "nope" });
    await expect(policy.write(point(1))).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("retention policy not found: nope"),
    });
  });
});

describe.skipIf(victoriaProgram === undefined)("with VictoriaMetrics", () => {
  let victoria: Victoria;
  beforeAll(async () => {
    victoria = await startVictoria();
  });
  afterAll(() => victoria.stop());

  test.each([
    ["1", { database: "plant" }, "one"],
    ["2", { bucket: "plant" }, "two"],
  ])("R023 what version %s writes is there, with the point's own time", async (version, place, device_id) => {
    const { write } = await open({ version, url: victoria.url, ...place });
    const atMs = Date.now() - 60_000;
    await write(point(3.25, { device_id, timestamp: new Date(atMs).toISOString() }));
    const samples = await until("the sample", async () => {
      const found = await victoria.samples(`temperature_value{device_id="${device_id}"}`);
      return found.length > 0 ? found : undefined;
    });
    expect(samples).toMatchObject([{ values: [3.25], timestamps: [atMs] }]);
  });
});
