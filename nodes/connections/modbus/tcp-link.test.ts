import { expect, test } from "vitest";
import { ManualClock } from "../../contract/testing.ts";
import type { Outcome } from "./link.ts";
import { readRequest, writeRegisters } from "./pdu.ts";
import { TcpLink } from "./tcp-link.ts";
import { registersPdu, settle, tcpFrame, testWire } from "./testing.ts";

function start(maxInFlight = 4) {
  const clock = new ManualClock();
  const wire = testWire();
  const broken: string[] = [];
  const onBroken = (reason: string) => broken.push(reason);
  const link = new TcpLink({ stream: wire.stream, clock, requestTimeoutMs: 1_000, maxInFlight, onBroken });
  /** Asks and answers with what became of it, `undefined` while nothing has. */
  const ask = (unitId: number, request = readRequest("holding", 0, 2)) => {
    let outcome: Outcome | undefined;
    void link.request(unitId, request).then((result) => {
      outcome = result;
    });
    return async () => {
      await settle();
      return outcome?.kind === "data" ? [...outcome.bytes] : (outcome?.kind ?? undefined);
    };
  };
  return { clock, ...wire, broken, link, ask };
}

test("a request is a frame of the protocol, and its reply is what was read", async () => {
  const { ask, sent, come } = start();
  const outcome = ask(7, readRequest("holding", 0x0102, 2));
  expect(sent[0]?.toString("hex")).toBe("00010000000607030102" + "0002");
  expect(await outcome()).toBe(undefined);
  come(tcpFrame(1, 7, registersPdu(0x1234, 5)));
  expect(await outcome()).toEqual([0x12, 0x34, 0, 5]);
});

test("stuck after slow reply: a late reply is thrown away, and the next requests get their own", async () => {
  const { ask, come, clock, link } = start();
  const late = ask(1);
  clock.advance(1_000);
  expect(await late()).toBe("timeout");
  for (let transaction = 2; transaction <= 1_000; transaction++) {
    const outcome = ask(1);
    // Always one behind, as devices do that were slow once.
    come(tcpFrame(transaction - 1, 1, registersPdu(transaction - 1, 0)));
    expect(await outcome()).toBe(undefined);
    come(tcpFrame(transaction, 1, registersPdu(transaction, 0)));
    expect(await outcome()).toEqual([transaction >> 8, transaction & 0xff, 0, 0]);
  }
  expect(link.strays()).toBe(999);
});

test.each([
  ["transaction id", tcpFrame(9, 1, registersPdu(1, 2))],
  ["unit", tcpFrame(1, 2, registersPdu(1, 2))],
  ["function", tcpFrame(1, 1, [4, 4, 0, 1, 0, 2])],
])("a reply with a wrong %s is no reply; the proper one is still taken", async (_what, wrong) => {
  const { ask, come, link } = start();
  const outcome = ask(1);
  come(wrong);
  expect(await outcome()).toBe(undefined);
  expect(link.strays()).toBe(1);
  come(tcpFrame(1, 1, registersPdu(3, 4)));
  expect(await outcome()).toEqual([0, 3, 0, 4]);
});

test.each([
  ["a byte count that is not what was asked for", [3, 2, 0, 1]],
  ["a byte count that is not the length", [3, 4, 0, 1]],
  ["a byte count above the data", [3, 8, 0, 1, 0, 2]],
  ["more data than asked for", [3, 6, 0, 1, 0, 2, 0, 3]],
  ["an exception with more than its code", [0x83, 2, 0]],
])("%s is never a value", async (_what, pdu) => {
  const { ask, come } = start();
  const outcome = ask(1);
  come(tcpFrame(1, 1, pdu));
  expect(await outcome()).toBe("garbled");
});

test("an echo of a write that differs is no confirmation", async () => {
  const { ask, come } = start();
  const first = ask(1, writeRegisters(5, Buffer.from([0, 9]), false));
  come(tcpFrame(1, 1, [6, 0, 5, 0, 9]));
  expect(await first()).toEqual([]);
  const second = ask(1, writeRegisters(5, Buffer.from([0, 9]), false));
  come(tcpFrame(2, 1, [6, 0, 5, 0, 8]));
  expect(await second()).toBe("garbled");
});

