import { describe, expect, test } from "vitest";
import { fillPoint, ManualClock } from "../../contract/testing.ts";
import { completeSettings } from "./device-settings.ts";
import { readIspPoint, readTime, writeIspPoint } from "./isp-point.ts";

const now = "2026-01-01T00:00:00.000Z";
const read = (point: object, more: object = {}) =>
  readIspPoint({ key: "t", source: "plc", value: 1, ...point }, { timestamp: now, ...more });

describe("a sidecar's points", () => {
  test.each([
    [
      { type: "int16", value: -3 },
      { type: "int", value: -3 },
    ],
    [
      { type: "uint32", value: 3.5 },
      { type: "float", value: 3.5 },
    ],
    [
      { type: "float32", value: 3 },
      { type: "float", value: 3 },
    ],
    [
      { type: "FLOAT", value: "3.5" },
      { type: "float", value: 3.5 },
    ],
    [
      { type: "bool", value: 1 },
      { type: "bool", value: true },
    ],
    [
      { type: "string", value: "on" },
      { type: "string", value: "on" },
    ],
    [
      { type: "holding_register", value: 7 },
      { type: "int", value: 7 },
    ],
    [{ value: { latitude: 1, longitude: 2 } }, { type: "location" }],
    [{ quality: 1 }, { quality: 0 }],
    [{ quality: 0 }, { quality: 1 }],
    [{ quality: 192 }, { quality: 192 }],
    [{}, { quality: 0, device_id: "plc", timestamp: now, tags: {} }],
    [{ device_id: "d7" }, { device_id: "d7" }],
    [{ tags: { unit: 5, line: "a" } }, { tags: { unit: "5", line: "a" } }],
  ])("%j becomes %j", (given, point) => {
    expect(read(given)).toMatchObject(point);
  });

  test("the configured device stands for all", () => {
    expect(read({ device_id: "d7" }, { deviceId: "press" })).toMatchObject({ device_id: "press" });
  });

  test.each([
    [{ key: "" }, 'no "key"'],
    [{ source: "" }, 'no "source"'],
    [{ value: null }, 'no "value"'],
    [{ type: "float", value: "hot" }, "declared as float"],
    [{ type: "bool", value: "yes" }, "declared as bool"],
  ])("%j is refused: %s", (given, reason) => {
    expect(() => read(given)).toThrow(reason);
  });

  test.each([
    ["1767225600123999999", "2026-01-01T00:00:00.123Z"],
    [1_767_225_600_123_456_000, "2026-01-01T00:00:00.123Z"],
    [1_767_225_600_123, "2026-01-01T00:00:00.123Z"],
    [1_767_225_600.5, "2026-01-01T00:00:00.500Z"],
    ["2026-01-01T01:00:00+01:00", "2026-01-01T00:00:00.000Z"],
    ["yesterday", undefined],
    [0, undefined],
    [-5, undefined],
    ["99999999999999999999999999", undefined],
    [Number.NaN, undefined],
  ])("the time %s is %s", (given, time) => {
    expect(readTime(given)).toBe(time);
  });

  test("what goes out comes back as the same point", () => {
    const clock = new ManualClock();
    for (const quality of [0, 1, 5]) {
      const point = fillPoint({ value: 21.5, quality, tags: { a: "b" } }, clock);
      expect(readIspPoint(writeIspPoint(point), { timestamp: now })).toEqual(point);
    }
  });
});

describe("settings", () => {
  test("of a Modbus sidecar get what it would do harm without", () => {
    const registers = [
      { key: "a", type: "float32", scale: 0 },
      { key: "b", type: "int16", quantity: 3, scale: 0.1 },
    ];
    expect(completeSettings({ address: "10.0.0.5:502", registers, interval_ms: 0 })).toEqual({
      mode: "tcp",
      address: "10.0.0.5:502",
      interval_ms: 1_000,
      timeout_ms: 3_000,
      registers: [
        { key: "a", type: "float32", scale: 1, quantity: 2, function: 3, device_id: 1 },
        { key: "b", type: "int16", scale: 0.1, quantity: 3, function: 3, device_id: 1 },
      ],
    });
  });
  test("of any other stay as they are", () => {
    expect(completeSettings({ path: "/dev/ttyUSB0" })).toEqual({ path: "/dev/ttyUSB0" });
  });
});
