import { describe, expect, test } from "vitest";
import { ManualClock } from "../../contract/testing.ts";
import { ascii, crc16, rtu } from "./line-codec.ts";
import { LineLink } from "./line-link.ts";
import type { Outcome } from "./link.ts";
import { readRequest } from "./pdu.ts";
import { registersPdu, rtuFrame, settle, testWire } from "./testing.ts";

const gapMs = 4;
const timeoutMs = 1_000;

function start(codec = rtu, byteMs = 0) {
  const clock = new ManualClock();
  const wire = testWire();
  const options = { stream: wire.stream, clock, codec, requestTimeoutMs: timeoutMs, frameGapMs: gapMs, byteMs };
  const link = new LineLink(options);
  const advance = async (ms: number) => {
    // In small steps: what follows from a timer may set another.
    for (let step = 0; step < ms; step++) {
      clock.advance(1);
      await settle();
    }
  };
  const ask = (unitId: number, request = readRequest("holding", 0, 1)) => {
    let outcome: Outcome | undefined;
    void link.request(unitId, request).then((result) => {
      outcome = result;
    });
    return () => (outcome?.kind === "data" ? [...outcome.bytes] : outcome?.kind);
  };
  return { clock, ...wire, link, ask, advance };
}

test("the checksum is that of the standard's example", () => {
  expect(crc16(Buffer.from("0207", "hex"))).toBe(0x1241);
});

test("a reply counts when the line is silent behind it", async () => {
  const { ask, sent, come, advance } = start();
  await advance(gapMs);
  const outcome = ask(1);
  await settle();
  expect(sent[0]?.toString("hex")).toBe(rtuFrame(1, [3, 0, 0, 0, 1]).toString("hex"));
  come(rtuFrame(1, registersPdu(0x1234)));
  await advance(gapMs - 1);
  expect(outcome()).toBe(undefined);
  await advance(1);
  expect(outcome()).toEqual([0x12, 0x34]);
});

test("wrong value from late RTU reply: after a timeout the line is left alone until it was silent", async () => {
  const { ask, sent, come, advance, link } = start();
  const first = ask(1);
  await advance(gapMs + timeoutMs);
  expect(first()).toBe("timeout");
  const second = ask(1);
  await advance(timeoutMs / 2);
  come(rtuFrame(1, registersPdu(1)));
  await advance(timeoutMs - 1);
  expect(sent).toHaveLength(1);
  await advance(2);
  expect(sent).toHaveLength(2);
  come(rtuFrame(1, registersPdu(2)));
  await advance(gapMs);
  expect(second()).toEqual([0, 2]);
  expect(link.strays()).toBe(0);
});

test("a reply that comes a second time is never the next one's", async () => {
  const { ask, sent, come, advance, link } = start();
  const first = ask(1);
  await advance(gapMs);
  come(rtuFrame(1, registersPdu(1)), rtuFrame(1, registersPdu(1)));
  await advance(gapMs);
  expect(first()).toEqual([0, 1]);
  const second = ask(1);
  await advance(gapMs * 2);
  // Once more, long after.
  come(rtuFrame(1, registersPdu(1)));
  await advance(timeoutMs - 1);
  expect(sent).toHaveLength(1);
  await advance(2);
  come(rtuFrame(1, registersPdu(2)));
  await advance(gapMs);
  expect(second()).toEqual([0, 2]);
  expect(link.strays()).toBe(0);
});

test("two different replies to one request: none is believed", async () => {
  const { ask, come, advance } = start();
  const outcome = ask(1);
  await advance(gapMs);
  come(rtuFrame(1, registersPdu(1)));
  await advance(gapMs - 1);
  come(rtuFrame(1, registersPdu(2)));
  await advance(gapMs);
  expect(outcome()).toBe("garbled");
});

