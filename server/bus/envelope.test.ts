import { describe, expect, test } from "vitest";
import { decodeMessage, envelopeEncoder } from "./envelope.ts";
import { messageHeaders } from "./message-headers.ts";
import { readPoints, readRaw } from "./points.ts";

const bytes = (value: unknown) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value));
const point = {
  device_id: "d1",
  key: "v",
  value: 1,
  type: "int",
  quality: 0,
  timestamp: "2026-01-01T00:00:00.000Z",
  tags: {},
};

describe("messages", () => {
  test("R062 an envelope and a bare payload give the same data", () => {
    const bare = decodeMessage(bytes(point));
    const enveloped = decodeMessage(bytes({ source: "x", trace_id: "t", data: point }));
    expect(bare.data).toEqual(enveloped.data);
    expect(enveloped.traceId).toBe("t");
    expect(bare.traceId).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("a point that has a field called data is no envelope", () => {
    expect(decodeMessage(bytes({ ...point, data: 1, version: 2 })).data).toMatchObject({ device_id: "d1" });
  });

  test("what is encoded is decoded", () => {
    const encode = envelopeEncoder({ source: "rule_engine", flow: "f", node: 'n"', port: "late" });
    const incoming = decodeMessage(encode('{"a":1}', { id: 'x"y', hops: 3 }, 0));
    expect(incoming).toMatchObject({
      data: { a: 1 },
      traceId: 'x"y',
      hops: 3,
      flow: "f",
      node: 'n"',
      port: "late",
      timestamp: "1970-01-01T00:00:00.000Z",
    });
  });

  test.each([["{"], ['{"a":1} // comment'], [""], ["{'a':1}"]])("%s is a parse error", (text) => {
    expect(() => decodeMessage(bytes(text))).toThrow(expect.objectContaining({ type: "parse_error" }));
  });

  test("bytes that are not UTF-8 are a parse error", () => {
    expect(() => decodeMessage(Buffer.from([0x22, 0xff, 0x22]))).toThrow(/UTF-8/);
  });
});

describe("headers", () => {
  const text = (traceId: string) => Buffer.from(messageHeaders("result")(traceId).bytes).toString();

  test("R141 kind, version and trace are lines of a header block", () => {
    expect(text("abc")).toBe("NATS/1.0\r\nIot-Kind: result\r\nIot-Version: 1.0.0\r\nIot-Trace-Id: abc\r\n\r\n");
  });

  test("a trace id that would end its line is left out, whatever its length", () => {
    const forged = "123456789012345\r\nNats-Msg-Id: forged";
    for (const id of [forged, forged.slice(0, 36), ""]) expect(text(id)).not.toContain("Trace");
  });
});

describe("points", () => {
  const read = (data: unknown, subject = "x") => readPoints(data, subject, 0);

  test("a complete point is passed on as the same object", () => {
    expect(read(point).points[0]).toBe(point);
  });

  test.each([[[point, point]], [{ points: [point, point] }]])("R068 a batch is read by its shape", (batch) => {
    expect(read(batch).points).toEqual([point, point]);
  });

  test("device and key missing in the payload come from the subject, decoded", () => {
    expect(read({ value: 2 }, "iot.processed.plc%2E1.speed").points).toMatchObject([
      { device_id: "plc.1", key: "speed", value: 2, type: "int" },
    ]);
    expect(read({ device_id: "mine", value: 2 }, "iot.processed.d.k").points).toMatchObject([
      { device_id: "mine", key: "k" },
    ]);
  });

  test.each([
    ["no device", { key: "v", value: 1 }, /device_id/],
    ["no key", { device_id: "d", value: 1 }, /key/],
    ["no value", { device_id: "d", key: "v" }, /value/],
    ["unknown type", { ...point, type: "quaternion" }, /quaternion.*one of int/],
    ["quality in words", { ...point, quality: "good" }, /quality/],
    ["a time that is none", { ...point, timestamp: "yesterday" }, /RFC 3339/],
    ["no object", 5, /JSON object/],
    ["null", null, /JSON object/],
  ])("a point with %s is rejected with words", (_what, data, message) => {
    const { points, rejected } = read(data);
    expect(points).toEqual([]);
    expect(rejected[0]?.error).toMatchObject({ type: "validation", message: expect.stringMatching(message) });
  });

  test.each([1_767_225_600, 1_767_225_600_000, 1_767_225_600_000_000, 1_767_225_600_000_000_000])(
    "%d is taken for the time it is, whatever its unit",
    (timestamp) => {
      expect(read({ ...point, timestamp }).points[0]?.timestamp).toBe("2026-01-01T00:00:00.000Z");
    },
  );

  test("R147 unknown fields survive, prototypes do not get in", () => {
    const data: unknown = JSON.parse('{"device_id":"d","key":"v","value":1,"more":{"a":1},"__proto__":{"polluted":1}}');
    const [read1] = read(data).points;
    expect(read1?.["more"]).toEqual({ a: 1 });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("raw readings", () => {
  test("a foreign payload on a raw subject is taken as the payload of that device", () => {
    expect(readRaw(25.5, "iot.raw.mqtt.d%201", 0)).toMatchObject({
      device_id: "d 1",
      protocol: "mqtt",
      payload: 25.5,
      encoding: "json",
    });
  });

  test("without any device it is rejected", () => {
    expect(() => readRaw(25.5, "somewhere", 0)).toThrow(/device_id/);
  });
});
