import { expect, test } from "vitest";
import { OutboundLimit } from "./outbound-limit.ts";

const megabyte = 1024 ** 2;

test("while the server confirms nothing, 64 MB are taken and no more; then as much as it confirms", async () => {
  const confirmations: (() => void)[] = [];
  const connection = { flush: () => new Promise<void>((resolve) => confirmations.push(resolve)) };
  const limit = new OutboundLimit();
  const admitted = () => {
    let count = 0;
    while (limit.admit(2 * megabyte, connection)) count++;
    return count;
  };
  expect(admitted()).toBe(33);
  expect(admitted()).toBe(0);
  for (const confirm of confirmations.splice(0, 10)) confirm();
  await Promise.resolve();
  expect(admitted()).toBe(10);
});

test("a lost connection confirms nothing, a new one begins anew", async () => {
  const limit = new OutboundLimit();
  const lost = { flush: () => Promise.reject(new Error("connection disconnected")) };
  while (limit.admit(megabyte, lost)) {}
  await Promise.resolve();
  expect(limit.admit(1, lost)).toBe(false);
  limit.reset();
  expect(limit.admit(1, lost)).toBe(true);
});
