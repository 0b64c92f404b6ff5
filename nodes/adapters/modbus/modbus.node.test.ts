import { describe, expect, test } from "vitest";
import type { Request } from "../../connections/modbus/pdu.ts";
import { ManualClock } from "../../contract/testing.ts";
import adapter from "./modbus.node.ts";
import { fakeDevice, openAdapter, type Sent } from "./testing.ts";

async function start(config: object, device = fakeDevice({ maxGap: 0 })) {
  const clock = new ManualClock();
  const opened = await openAdapter(device, config, clock);
  const advance = async (ms: number, stepMs = 10) => {
    for (let passed = 0; passed < Math.max(ms, 1); passed += stepMs) {
      clock.advance(Math.min(stepMs, ms));
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { ...opened, clock, device, advance };
}
const set = (device: ReturnType<typeof fakeDevice>, registers: Record<number, number>) => {
  for (const [address, value] of Object.entries(registers)) device.registers.set(Number(address), value);
};
const problems = (config: object) =>
  adapter.config
    .safeParse({ connection: "bus", ...config })
    .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

test("one scan is one reading for each device, with the values of its tags", async () => {
  const device = fakeDevice();
  set(device, { 100: 215, 101: 0xfff6, 200: 3 });
  const { advance, readings } = await start(
    {
      devices: [{ deviceId: "boiler-1", tags: { hall: "north" } }],
      scanClasses: [{ name: "slow", interval: "10s" }],
      tags: [
        { key: "temperature", address: 100, type: "int16", scale: 0.1, unit: "°C", precision: 1 },
        { key: "outside", address: 101, type: "int16" },
        { key: "mode", address: 200, scan: "slow" },
      ],
    },
    device,
  );
  await advance(0);
  expect(readings).toEqual([
    {
      device_id: "boiler-1",
      payload: {
        points: [
          { key: "temperature", value: 21.5, type: "float", quality: 0 },
          { key: "outside", value: -10, type: "int", quality: 0 },
        ],
      },
      encoding: "json",
      metadata: { unitId: 1, units: { temperature: "°C" }, tags: { hall: "north" } },
    },
    {
      device_id: "boiler-1",
      payload: { points: [{ key: "mode", value: 3, type: "int", quality: 0 }] },
      encoding: "json",
      metadata: { unitId: 1, scan: "slow", tags: { hall: "north" } },
    },
  ] satisfies Sent[]);
  await advance(10_000, 100);
  expect(readings.filter(({ metadata }) => metadata["scan"] === "slow")).toHaveLength(2);
  expect(readings.filter(({ metadata }) => metadata["scan"] === undefined)).toHaveLength(11);
});

test("300 devices × 25 tags config: every device has all tags, a tag can be for one", async () => {
  const devices = Array.from({ length: 300 }, (_, index) => ({ deviceId: `d${index}`, unitId: index % 250 }));
  const tags = Array.from({ length: 25 }, (_, index) => ({ key: `t${index}`, address: index }));
  const device = fakeDevice();
  for (let address = 0; address < 30; address++) device.registers.set(address, address);
  const {
    advance,
    points,
    device: asked,
  } = await start({ devices, tags: [...tags, { key: "extra", address: 25, device: "d7" }] }, device);
  await advance(0);
  expect(points()).toHaveLength(300 * 25 + 1);
  expect(points("d7")).toHaveLength(26);
  expect(asked.asked.length).toBe(250);
});

test("what does not change is not sent again before the heartbeat", async () => {
  const device = fakeDevice();
  set(device, { 0: 100, 1: 1 });
  const { advance, points, readings } = await start(
    {
      report: "onChange",
      heartbeat: "30s",
      tags: [
        { key: "level", address: 0, deadband: 5 },
        { key: "share", address: 1, deadbandPercent: 10 },
      ],
    },
    device,
  );
  await advance(0);
  expect(points()).toHaveLength(2);
  set(device, { 0: 105, 1: 1 });
  await advance(5_000, 100);
  expect(points()).toHaveLength(2);
  set(device, { 0: 106 });
  await advance(1_000, 100);
  expect(points().slice(2)).toMatchObject([{ key: "level", value: 106 }]);
  await advance(30_000, 100);
  expect(
    points()
      .slice(3)
      .map(({ key }) => key)
      .sort(),
  ).toEqual(["level", "share"]);
  expect(readings.every(({ payload }) => (payload as { points: [] }).points.length > 0)).toBe(true);
});

test("a failed read is null with a quality, never 0 and never the value before, and is told at once", async () => {
  const device = fakeDevice();
  set(device, { 0: 7 });
  const { advance, points, statuses } = await start({ report: "onChange", tags: [{ key: "x", address: 0 }] }, device);
  await advance(0);
  device.ends = { kind: "timeout" };
  await advance(3_000, 100);
  expect(points()).toEqual([
    { key: "x", value: 7, type: "int", quality: 0 },
    { key: "x", value: null, type: "int", quality: 24, detail: "unit 1 does not answer" },
  ]);
  device.ends = undefined;
  await advance(1_000, 100);
  expect(points().at(-1)).toEqual({ key: "x", value: 7, type: "int", quality: 0 });
  expect(statuses.map((status) => status.split(":")[0])).toEqual(["connected", "failed", "connected"]);
});

test("busy: the last value is kept as uncertain; without one there is none", async () => {
  const device = fakeDevice();
  set(device, { 0: 7 });
  device.ends = { kind: "exception", code: 6 };
  const { advance, latest } = await start({ tags: [{ key: "x", address: 0 }] }, device);
  await advance(0);
  expect(latest()).toEqual({ x: "null (68)" });
  device.ends = undefined;
  await advance(1_000, 100);
  expect(latest()).toEqual({ x: 7 });
  device.ends = { kind: "exception", code: 6 };
  await advance(1_000, 100);
  expect(latest()).toEqual({ x: "7 (68)" });
});

test("device shown online when it is not: the card follows the last replies", async () => {
  const device = fakeDevice();
  set(device, { 0: 1 });
  const tags = [
    { key: "x", address: 0 },
    { key: "gone", address: 9 },
  ];
  const { advance, statuses } = await start({ tags }, device);
  await advance(0);
  expect(statuses).toEqual([
    expect.stringContaining("degraded: 1 of 2 tags could be read: the device has no such address (exception 2)"),
  ]);
  device.ends = { kind: "timeout" };
  await advance(1_000, 100);
  expect(statuses.at(-1)).toContain("failed: no tag could be read: ");
});

test("when the connection is gone every value becomes bad once", async () => {
  const device = fakeDevice();
  set(device, { 0: 1, 1: 2 });
  const { advance, close, points } = await start(
    {
      tags: [
        { key: "a", address: 0 },
        { key: "b", address: 1 },
      ],
    },
    device,
  );
  await advance(0);
  device.isConnected = false;
  await close();
  await advance(5_000, 100);
  expect(points().slice(2)).toEqual([
    { key: "a", value: null, type: "int", quality: 8, detail: "the connection is gone" },
    { key: "b", value: null, type: "int", quality: 8, detail: "the connection is gone" },
  ]);
});

test("a node that is stopped sends nothing more, also not what was under way", async () => {
  const device = fakeDevice();
  let answer = () => {};
  const slow = { ...device, request: () => new Promise<never>((resolve) => (answer = resolve as () => void)) };
  const { close, points } = await start({ tags: [{ key: "a", address: 0 }] }, slow as never);
  await new Promise((resolve) => setImmediate(resolve));
  await close();
  answer();
  await new Promise((resolve) => setImmediate(resolve));
  expect(points()).toEqual([]);
});

test("a bus that is too slow: scans are left out and counted, not piled up", async () => {
  const device = fakeDevice();
  set(device, { 0: 1 });
  const clock = new ManualClock();
  const slow = {
    ...device,
    request: async (unit: number, request: Request, line: object) => {
      await new Promise<void>((resolve) => clock.after(2_500, resolve));
      return device.request(unit, request, line);
    },
  };
  const { statuses, points } = await openAdapter(slow, { tags: [{ key: "a", address: 0 }] }, clock);
  for (let step = 0; step < 300; step++) {
    clock.advance(100);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(points().length).toBe(10);
  expect(statuses.at(-1)).toMatch(/1 tag in 1 request, 2500 ms; \d\d scans left out: the interval is too short/);
});

describe("values", () => {
  const read = async (tag: object, ...registers: number[]) => {
    const device = fakeDevice();
    for (const [address, register] of registers.entries()) device.registers.set(address, register);
    const { advance, points } = await start({ tags: [{ key: "x", address: 0, ...tag }] }, device);
    await advance(0);
    const [point] = points();
    return point && [point.value, point.type, point.quality];
  };

  test.each([
    [{ type: "bit", bit: 0 }, [0x0001], [true, "bool", 0]],
    [{ type: "bit", bit: 15 }, [0x7fff], [false, "bool", 0]],
    [{ type: "bool" }, [0x0100], [true, "bool", 0]],
    [{ type: "int8L" }, [0x01fe], [-2, "int", 0]],
    [{ type: "int8H" }, [0xfe01], [-2, "int", 0]],
    [{ type: "uint8L" }, [0x01fe], [254, "int", 0]],
    [{ type: "uint8H" }, [0xfe01], [254, "int", 0]],
    [{ type: "uint16", byteOrder: "DCBA" }, [0x1234], [0x3412, "int", 0]],
    [{ type: "uint64" }, [0x20, 0, 0, 1], ["9007199254740993", "int", 0]],
    [{ type: "uint64" }, [0x1f, 0xffff, 0xffff, 0xffff], [9_007_199_254_740_991, "int", 0]],
    [{ type: "int64" }, [0xffff, 0xffff, 0xffff, 0xfffe], [-2, "int", 0]],
    [{ type: "uint16", scale: 0.1, precision: 1 }, [3], [0.3, "float", 0]],
    [{ type: "int16", scale: 2, offset: -40 }, [50], [60, "float", 0]],
    [{ type: "int16", offset: 5 }, [50], [55, "float", 0]],
    [{ type: "uint16", clampMax: 100 }, [101], [100, "int", 84]],
    [{ type: "int16", clampMin: 0 }, [0xffff], [0, "int", 84]],
    [{ type: "float32" }, [0x7fc0, 0], [null, "float", 16]],
    [{ type: "float32" }, [0x7f80, 0], [null, "float", 16]],
    [{ type: "float16" }, [0x0001], [2 ** -24, "float", 0]],
    [{ type: "float64", byteOrder: "EFGHABCD" }, [0, 0, 0x3ff8, 0], [1.5, "float", 0]],
    [{ type: "float64", byteOrder: "CDABGHEF" }, [0, 0x3ff8, 0, 0], [1.5, "float", 0]],
    [{ type: "string", length: 3 }, [0x4142, 0x4300, 0x4444], ["ABC", "string", 0]],
    [{ type: "string", length: 2, byteOrder: "BADC" }, [0x4241, 0x2043], ["ABC", "string", 0]],
    [{ type: "string", length: 2, half: "low" }, [0x0041, 0x0042], ["AB", "string", 0]],
    [{ type: "string", length: 2, half: "high" }, [0x4100, 0x4200], ["AB", "string", 0]],
    [{ type: "bytes", length: 2 }, [0x0001, 0xfeff], ["AAH+/w==", "binary", 0]],
  ] as const)("%o of %o", async (tag, registers, wanted) => {
    expect(await read(tag, ...registers)).toEqual(wanted);
  });

  test.each([
    ["0", "holding", 100, "3 100+1"],
    ["1", "holding", 101, "3 100+1"],
    ["modicon", "holding", 40_101, "3 100+1"],
    ["modicon", "holding", 465_536, "3 65535+1"],
    ["modicon", "holding", 30_001, "4 0+1"],
    ["modicon", "holding", 10_002, "2 1+1"],
    ["modicon", "holding", 9, "1 8+1"],
  ])("addresses written %s: %s %i is asked for as %s", async (addressBase, area, address, asked) => {
    const { advance, device } = await start({ addressBase, tags: [{ key: "x", area, address }] });
    await advance(0);
    expect(device.asked).toEqual([asked]);
  });
});

test("what cannot be read is refused in words, with its place", () => {
  const tag = (more: object, rest: object = {}) => problems({ ...rest, tags: [{ key: "x", address: 1, ...more }] });
  expect(problems({ tags: [] })).toEqual(["tags: add a tag"]);
  expect(
    problems({
      tags: [
        { key: "x", address: 1 },
        { key: "x", address: 2 },
      ],
    }),
  ).toEqual(['tags.1.key: "x" is there twice']);
  expect(tag({ scale: 0 })).toEqual([
    "tags.0.scale: with the scale 0 every value would be the offset; 1 leaves values as they are",
  ]);
  expect(tag({ scan: "fast" })[0]).toContain('tags.0.scan: there is no scan class "fast"');
  expect(tag({ device: "d9" })[0]).toContain('tags.0.device: there is no device "d9"');
  expect(tag({ area: "coil", type: "int16" })[0]).toContain("tags.0.type: coils and discrete inputs are single bits");
  expect(tag({ address: 65_535, type: "float32" })).toEqual([
    "tags.0.address: 2 registers from there go beyond the last address",
  ]);
  expect(tag({ address: 0 }, { addressBase: "1" })).toEqual(["tags.0.address: addresses go from 1 to 65536"]);
  expect(tag({ address: 20_000 }, { addressBase: "modicon" })[0]).toContain("20000 is no address of the form 40001");
  expect(tag({ area: "input", access: "rw" })).toEqual([
    "tags.0.access: Modbus can only read discrete inputs and input registers",
  ]);
  expect(tag({ type: "bit", access: "rw" })[0]).toContain("tags.0.access: this is a part of a register");
  expect(tag({ min: 5, max: 1 })).toEqual(["tags.0.max: must be at least 5"]);
  expect(tag({ clampMin: 5, clampMax: 1 })).toEqual(["tags.0.clampMax: must be at least 5"]);
});