test("an exception answers", async () => {
  const { link, come } = start();
  const outcome = link.request(1, readRequest("holding", 0, 2));
  come(tcpFrame(1, 1, [0x83, 6]));
  expect(await outcome).toEqual({ kind: "exception", code: 6 });
});

test("frames may come in pieces of one byte, or several in one piece", async () => {
  const { ask, come } = start();
  const [first, second] = [ask(1), ask(2)];
  for (const byte of tcpFrame(1, 1, registersPdu(1, 2))) come([byte]);
  expect(await first()).toEqual([0, 1, 0, 2]);
  const third = ask(3);
  come(tcpFrame(3, 3, registersPdu(5, 6)), tcpFrame(2, 2, registersPdu(3, 4)));
  expect(await second()).toEqual([0, 3, 0, 4]);
  expect(await third()).toEqual([0, 5, 0, 6]);
});

test.each([
  ["a protocol id other than 0", tcpFrame(1, 1, registersPdu(1, 2), { protocol: 1 }), "protocol id 1"],
  ["a length of 0", tcpFrame(1, 1, registersPdu(1, 2), { length: 0 }), "frame length of 0"],
  ["a length that is too small", tcpFrame(1, 1, registersPdu(1, 2), { length: 2 }), "frame length of 2"],
  ["a length that is too large", tcpFrame(1, 1, registersPdu(1, 2), { length: 65_535 }), "frame length of 65535"],
  ["a flood", Buffer.alloc(65_535, 0x41), "protocol id 16705"],
])("%s ends the connection: where the next frame begins is not known", async (_what, bytes, words) => {
  const { ask, come, broken } = start();
  const outcome = ask(1);
  come(bytes);
  expect(await outcome()).toBe("closed");
  expect(broken).toHaveLength(1);
  expect(broken[0]).toContain(words);
  come(tcpFrame(1, 1, registersPdu(1, 2)));
  expect(await ask(1)()).toBe("closed");
});

test("a half frame that stalls is a timeout, and its rest goes to nobody", async () => {
  const { ask, come, clock } = start();
  const stalled = ask(1);
  const frame = tcpFrame(1, 1, registersPdu(1, 2));
  come(frame.subarray(0, 9));
  clock.advance(1_000);
  expect(await stalled()).toBe("timeout");
  const next = ask(1);
  come(frame.subarray(9));
  expect(await next()).toBe(undefined);
  come(tcpFrame(2, 1, registersPdu(7, 8)));
  expect(await next()).toEqual([0, 7, 0, 8]);
});

test("a reply that comes twice answers once", async () => {
  const { ask, come } = start();
  const first = ask(1);
  come(tcpFrame(1, 1, registersPdu(1, 2)), tcpFrame(1, 1, registersPdu(1, 2)));
  expect(await first()).toEqual([0, 1, 0, 2]);
  const second = ask(1);
  come(tcpFrame(1, 1, registersPdu(1, 2)));
  expect(await second()).toBe(undefined);
});

test("transaction ids begin again after 65535 and skip those under way", async () => {
  const { ask, come, sent } = start();
  const waiting = ask(1);
  for (let count = 0; count < 65_536; count++) {
    void ask(2);
    const transaction = sent.at(-1)?.readUInt16BE(0) ?? 0;
    expect(transaction === 1 && count > 0).toBe(false);
    come(tcpFrame(transaction, 2, registersPdu(0, 0)));
  }
  come(tcpFrame(1, 1, registersPdu(1, 2)));
  expect(await waiting()).toEqual([0, 1, 0, 2]);
});

test("closing ends what is under way", async () => {
  const { ask, link } = start();
  const outcome = ask(1);
  link.close();
  expect(await outcome()).toBe("closed");
  expect(await ask(1)()).toBe("closed");
});
