import fc from "fast-check";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type NatsPeer, startNats } from "../../../test/peers/nats.ts";
import { freePort, until } from "../../../test/peers/program.ts";
import nats from "../../connections/nats/nats.connection.ts";
import { systemClock } from "../../contract/clock.ts";
import type { Point } from "../../contract/point.ts";
import { fillPoint, ManualClock } from "../../contract/testing.ts";
import { openSink, point } from "../testing.ts";
import sink from "./jetstream.node.ts";
import { subjectMaker, subjectPattern } from "./subject.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
});

describe("the subject", () => {
  const of = (template: string, fields: Partial<Point>) => subjectMaker(template)(fillPoint(fields, new ManualClock()));

  test("what comes from the message stays one part", () => {
    expect(of(`archive.\${device_id}.\${key}`, { device_id: "a.b *", key: "é>" })).toBe(
      "archive.a%2Eb%20%2A.%C3%A9%3E",
    );
    expect(of(`x.\${tags.line}.in-\${key}`, { tags: { line: "$JS" } })).toBe("x.%24JS.in-temperature");
  });

  test("whatever a device is called, the subject fits the pattern that was declared", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 1 }), (id) => {
        expect(of(`a.\${device_id}.b`, { device_id: id })).toMatch(/^a\.[A-Za-z0-9_%-]+\.b$/);
      }),
    );
    expect(subjectPattern(`a.\${device_id}.x-\${has(tags.line) ? tags.line : "."}.b`)).toBe("a.*.*.b");
  });

  test("an empty part is refused", () => {
    expect(() => of(`a.\${device_id}`, { device_id: "" })).toThrow("a part of the subject is empty");
  });
});

test.each([
  [{ subject: "$JS.API.x" }, "belong to the NATS server"],
  [{ subject: "_INBOX.x" }, "belong to the NATS server"],
  [{ subject: "sluice.x" }, "belong to the gateway"],
  [{ subject: `\${key}.x` }, "begin with a fixed word"],
  [{ subject: "" }, "begin with a fixed word"],
  [{ subject: "a..b" }, "empty part"],
  [{ subject: "a.*" }, "spaces or wildcards"],
  [{ subject: `a.\${nonsense}` }, "unknown name"],
  [{ stream: "KV_x" }, "choose another name"],
  [{ stream: "IOT_DATA" }, "choose another name"],
  [{ stream: "a.b" }, "letters, digits"],
  [{ headers: [{ name: "Nats-Msg-Id", value: "" }] }, "belong to the server"],
])("a configuration that cannot work is refused: %j", (change, words) => {
  const { error } = sink.config.safeParse({ stream: "S", ...change });
  expect(error?.issues.map(({ message }) => message).join()).toContain(words);
});

test("what it publishes on the gateway's own bus is declared, for the check of loops", () => {
  const publishes = (config: object) => sink.publishes?.(sink.config.parse({ stream: "S", ...config }));
  expect(publishes({ subject: `iot.\${key}.x` })).toEqual(["iot.*.x"]);
  expect(publishes({ connection: "elsewhere" })).toEqual([]);
});

test("nobody there is said in words", async () => {
  const port = await freePort();
  const opening = nats.open(nats.config.parse({ servers: [`nats://127.0.0.1:${port}`] }), {
    clock: systemClock,
    signal: new AbortController().signal,
    status: () => undefined,
    lost: () => undefined,
  });
  await expect(opening).rejects.toMatchObject({
    name: "ConnectionError",
    message: `nothing listens at 127.0.0.1:${port}: is the NATS server running, and is the port right?`,
  });
});

