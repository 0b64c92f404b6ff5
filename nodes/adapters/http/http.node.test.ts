import { describe, expect, onTestFinished, test } from "vitest";
import { nginxProgram, startNginx } from "../../../test/peers/nginx.ts";
import { until } from "../../../test/peers/program.ts";
import { connectorSurroundings, ManualClock } from "../../contract/testing.ts";
import http from "./http.node.ts";
import type { Reading } from "./reading.ts";
import { polling } from "./testing.ts";

async function start(config: Record<string, unknown>) {
  const clock = new ManualClock();
  const readings: Reading[] = [];
  const statuses: string[] = [];
  const reports: string[] = [];
  const opened = await http.open(http.config.parse(config), {
    ...connectorSurroundings(),
    clock,
    signal: new AbortController().signal,
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    lost: () => undefined,
    report: ({ type, message }) => reports.push(`${type}: ${message}`),
    connection: undefined,
    emit: async (reading) => void readings.push(reading),
  });
  onTestFinished(() => opened.close());
  return { clock, readings, statuses, reports, close: () => opened.close() };
}

const problems = (config: Record<string, unknown>) =>
  http.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

test("what cannot be polled is refused in words", () => {
  expect(problems({ url: "ftp://d/x" })).toEqual([
    'url: "ftp://d/x" is not a web address; write for example http://10.0.0.5/api/values',
  ]);
  expect(problems({ url: "http://ada:pw@d/" })[0]).toContain("leave user name and password out");
  expect(problems({ url: "http://d/", query: { a: `\${nonsense}` } })[0]).toContain('unknown name "nonsense"');
  expect(problems({ url: "http://d/", headers: { "bad name": "x" } })[0]).toContain("is not the name of a header");
  expect(problems({ url: "http://d/", pagination: { kind: "cursor" } })).toEqual([
    "pagination.next: say where the answer holds the next cursor",
  ]);
  expect(problems({ url: "http://d/", auth: { kind: "oauth2" } })).toHaveLength(3);
  expect(problems({ url: "http://d/", jitter: "11s" })).toEqual(["jitter: cannot be longer than the interval"]);
  expect(problems({ url: "http://d/", state: [1, 2].map(() => ({ name: "a", from: "body" })) })).toEqual([
    'state.1.name: "a" is there twice',
  ]);
  expect(problems({ url: `http://d/\${state.x}`, unknown: 1 })).toHaveLength(1);
});

test("its scope is the device where that is known, and its line holds no key of a query", () => {
  const parse = (config: object) => http.config.parse({ url: "http://10.0.0.5/v?key=1", ...config });
  expect(http.scope(parse({}))).toEqual({ devices: ["10.0.0.5"] });
  expect(http.scope(parse({ deviceId: "a" }))).toEqual({ devices: ["a"] });
  expect(http.scope(parse({ deviceId: `\${body.id}` }))).toEqual({});
  expect(http.line?.(parse({ interval: "500ms" }))).toBe("GET http://10.0.0.5/v every 500 ms");
});

describe.skipIf(nginxProgram === undefined)("with a real nginx", () => {
  test("R005 a device behind nginx is polled at the interval, and only changes travel", async () => {
    const nginx = await startNginx();
    onTestFinished(() => nginx.stop());
    await nginx.write("values.json", '{"power": 1}');
    const { clock, readings, statuses } = await start({ url: `${nginx.url}/values.json`, deviceId: "meter" });
    clock.advance(0);
    await until("the first reading", () => readings.length === 1 && statuses.length === 2);
    expect(readings[0]).toMatchObject({ device_id: "meter", payload: '{"power": 1}', metadata: { status: 200 } });
    clock.advance(10_000);
    await nginx.write("values.json", '{"power": 22}');
    await until("the second reading", () => {
      clock.advance(10_000);
      return readings.length === 2;
    });
    expect(readings[1]?.payload).toBe('{"power": 22}');
    expect(statuses.every((status) => !status.startsWith("failed"))).toBe(true);
  });

  test("a server that goes and comes back is told, reported, and polled again", async () => {
    const nginx = await startNginx(["location /busy { return 503; }"]);
    const { clock, statuses, reports, readings } = await start({ url: `${nginx.url}/busy` });
    clock.advance(0);
    await until("it is told", () => reports.length === 1);
    expect(statuses.at(-1)).toMatch(/answers 503: it has a fault of its own; next try in 1 s$/);
    expect(reports[0]).toMatch(/^poll_failed: 127\.0\.0\.1:\d+ answers 503/);
    await nginx.stop();
    clock.advance(1_000);
    await until("it is told again", () => reports.length === 2);
    expect(statuses.at(-1)).toMatch(/^failed: nothing listens at .*; next try in 2 s$/);
    expect(readings).toEqual([]);
  });

  test("its redirects, compression and basic sign-in are understood", async () => {
    const nginx = await startNginx([
      "gzip on; gzip_min_length 1; gzip_types application/json;",
      'location /old { return 302 "/new/values.json"; }',
      'location /new { if ($http_authorization != "Basic YWRhOnB3") { return 401; } }',
    ]);
    onTestFinished(() => nginx.stop());
    const content = JSON.stringify({ values: Array.from({ length: 200 }, (_, index) => index) });
    await nginx.write("new/values.json", content);
    const auth = { kind: "basic", username: "ada", password: "pw" };
    const { poll, readings } = polling({ url: `${nginx.url}/old`, auth });
    await poll();
    expect(readings[0]).toMatchObject({ payload: content, metadata: { url: `${nginx.url}/new/values.json` } });
    expect(await polling({ url: `${nginx.url}/old` }).failure()).toMatch(/answers 401/);
  });
});

test("what is under way when it closes is given up", async () => {
  const { clock, close, statuses } = await start({ url: "http://10.255.255.1/" });
  clock.advance(0);
  await close();
  expect(statuses).toEqual(["connecting: polls http://10.255.255.1/ every 10 s"]);
});
