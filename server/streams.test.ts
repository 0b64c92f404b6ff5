import { expect, test } from "vitest";
import { until } from "../test/peers/program.ts";
import type { StoredBus, StreamSettings } from "./bus/bus.ts";
import { MemoryBus } from "./bus/memory-bus.ts";
import { createLog } from "./log.ts";
import { keepStreams } from "./streams.ts";

const log = createLog({ level: "silent", format: "json" });

function busWithStreams(ensureStream: (stream: StreamSettings) => Promise<void>) {
  const stored: StoredBus = {
    ensureStream,
    pending: () => 0,
    publish: async () => ({ stream: "", sequence: 1, duplicate: false }),
  };
  return Object.assign(new MemoryBus(), { stored });
}

test("R083 R095 R096 R098 both streams are there as soon as the bus is, and again whenever it comes back", async () => {
  const ensured: StreamSettings[] = [];
  const bus = busWithStreams(async (stream) => void ensured.push(stream));
  const streams = keepStreams({ bus, isEnabled: true, maxFileBytes: 1_000, log });
  await streams.settled();
  expect(ensured).toEqual([
    { name: "IOT_DATA", subjects: ["iot.processed.>", "iot.rules.>"], maxAgeMs: 86_400_000, maxBytes: 500 },
    { name: "IOT_DLQ", subjects: ["iot.errors.*.dead_letter"], maxAgeMs: 30 * 86_400_000, maxBytes: 50 },
  ]);
  expect(streams.health()).toEqual({ enabled: true, healthy: true, detail: "" });
  bus.setConnected(false);
  expect(streams.health()).toMatchObject({ healthy: false, detail: "the bus is away" });
  bus.setConnected(true);
  await streams.settled();
  expect(ensured).toHaveLength(4);
});

test("what keeps messages from being stored is told", async () => {
  const bus = busWithStreams(async () => {
    throw new Error("another stream already stores some of its subjects");
  });
  const streams = keepStreams({ bus, isEnabled: true, maxFileBytes: undefined, log });
  let changes = 0;
  streams.onChange(() => {
    changes++;
  });
  await until("the reason", () => streams.health().detail.includes("another stream"));
  expect(changes).toBe(1);
});

test("R125 switched off, or without JetStream, nothing is asked for", async () => {
  const off = keepStreams({
    bus: busWithStreams(() => Promise.reject(new Error("asked"))),
    isEnabled: false,
    maxFileBytes: 1,
    log,
  });
  expect(off.health()).toMatchObject({ enabled: false, healthy: false });
  const without = keepStreams({ bus: new MemoryBus(), isEnabled: true, maxFileBytes: 1, log });
  await without.settled();
  expect(without.health()).toMatchObject({
    enabled: true,
    healthy: false,
    detail: expect.stringMatching(/no JetStream/),
  });
});
