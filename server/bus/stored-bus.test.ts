import { expect, test } from "vitest";
import { until } from "../../test/peers/program.ts";
import { NotStoredError } from "./bus.ts";
import { testBus, testServer } from "./testing.ts";

const stream = { name: "KEPT", subjects: ["kept.>"], maxAgeMs: 3_600_000, maxBytes: 1024 ** 2 };

async function storedBus() {
  const { stored } = await testBus(await testServer());
  if (stored === undefined) throw new Error("the server has no JetStream");
  return stored;
}

test("R102 what is stored is acknowledged in the order in which it was published", async () => {
  const stored = await storedBus();
  await stored.ensureStream(stream);
  const acks = await Promise.all(
    Array.from({ length: 2_500 }, (_, n) => stored.publish("kept.a", Buffer.from(`${n}`))),
  );
  expect(acks.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 2_500 }, (_, n) => n + 1));
});

test("a stream that comes a moment later takes what was published before it was there", async () => {
  const stored = await storedBus();
  const publishing = stored.publish("kept.a", Buffer.from("early"));
  await until("it is under way", () => stored.pending() === 1);
  await stored.ensureStream(stream);
  expect(await publishing).toMatchObject({ stream: "KEPT", sequence: 1 });
});

test("a subject that no stream has is refused, with the reason", async () => {
  const stored = await storedBus();
  await expect(stored.publish("nowhere.a", Buffer.from("x"))).rejects.toThrow(NotStoredError);
  await expect(stored.publish("nowhere.a", Buffer.from("x"))).rejects.toThrow("no stream has this subject");
  expect(stored.pending()).toBe(0);
});
