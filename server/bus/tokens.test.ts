import fc from "fast-check";
import { expect, test } from "vitest";
import { decodeToken, encodeToken, isReservedToken } from "./tokens.ts";

test("R053 letters, digits, _ and - stay readable; everything else becomes %XX of its UTF-8 bytes", () => {
  expect(encodeToken("sensor_001")).toBe("sensor_001");
  expect(encodeToken("Line-2_Temp")).toBe("Line-2_Temp");
  expect(encodeToken("plc.1 a*")).toBe("plc%2E1%20a%2A");
  expect(encodeToken("a/b>c")).toBe("a%2Fb%3Ec");
  expect(encodeToken("50%")).toBe("50%25");
  expect(encodeToken("$sys")).toBe("%24sys");
  expect(encodeToken("a\r\nb\0")).toBe("a%0D%0Ab%00");
  expect(encodeToken("锅炉")).toBe("%E9%94%85%E7%82%89");
  expect(encodeToken("")).toBe("%");
});

test("R053 every id becomes one token that NATS takes, and the token gives the id back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 10 }), (id) => {
      const token = encodeToken(id);
      expect(token).toMatch(/^[A-Za-z0-9_%-]+$/);
      expect(decodeToken(token)).toBe(id);
    }),
  );
});

test("R053 different ids never share a token, also when they are too long to be spelled out", () => {
  const id = fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom("batch", "%62atch", "5m", "", "%"));
  fc.assert(
    fc.property(id, id, (one, other) => {
      expect(encodeToken(one) === encodeToken(other)).toBe(one === other);
    }),
  );
  const long = "x".repeat(200);
  expect(encodeToken(`${long}1`)).not.toBe(encodeToken(`${long}2`));
});

test("R053 a token has at most 128 bytes; one that was cut says so and is not decoded to something else", () => {
  expect(encodeToken("a".repeat(128))).toBe("a".repeat(128));
  for (const id of ["a".repeat(129), "ü".repeat(60), `${"a".repeat(93)}üüüüüü${"b".repeat(50)}`]) {
    const token = encodeToken(id);
    expect(token.length).toBeLessThanOrEqual(128);
    expect(token).toMatch(/^(?:[A-Za-z0-9_-]|%[0-9A-F]{2})*%~[0-9a-f]{32}$/);
    expect(decodeToken(token)).toBeUndefined();
  }
});

test("R053 a token of others that only looks encoded is taken as it is", () => {
  expect(decodeToken("100%")).toBe("100%");
  expect(decodeToken("%E4")).toBe("%E4");
});

test("R054 words with a meaning of their own are encoded", () => {
  const words = ["batch", "success", "failed", "errors", "warning", "critical", "dead_letter", "rejected"];
  const windows = ["5m", "250ms", "1h", "7d", "30s", "count_10", "cumulative"];
  for (const id of [...words, ...windows]) {
    const token = encodeToken(id);
    expect(isReservedToken(id), id).toBe(true);
    expect(isReservedToken(token), id).toBe(false);
    expect(token).not.toBe(id);
    expect(decodeToken(token)).toBe(id);
  }
  for (const id of ["Batch", "warnings", "5", "5x", "m5", "count_", "temperature"]) expect(encodeToken(id)).toBe(id);
});
