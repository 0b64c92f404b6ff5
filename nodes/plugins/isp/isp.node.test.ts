import { describe, expect, test } from "vitest";
import { until } from "../../../test/peers/program.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { fillPoint, ManualClock } from "../../contract/testing.ts";
import isp from "./isp.node.ts";
import { doublingSidecar, fakeSidecar, openIsp, plainSidecar } from "./testing.ts";

const clock = new ManualClock();
const point = (value: unknown, more: object = {}) => fillPoint({ value, ...more }, clock);
const running = (port: number, more: object = {}) => ({ start: "running", port, ...more });

describe("a sidecar that reads by itself", () => {
  test("is configured first, with what the first version's sidecars need", async () => {
    const sidecar = await plainSidecar();
    const registers = [{ key: "t", address: 100, type: "float32" }];
    await openIsp(running(sidecar.port, { settings: { address: "10.0.0.5:502", registers } }));
    const [config] = sidecar.of("CONFIG");
    expect(sidecar.frames[0]?.type).toBe("CONFIG");
    expect(config?.id).toEqual(expect.any(String));
    expect(config?.payload).toMatchObject({ mode: "tcp", interval_ms: 1_000, registers: [{ quantity: 2, scale: 1 }] });
  });

  test("R007 R039 what it sends is raw by device, and its points follow under the same trace", async () => {
    const sidecar = await plainSidecar();
    const { told } = await openIsp(running(sidecar.port));
    sidecar.write(
      '{"type":"DATA","timestamp":1767225600999000000,"payload":{"points":[' +
        '{"key":"t","source":"plc","timestamp":1767225600123999999,"value":21.5,"type":"float","quality":1},' +
        '{"key":"run","source":"plc","timestamp":1767225600123999999,"value":true,"type":"bool","quality":0},' +
        '{"key":"t","source":"other","value":5,"type":"int16","quality":1}]}}\n',
    );
    await until("the points", () => told.points.length === 3);
    expect(told.raw).toMatchObject([{ device_id: "plc" }, { device_id: "other" }]);
    expect(told.raw[0]?.payload).toMatchObject({
      points: [{ key: "t", timestamp: "1767225600123999999" }, { key: "run" }],
    });
    expect(told.points).toMatchObject([
      { device_id: "plc", key: "t", value: 21.5, quality: 0, timestamp: "2026-01-01T00:00:00.123Z", trace: "trace-1" },
      { device_id: "plc", key: "run", value: true, quality: 1, trace: "trace-1" },
      { device_id: "other", value: 5, type: "int", timestamp: "2026-01-01T00:00:00.999Z", trace: "trace-2" },
    ]);
  });

  test("keeps the order of its messages", async () => {
    const sidecar = await plainSidecar();
    const { told } = await openIsp(running(sidecar.port));
    for (let value = 0; value < 500; value++) sidecar.data([{ key: "n", source: "plc", value }]);
    await until("all points", () => told.points.length === 500);
    expect(told.points.map(({ value }) => value)).toEqual(Array.from({ length: 500 }, (_, index) => index));
  });

  test("frames that are broken, mixed or too long are counted, and the next are read", async () => {
    const sidecar = await plainSidecar();
    const { told } = await openIsp(running(sidecar.port));
    sidecar.write('{"type":"DATA","payl{"type":"HEARTBEAT"}\n');
    sidecar.write(`${"x".repeat(1_100_000)}\n`);
    sidecar.send({ type: "RESPONSE", id: "nobody", payload: { success: true } });
    sidecar.send({ type: "CONFIG", id: "1", payload: {} });
    sidecar.data([
      { key: "", value: 1 },
      { key: "n", source: "plc", value: 7 },
    ]);
    await until("the good point", () => told.points.length === 1);
    expect(told.reports.map(({ type }) => type)).toEqual(["bad_line", "bad_line", "validation"]);
    expect(told.reports[0]).toMatchObject({ message: expect.stringContaining("not JSON"), count: 1 });
    expect(told.lost).toEqual([]);
  });

  test("a message with an id is answered once it is on the bus, or with the reason why not", async () => {
    const sidecar = await plainSidecar();
    const { told } = await openIsp(running(sidecar.port));
    sidecar.data([{ key: "n", source: "plc", value: 1 }], "a");
    await until("the answer", () => sidecar.of("RESPONSE").length === 1);
    told.busAway = true;
    sidecar.data([{ key: "n", source: "plc", value: 2 }], "b");
    await until("the other answer", () => sidecar.of("RESPONSE").length === 2);
    expect(sidecar.of("RESPONSE")).toMatchObject([
      { id: "a", payload: { success: true } },
      { id: "b", payload: { success: false, error: "the bus is away" } },
    ]);
    expect(told.points).toHaveLength(1);
  });

  test("takes no points, and says what to do", async () => {
    const sidecar = await plainSidecar();
    const { ask } = await openIsp(running(sidecar.port));
    await expect(ask(point(1))).rejects.toMatchObject({
      type: "unsupported",
      message: expect.stringContaining("Remove the wire"),
    });
  });
});

