import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { AdapterContext } from "../../contract/connector.ts";
import { ConnectionError } from "../../contract/errors.ts";
import { connectorSurroundings, ManualClock } from "../../contract/testing.ts";
import mock from "./mock.node.ts";

type Reading = Parameters<AdapterContext<undefined>["emit"]>[0];

async function start(config: Record<string, unknown>, emit?: (reading: Reading) => Promise<void>, filesRoot = "") {
  const clock = new ManualClock();
  const readings: Reading[] = [];
  const statuses: string[] = [];
  const opened = await mock.open(mock.config.parse(config), {
    clock,
    signal: new AbortController().signal,
    status: (state, detail) => statuses.push(`${state}: ${detail}`),
    lost: () => undefined,
    connection: undefined,
    ...connectorSurroundings(),
    filesRoot,
    emit: async (reading) => {
      readings.push(reading);
      await emit?.(reading);
    },
  });
  /** Lets time pass and everything that follows from it happen. */
  const advance = async (ms: number) => {
    clock.advance(ms);
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { readings, statuses, advance, close: opened.close };
}

const problems = (config: Record<string, unknown>) =>
  mock.config.safeParse(config).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

test("R006 each device sends one reading per interval, with the values of all signals", async () => {
  const { readings, advance, statuses } = await start({
    interval: "500ms",
    devices: [{ deviceId: "a" }, { deviceId: "b", tags: { hall: "north" } }],
    signals: [
      { key: "level", waveform: "sawtooth", max: 10, period: "10s", unit: "m" },
      { key: "burner", waveform: "enum", values: ["off", "on"], period: "2s" },
    ],
  });
  expect(statuses).toEqual(["connected: 2 devices × 2 signals every 500 ms"]);
  await advance(0);
  expect(readings.splice(0)).toMatchObject([{ payload: { level: 0 } }, { payload: { level: 0 } }]);
  await advance(499);
  expect(readings).toEqual([]);
  await advance(1);
  expect(readings).toEqual([
    {
      device_id: "a",
      payload: { level: 0.5, burner: "off" },
      encoding: "json",
      metadata: { units: { level: "m" } },
    },
    {
      device_id: "b",
      payload: { level: 0.5, burner: "off" },
      encoding: "json",
      metadata: { units: { level: "m" }, tags: { hall: "north" } },
    },
  ]);
  await advance(1_000);
  expect(readings.map(({ payload }) => payload)).toHaveLength(6);
  expect(readings.at(-1)?.payload).toEqual({ level: 1.5, burner: "on" });
});

test("two starts with the same seed give the same series; another seed, device or signal another", async () => {
  const series = async (config: Record<string, unknown>) => {
    const { readings, advance } = await start(config);
    for (let second = 0; second < 20; second++) await advance(1_000);
    return readings.map(({ payload }) => Object.values(payload as object));
  };
  const walk = (key: string) => ({ key, waveform: "walk", noise: 0.1 });
  const first = await series({ signals: [walk("x")] });
  expect(await series({ signals: [walk("x")] })).toEqual(first);
  expect(await series({ signals: [walk("x")], seed: 2 })).not.toEqual(first);
  expect(await series({ signals: [walk("y")] })).not.toEqual(first);
  expect(await series({ signals: [walk("x")], devices: [{ deviceId: "d" }] })).not.toEqual(first);
  const both = await series({ signals: [walk("other"), walk("x")] });
  expect(both.map(([, x]) => [x])).toEqual(first);
});

test("without any configuration it is one boiler with a temperature", async () => {
  const { readings, advance } = await start({});
  await advance(0);
  expect(readings).toMatchObject([{ device_id: "boiler-1", metadata: { units: { temperature: "°C" } } }]);
});

test("a burst sends numbered readings at once, without a gap", async () => {
  const signals = [{ key: "sequence", waveform: "counter", max: 1e9 }];
  const { readings, advance } = await start({ interval: "1ms", burst: 3, signals });
  await advance(0);
  await advance(1);
  expect(readings.map(({ payload }) => (payload as Record<string, unknown>)["sequence"])).toEqual([0, 1, 2, 3, 4, 5]);
});

test("a slow bus makes it leave out intervals, say so, and go on without a gap in the counter", async () => {
  const release: (() => void)[] = [];
  const signals = [{ key: "sequence", waveform: "counter", max: 1e9 }];
  const { readings, advance, statuses } = await start({ signals }, () => new Promise((done) => release.push(done)));
  await advance(12_000);
  expect(readings).toHaveLength(10);
  expect(statuses.at(-1)).toBe("degraded: the bus is slower than the interval: 3 intervals left out so far");
  for (const done of release.splice(0)) done();
  await advance(0);
  await advance(1_000);
  for (const done of release.splice(0)) done();
  await advance(0);
  expect(statuses.at(-1)).toContain("connected: ");
  expect(readings.at(-1)?.payload).toEqual({ sequence: 10 });
});

test("while the bus is away readings are left out, and time goes on as if they had been sent", async () => {
  let away = true;
  const signals = [{ key: "level", waveform: "sawtooth", max: 60 }];
  const { readings, statuses, advance } = await start({ signals }, async () => {
    if (away) throw new ConnectionError("the gateway has lost its bus");
  });
  await advance(0);
  expect(statuses.at(-1)).toBe("degraded: the gateway has lost its bus: 1 interval left out so far");
  away = false;
  await advance(1_000);
  await advance(1_000);
  expect(statuses.slice(2)).toEqual(["connected: 1 device × 1 signal every 1 s; 1 left out so far"]);
  expect(readings.at(-1)?.payload).toEqual({ level: 2 });
});

test("nothing is sent after it was closed", async () => {
  const { readings, advance, close } = await start({});
  await close();
  await advance(5_000);
  expect(readings).toEqual([]);
});

test("late readings come after younger ones, with the time at which they were true", async () => {
  const { readings, advance } = await start({
    signals: [{ key: "n", waveform: "counter", max: 1_000 }],
    faults: { late: 50, lateBy: "2500ms" },
  });
  for (let second = 0; second < 20; second++) await advance(1_000);
  const numbers = readings.map(({ payload }) => (payload as { n: number }).n);
  expect(numbers).not.toEqual([...numbers].sort((a, b) => a - b));
  for (const [index, { timestamp }] of readings.entries())
    expect(timestamp).toBe(new Date(Date.UTC(2026, 0, 1) + 1_000 * (numbers[index] ?? 0)).toISOString());
});

test("a recording is played instead of signals, each row as its device", async () => {
  const csv = "time,device_id,v\n0,a,1\n1,,2\n2,b,3";
  const config = { devices: [{ deviceId: "b", tags: { hall: "north" } }], replay: { csv, speed: 2, loop: false } };
  const { readings, advance, statuses } = await start(config);
  for (let step = 0; step < 10; step++) await advance(500);
  expect(readings.map(({ device_id, payload, metadata }) => [device_id, payload, metadata])).toEqual([
    ["a", { v: 1 }, {}],
    ["b", { v: 2 }, { tags: { hall: "north" } }],
    ["b", { v: 3 }, { tags: { hall: "north" } }],
  ]);
  expect(statuses.at(-1)).toBe("connected: plays a recording, 2 times as fast; the recording has ended");
  expect(mock.scope(mock.config.parse(config))).toEqual({ devices: ["a", "b"], keys: ["v"] });
});

test("a recording can be a file in the gateway's folder; one that is not there is said", async () => {
  const root = await mkdtemp(join(tmpdir(), "sluice-mock-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  await writeFile(join(root, "press.csv"), "v\n1\n2\n");
  const { readings, advance } = await start({ replay: { file: "press.csv" } }, undefined, root);
  await advance(1_000);
  expect(readings.map(({ payload }) => payload)).toEqual([{ v: 1 }, { v: 2 }]);
  await expect(start({ replay: { file: "other.csv" } }, undefined, root)).rejects.toThrow(
    /^other\.csv cannot be read: ENOENT/,
  );
  expect(problems({ replay: { file: "../x.csv" } })[0]).toContain("cannot lead out");
});

test("its scope is what it sends", () => {
  expect(mock.scope(mock.config.parse({}))).toEqual({ devices: ["boiler-1"], keys: ["temperature"] });
});

test("what cannot be simulated is refused in words", () => {
  const signal = (more: Record<string, unknown>) => problems({ signals: [{ key: "x", ...more }] });
  expect(signal({ min: 5, max: 1 })).toEqual(["signals.0.max: must be at least the lowest value, 5"]);
  expect(signal({ waveform: "enum" })).toEqual(["signals.0.values: list the values to go through"]);
  expect(problems({ signals: [] })).toEqual(["signals: add a signal"]);
  expect(problems({ signals: [{ key: "x" }, { key: "x" }] })).toEqual(['signals.1.key: "x" is there twice']);
  expect(problems({ devices: [{ deviceId: "d" }, { deviceId: "d" }] })).toEqual([
    'devices.1.deviceId: "d" is there twice',
  ]);
  expect(signal({ type: "vector", waveform: "enum", values: [1] })[0]).toContain("choose another waveform");
  expect(signal({ type: "matrix", waveform: "constant", value: "on" })[0]).toContain("has to be a number");
  expect(problems({ replay: { csv: "v\n1", file: "a.csv" } })[0]).toContain("not both");
  expect(problems({ replay: { csv: "a,b\n1" } })[0]).toContain("replay.csv: line 2 of the CSV has 1 fields");
  expect(problems({ faults: { late: 101 } })).toHaveLength(1);
  expect(problems({ interval: "0s" })).toEqual(["interval: must be at least 1ms"]);
});