describe("with a NATS server", () => {
  let server: NatsPeer;
  beforeAll(async () => {
    server = await startNats();
  });
  afterAll(() => server.stop());

  async function open(config: Record<string, unknown>, peer = server) {
    const lost: Error[] = [];
    const { client, close } = await nats.open(nats.config.parse({ servers: [peer.url] }), {
      clock: systemClock,
      signal: new AbortController().signal,
      status: () => undefined,
      lost: (error) => void lost.push(error),
    });
    ends.push(close);
    const opened = await openSink(sink, { connection: "n", ...config }, { connection: client });
    return { ...opened, lost };
  }

  test("R028 each message is stored once, in order, in a stream made for it", async () => {
    const { write } = await open({
      stream: "ONE",
      subject: `one.\${device_id}.\${key}`,
      maxBytes: "10MB",
      maxAge: "1h",
    });
    const records = Array.from({ length: 200 }, (_, value) => point(value));
    await write(...records);
    // As after a lost confirmation.
    await write(...records.slice(100));
    const stored = await server.stored("ONE");
    expect(stored.map(({ text }) => JSON.parse(text).value)).toEqual(records.map((_, value) => value));
    expect(stored[0]?.subject).toBe("one.d1.temperature");
    const { config } = await (await server.manager()).streams.info("ONE");
    expect(config).toMatchObject({
      subjects: ["one.*.*"],
      storage: "file",
      max_bytes: 10_485_760,
      max_age: 3_600_000_000_000,
      discard: "old",
      duplicate_window: 120_000_000_000,
    });
  });

  test("headers and a message id of one's own", async () => {
    const { write } = await open({
      stream: "HEADERS",
      subject: "headers.x",
      headers: [{ name: "Line", value: `\${tags.line}` }],
      messageId: `\${device_id} \${key}`,
    });
    await write(point(1, { tags: { line: "a\r\nNats-Rollup: all" } }), point(2, { tags: { line: "b" } }));
    const { streams } = await server.manager();
    const message = await streams.getMessage("HEADERS", { seq: 1 });
    expect(message?.header.get("Line")).toBe("a Nats-Rollup: all");
    expect(message?.header.get("Nats-Msg-Id")).toBe("d1%20temperature");
    expect(await server.stored("HEADERS")).toHaveLength(1);
  });

  test("a full stream that refuses what is new holds the batch back", async () => {
    const config = { stream: "FULL", subject: `full.\${key}`, maxMessages: 2, discard: "new" };
    const { write } = await open(config);
    await write(point(1), point(2));
    await expect(write(point(3))).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining("the stream FULL takes no more: it is full"),
    });
    await (await server.manager()).streams.purge("FULL");
    await write(point(3));
  });

  test("a message too large costs that record alone", async () => {
    const { refusals } = await open({ stream: "SIZE", subject: `size.\${key}` });
    const large = point("x".repeat(1_100_000));
    expect(await refusals(point(1), large, point(2))).toEqual([
      expect.stringMatching(/^1: \d+ bytes; the NATS server takes at most 1048576$/),
    ]);
    const { streams } = await server.manager();
    await streams.update("SIZE", { max_msg_size: 500 });
    expect(await refusals(point(3), point("x".repeat(1_000)))).toEqual([
      "1: larger than the stream SIZE takes (max_msg_size)",
    ]);
  });

  test("a stream that is there is left as it is, changed, or only checked, as wanted", async () => {
    const { streams } = await server.manager();
    await streams.add({ name: "OTHERS", subjects: ["others.>"] });
    const config = { stream: "OTHERS", subject: `others.\${key}`, maxAge: "1h" };
    const { statuses } = await open(config);
    expect(statuses.at(-1)).toContain("the stream has other settings for max_age, max_bytes");
    expect((await streams.info("OTHERS")).config).toMatchObject({ max_age: 0, subjects: ["others.>"] });
    await open({ ...config, setup: "verify" });
    await open({ ...config, setup: "update" });
    expect((await streams.info("OTHERS")).config).toMatchObject({ max_age: 3_600_000_000_000, subjects: ["others.*"] });
  });

  test.each([
    [{ stream: "NOWHERE", subject: "nowhere.x", setup: "verify" }, "there is no stream NOWHERE: create it"],
    [{ stream: "TAKEN", subject: "other.x", setup: "verify" }, "does not take other.x, but taken.>"],
    [{ stream: "SECOND", subject: `taken.\${key}` }, "TAKEN already takes taken.*"],
  ])("a stream that cannot serve is said when it opens: %j", async (config, words) => {
    const { streams } = await server.manager();
    await streams.add({ name: "TAKEN", subjects: ["taken.>"] }).catch(() => undefined);
    await expect(open(config)).rejects.toMatchObject({
      name: "ConnectionError",
      message: expect.stringContaining(words),
    });
  });

  test("a stream that is deleted meanwhile is said, and nothing is refused", async () => {
    const { write } = await open({ stream: "GONE", subject: "gone.x" });
    await (await server.manager()).streams.delete("GONE");
    await expect(write(point(1))).rejects.toMatchObject({
      name: "ConnectionError",
      message: "no stream takes gone.x: GONE is missing or has other subjects",
    });
  });

  test("a server without JetStream, and one that dies, are said", async () => {
    const plain = await startNats([]);
    ends.push(plain.stop);
    await expect(open({ stream: "S" }, plain)).rejects.toThrow("has no JetStream: start it with -js");
    const mortal = await startNats();
    ends.push(mortal.stop);
    const { write, lost } = await open({ stream: "S" }, mortal);
    await mortal.kill();
    await until("the loss is told", () => lost.length > 0);
    await expect(write(point(1))).rejects.toThrow("there is no connection to NATS");
  });
});