describe("a sidecar that handles points", () => {
  test("answers with points for which it need not repeat device, key and time", async () => {
    const sidecar = await doublingSidecar({}, (frame, sidecar) =>
      sidecar.respond(frame, { points: [{ value: 42 }, { key: "more", value: "x" }] }),
    );
    const { ask, told } = await openIsp(running(sidecar.port));
    const given = point(21, { device_id: "d7", timestamp: "2026-01-01T00:00:00.123Z" });
    expect(await ask(given)).toMatchObject([
      { device_id: "d7", key: "temperature", value: 42, timestamp: given.timestamp },
      { device_id: "d7", key: "more", value: "x" },
    ]);
    expect(sidecar.of("DATA")[0]?.payload).toMatchObject({
      points: [{ source: "d7", value: 21, quality: 1, type: "int" }],
    });
    expect(told.states).toContain("connected doubler");
  });

  test("gets at most as many requests at once as it gives credits", async () => {
    const sidecar = await doublingSidecar({ credits: 2 }, () => undefined);
    const { ask } = await openIsp(running(sidecar.port));
    const asking = [1, 2, 3].map((value) => ask(point(value)).catch(() => "given up"));
    await until("two requests", () => sidecar.of("DATA").length === 2);
    for (const frame of sidecar.of("DATA")) sidecar.respond(frame, { points: [] });
    await until("the third", () => sidecar.of("DATA").length === 3);
    sidecar.respond(sidecar.of("DATA")[2] ?? { type: "", payload: {} }, { points: [] });
    expect(await Promise.all(asking)).toEqual([[], [], []]);
  });

  test("answers out of order find the one who asked", async () => {
    const sidecar = await doublingSidecar({}, (_frame, sidecar) => {
      const [first, second] = sidecar.of("DATA");
      if (first === undefined || second === undefined) return;
      sidecar.respond(second, { points: [{ value: "second" }] });
      sidecar.respond(first, { points: [{ value: "first" }] });
    });
    const { ask } = await openIsp(running(sidecar.port));
    const [first, second] = await Promise.all([ask(point(1)), ask(point(2))]);
    expect([first?.[0]?.value, second?.[0]?.value]).toEqual(["first", "second"]);
  });

  test("what it refuses fails with its words, what it lies about with ours", async () => {
    const sidecar = await doublingSidecar({}, (frame, sidecar) => {
      if (sidecar.of("DATA").length === 1) sidecar.refuse(frame, "out of range");
      else sidecar.respond(frame, { points: [{ key: "a", type: "float", value: "warm" }] });
    });
    const { ask } = await openIsp(running(sidecar.port));
    await expect(ask(point(1))).rejects.toMatchObject({
      type: "sidecar_refused",
      message: expect.stringContaining("out of range"),
    });
    await expect(ask(point(2))).rejects.toMatchObject({ type: "type_mismatch" });
  });

  test("a point longer than a line it reads is not sent", async () => {
    const sidecar = await doublingSidecar();
    const { ask } = await openIsp(running(sidecar.port));
    await expect(ask(point("x".repeat(70_000)))).rejects.toMatchObject({ type: "payload_too_large" });
    const wide = await doublingSidecar({ max_line_bytes: 200_000 }, (frame, sidecar) =>
      sidecar.respond(frame, { points: [{ value: 1 }] }),
    );
    await expect((await openIsp(running(wide.port))).ask(point("x".repeat(70_000)))).resolves.toHaveLength(1);
  });

  test("one that hangs fails each point in time, and is left after three in a row", async () => {
    const sidecar = await doublingSidecar({}, () => undefined);
    const { ask, told } = await openIsp(running(sidecar.port, { timeout: "20ms" }));
    for (let attempt = 1; attempt <= 3; attempt++) {
      expect(told.lost).toEqual([]);
      await expect(ask(point(attempt))).rejects.toMatchObject({ type: "timeout" });
    }
    expect(told.lost).toEqual(["the sidecar has not answered 3 requests in a row"]);
  });

  test("one that dies with a request under way is a lost connection, so that the point comes again", async () => {
    const sidecar = await doublingSidecar({}, (_frame, sidecar) => sidecar.sockets.at(-1)?.destroy());
    const { ask, told } = await openIsp(running(sidecar.port));
    await expect(ask(point(1))).rejects.toThrow(ConnectionError);
    expect(told.lost).toEqual(["the sidecar closed the connection"]);
  });
});

