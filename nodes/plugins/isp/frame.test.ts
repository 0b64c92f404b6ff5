import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFrame, encodeFrame, FrameError, outcomeOf } from "./frame.ts";
import { LineSplitter } from "./line-splitter.ts";

describe("frames", () => {
  test("are written on one line with whole nanoseconds, also inside points", () => {
    const points = [
      { key: "a", timestamp: "1767225600123000000", tags: { note: '{"timestamp":"1767225600123000000"}' } },
    ];
    const line = encodeFrame({ type: "DATA", id: "1", payload: { points } }, Date.UTC(2026, 0, 1));
    expect(line).toBe(
      '{"type":"DATA","id":"1","timestamp":1767225600000000000,"payload":{"points":[{"key":"a","timestamp":1767225600123000000,"tags":{"note":"{\\"timestamp\\":\\"1767225600123000000\\"}"}}]}}\n',
    );
  });

  test("whatever is written is read as the same", () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }),
        fc.dictionary(fc.string(), fc.jsonValue()).filter((payload) => !JSON.stringify(payload).includes("timestamp")),
        (id, payload) => {
          const line = encodeFrame({ type: "DATA", id, payload }, 1_767_225_600_000);
          expect(line.indexOf("\n")).toBe(line.length - 1);
          expect(decodeFrame(line)).toEqual({
            type: "DATA",
            id,
            timestamp: "1767225600000000000",
            payload: JSON.parse(JSON.stringify(payload)),
          });
        },
      ),
    );
  });

  test("nanoseconds keep every digit, in the frame and in its points", () => {
    const line =
      '{"type":"DATA","timestamp":1767225600123999999 ,"payload":{"points":[{"timestamp" : 1767225600123999999}]}}';
    expect(decodeFrame(line)).toMatchObject({
      timestamp: "1767225600123999999",
      payload: { points: [{ timestamp: "1767225600123999999" }] },
    });
  });

  test.each([
    ["{", "not JSON"],
    ["[]", "not a JSON object"],
    ['{"id":"1"}', 'no "type"'],
    ['{"type":"DATA","payload":[]}', '"payload" is not an object'],
    ['{"type":"DA{"type":"HEARTBEAT"}TA"}', "not JSON"],
  ])("%s is refused: %s", (line, reason) => {
    expect(() => decodeFrame(line)).toThrow(FrameError);
    expect(() => decodeFrame(line)).toThrow(reason);
  });

  test("a response without success is a refusal in words", () => {
    expect(outcomeOf(decodeFrame('{"type":"RESPONSE","payload":{"success":true,"data":5}}'))).toEqual({
      ok: true,
      data: 5,
    });
    expect(outcomeOf(decodeFrame('{"type":"RESPONSE"}'))).toEqual({ ok: false, error: "it gave no reason" });
  });
});

describe("lines", () => {
  test("come out the same however the bytes are cut", () => {
    const line = fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replace(/\s/g, ""));
    fc.assert(
      fc.property(fc.array(line), fc.infiniteStream(fc.integer({ min: 1, max: 5 })), (lines, sizes) => {
        const bytes = Buffer.from(lines.map((text) => `${text}\n`).join(""));
        const seen: string[] = [];
        const splitter = new LineSplitter(
          1_000,
          (text) => seen.push(text),
          () => seen.push("too long"),
        );
        for (let at = 0; at < bytes.length; ) {
          const size = sizes.next().value;
          splitter.push(bytes.subarray(at, at + size));
          at += size;
        }
        expect(seen).toEqual(lines.filter((text) => text.trim() !== "").map((text) => text.trim()));
      }),
    );
  });

  test("one that is too long is left out and told once; the next comes", () => {
    const seen: string[] = [];
    const splitter = new LineSplitter(
      5,
      (text) => seen.push(text),
      () => seen.push("too long"),
    );
    for (const piece of ["abc", "def", "ghi", "\nok\n", "123456\n12345\n"]) splitter.push(Buffer.from(piece));
    expect(seen).toEqual(["too long", "ok", "too long", "12345"]);
  });
});