test.each([
  ["a wrong checksum", Buffer.concat([rtuFrame(1, registersPdu(1)).subarray(0, -1), Buffer.of(0)])],
  ["another unit", rtuFrame(2, registersPdu(1))],
  ["another function", rtuFrame(1, [4, 2, 0, 1])],
  ["another byte count", rtuFrame(1, [3, 4, 0, 1])],
  ["noise before it", Buffer.concat([Buffer.of(0), rtuFrame(1, registersPdu(1))])],
  ["noise behind it", Buffer.concat([rtuFrame(1, registersPdu(1)), Buffer.of(0)])],
])("a reply with %s is never a value", async (_what, bytes) => {
  const { ask, come, advance } = start();
  const outcome = ask(1);
  await advance(gapMs);
  come(bytes);
  await advance(gapMs);
  expect(outcome()).toBe("garbled");
});

test("a short frame is a timeout", async () => {
  const { ask, come, advance } = start();
  const outcome = ask(1);
  await advance(gapMs);
  come(rtuFrame(1, registersPdu(1)).subarray(0, 4));
  await advance(timeoutMs);
  expect(outcome()).toBe("timeout");
});

test("a frame may come byte by byte, with pauses between", async () => {
  const { ask, come, advance } = start();
  const outcome = ask(1);
  await advance(gapMs);
  for (const byte of rtuFrame(1, registersPdu(0x0203))) {
    come([byte]);
    await advance(20);
  }
  expect(outcome()).toEqual([2, 3]);
});

test("an exception answers", async () => {
  const { link, come, advance } = start();
  const outcome = link.request(1, readRequest("holding", 0, 1));
  await advance(gapMs);
  come(rtuFrame(1, [0x83, 2]));
  await advance(gapMs);
  expect(await outcome).toEqual({ kind: "exception", code: 2 });
});

test("what comes while nothing is asked makes the line wait, and is counted", async () => {
  const { ask, sent, come, advance, link } = start();
  await advance(gapMs);
  come([1, 2, 3]);
  expect(link.strays()).toBe(1);
  const outcome = ask(1);
  await advance(timeoutMs - 1);
  expect(sent).toHaveLength(0);
  await advance(2);
  come(rtuFrame(1, registersPdu(4)));
  await advance(gapMs);
  expect(outcome()).toEqual([0, 4]);
});

test("a line that never falls silent is told, not waited for for ever", async () => {
  const { ask, come, advance } = start();
  come([0]);
  const outcome = ask(1);
  for (let ms = 0; ms < 6 * timeoutMs; ms += 100) {
    come([0]);
    await advance(100);
  }
  expect(outcome()).toBe("garbled");
});

test("a slow line has more time: what is on it takes as long as it takes", async () => {
  const { ask, advance } = start(rtu, 10);
  const outcome = ask(1);
  await advance(gapMs + timeoutMs + 100);
  expect(outcome()).toBe(undefined);
  await advance(100);
  expect(outcome()).toBe("timeout");
});

test("closing ends what waits for its turn and what is under way", async () => {
  const { ask, link, advance } = start();
  const underWay = ask(1);
  await advance(gapMs);
  link.close();
  await settle();
  expect(underWay()).toBe("closed");
  const after = ask(1);
  await settle();
  expect(after()).toBe("closed");
});

describe("Modbus ASCII", () => {
  test("a frame is the one of the standard's example", () => {
    expect(ascii.frame(0xf7, Buffer.from("031389000a", "hex")).toString()).toBe(":F7031389000A60\r\n");
  });

  test("a reply is read, also in pieces", async () => {
    const { ask, come, advance } = start(ascii);
    const outcome = ask(1);
    await advance(gapMs);
    const frame = ascii.frame(1, Buffer.from(registersPdu(0x1234)));
    come(frame.subarray(0, 5));
    await advance(50);
    come(frame.subarray(5));
    await advance(gapMs);
    expect(outcome()).toEqual([0x12, 0x34]);
  });

  test.each([":0103021234AA\r\n", ":010\r\n", "0103021234B4\r\n", ":zz03021234B4\r\n", `:${"0".repeat(600)}`])(
    "%s is never a value",
    async (text) => {
      const { ask, come, advance } = start(ascii);
      const outcome = ask(1);
      await advance(gapMs);
      come(Buffer.from(text));
      await advance(gapMs);
      expect(outcome()).toBe("garbled");
    },
  );
});
