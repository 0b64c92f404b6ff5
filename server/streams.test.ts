import { expect, test } from "vitest";
import { ManualClock } from "../nodes/contract/testing.ts";
import { until } from "../test/peers/program.ts";
import type { StoredBus, StreamSettings } from "./bus/bus.ts";
import { MemoryBus } from "./bus/memory-bus.ts";
import { createLog } from "./log.ts";
import { keepStreams } from "./streams.ts";

const log = createLog({ level: "silent", format: "json" });

function busWithStreams(ensureStream: (stream: StreamSettings) => Promise<void>) {
  const stored: Pick<StoredBus, "ensureStream"> = { ensureStream };
  return Object.assign(new MemoryBus(), { stored: stored as StoredBus });
}

test("R083 R095 R096 R098 both streams are there as soon as the bus is, and again whenever it comes back", async () => {
  const ensured: StreamSettings[] = [];
  const bus = busWithStreams(async (stream) => void ensured.push(stream));
  const streams = keepStreams({ bus, isEnabled: true, maxFileBytes: 1_000, clock: new ManualClock(), log });
  await streams.settled();
  expect(ensured).toEqual([
    {
      name: "IOT_DATA",
      subjects: ["iot.processed.>", "iot.rules.>", "iot.alerts.>", "iot.aggregated.>"],
      maxAgeMs: 86_400_000,
      maxBytes: 500,
    },
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
  const streams = keepStreams({ bus, isEnabled: true, maxFileBytes: undefined, clock: new ManualClock(), log });
  let changes = 0;
  streams.onChange(() => {
    changes++;
  });
  await until("the reason", () => streams.health().detail.includes("another stream"));
  expect(changes).toBe(1);
});

test("R104 a stream that somebody removed is made again, and health tells only what is new", async () => {
  let asked = 0;
  const bus = busWithStreams(async () => void asked++);
  const clock = new ManualClock();
  const streams = keepStreams({ bus, isEnabled: true, maxFileBytes: 1, clock, log });
  await streams.settled();
  let changes = 0;
  streams.onChange(() => {
    changes++;
  });
  clock.advance(5_000);
  await streams.settled();
  expect(asked).toBe(4);
  expect(changes).toBe(0);
  streams.close();
});

test("R125 switched off, or without JetStream, nothing is asked for", async () => {
  const off = keepStreams({
    bus: busWithStreams(() => Promise.reject(new Error("asked"))),
    isEnabled: false,
    maxFileBytes: 1,
    clock: new ManualClock(),
    log,
  });
  expect(off.health()).toMatchObject({ enabled: false, healthy: false });
  const without = keepStreams({
    bus: new MemoryBus(),
    isEnabled: true,
    maxFileBytes: 1,
    clock: new ManualClock(),
    log,
  });
  await without.settled();
  expect(without.health()).toMatchObject({
    enabled: true,
    healthy: false,
    detail: expect.stringMatching(/no JetStream/),
  });
});