describe("opening", () => {
  test("nobody there is told in words", async () => {
    const sidecar = await plainSidecar();
    await sidecar.close();
    await expect(openIsp(running(sidecar.port))).rejects.toThrow("nothing listens at 127.0.0.1");
  });

  test("a sidecar that refuses its settings is told with its words, and tried again", async () => {
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type !== "CONFIG") return false;
      sidecar.refuse(frame, "no device at 10.0.0.5");
      return true;
    });
    await expect(openIsp(running(sidecar.port))).rejects.toThrow(
      new ConnectionError("the sidecar refuses its settings: no device at 10.0.0.5"),
    );
  });

  test("one that does not answer is left in time", async () => {
    const sidecar = await fakeSidecar(() => undefined);
    await expect(openIsp(running(sidecar.port, { configTimeout: "100ms" }))).rejects.toThrow(
      "has not answered CONFIG within 0.1 s",
    );
  });

  test("an answer about the second version that makes no sense is told", async () => {
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type !== "CONFIG") return false;
      sidecar.respond(frame, { isp: { version: 2, credits: -1 } });
      return true;
    });
    await expect(openIsp(running(sidecar.port))).rejects.toThrow("isp.credits");
  });

  test("what it sends before it has answered is not lost", async () => {
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type === "CONFIG") sidecar.data([{ key: "n", source: "plc", value: 1 }]);
      return false;
    });
    expect((await openIsp(running(sidecar.port))).told.points).toMatchObject([{ value: 1 }]);
  });

  test.each([
    [{ start: "program" }, "name the program to start"],
    [{ command: "/bin/sh" }, "below the gateway's folder of files"],
    [{ command: "../run" }, "below the gateway's folder of files"],
    [{ command: "python3", folder: "../.." }, "below the gateway's folder of files"],
    [{ command: "python3", env: [{ name: "ISP_PORT", value: "1" }] }, "set by the gateway"],
  ])("%j is no configuration: %s", (config, reason) => {
    expect(JSON.stringify(isp.config.safeParse(config).error?.issues)).toContain(reason);
  });
});

describe("liveness", () => {
  test("a HEARTBEAT is answered, and one is sent before the sidecar takes us for dead", async () => {
    const time = new ManualClock();
    const sidecar = await plainSidecar();
    await openIsp(running(sidecar.port), { clock: time });
    sidecar.send({ type: "HEARTBEAT" });
    await until("the answer", () => sidecar.of("HEARTBEAT").length === 1);
    time.advance(20_000);
    await until("a heartbeat of our own", () => sidecar.of("HEARTBEAT").length === 2);
  });

  test("a silent sidecar that still answers STATUS is alive, one that does not is left", async () => {
    const time = new ManualClock();
    let answers = true;
    const sidecar = await plainSidecar((frame) => frame.type === "METRICS" || (frame.type === "STATUS" && !answers));
    const { told } = await openIsp(running(sidecar.port), { clock: time });
    const asked = (count: number) => until(`${count} STATUS`, () => sidecar.of("STATUS").length === count);
    await until("the name", () => told.states.includes("connected fake"));
    time.advance(35_000);
    await asked(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    answers = false;
    expect(told.lost).toEqual([]);
    time.advance(35_000);
    await asked(3);
    time.advance(5_000);
    await until("it is left", () => told.lost.length === 1);
    expect(told.lost[0]).toContain("connected but silent");
  });

  test("says what the sidecar says about itself", async () => {
    const time = new ManualClock();
    const sidecar = await plainSidecar((frame, sidecar) => {
      if (frame.type !== "STATUS") return false;
      sidecar.respond(frame, { name: "press", health: "no answer from the device" });
      return true;
    });
    const { told } = await openIsp(running(sidecar.port), { clock: time });
    await until("its health", () => told.states.includes("degraded press: no answer from the device"));
    time.advance(30_000);
    await until("its numbers", () => told.states.includes("connected press: 3 points read"));
  });
});
