import { describe, expect, test } from "vitest";
import { ManualClock } from "../../nodes/contract/testing.ts";
import { MemoryBus } from "../bus/memory-bus.ts";
import type { SubjectActivity, SubjectsSeen } from "./contract.ts";
import { SubjectCensus } from "./subject-census.ts";

function census() {
  const [bus, clock] = [new MemoryBus(), new ManualClock()];
  const seen: SubjectsSeen[] = [];
  const listening = new SubjectCensus({ bus, clock, onSeen: (next) => seen.push(next) });
  listening.start();
  return {
    bus,
    seen,
    listening,
    async publish(subject: string, payload: unknown = {}) {
      bus.publish(subject, Buffer.from(typeof payload === "string" ? payload : JSON.stringify(payload)));
      await bus.settled();
    },
    second: () => clock.advance(1_000),
    last: (subject: string): SubjectActivity | undefined =>
      seen.at(-1)?.subjects.find((each) => each.subject === subject),
  };
}

const point = { device_id: "d1", key: "t", value: 21.5 };
const enveloped = { timestamp: "", source: "x", flow: "boiler", node: "convert", trace_id: "1", data: point };

describe("the census of subjects", () => {
  test("tells count, last value and publisher of each, and only of those that changed", async () => {
    const { publish, second, last, seen } = census();
    await publish("iot.processed.d1.t", { ...enveloped, data: { ...point, value: 20 } });
    await publish("iot.processed.d1.t", enveloped);
    await publish("plant.raw", "12,5;ok");
    second();
    expect(last("iot.processed.d1.t")).toMatchObject({
      count: 2,
      perSecond: 2,
      value: "21.5",
      device: "d1",
      key: "t",
      publisher: "boiler/convert",
    });
    expect(last("plant.raw")).toMatchObject({ count: 1, value: "12,5;ok", publisher: "" });
    await publish("plant.raw", "x");
    for (let periods = 0; periods < 5; periods++) second();
    expect(last("iot.processed.d1.t")).toBeUndefined();
    expect(seen.at(-2)?.subjects.map(({ subject, perSecond }) => [subject, perSecond])).toEqual([["plant.raw", 0]]);
    expect(seen.at(-1)?.subjects).toEqual([]);
  });

  test("a rate falls over three seconds to nothing", async () => {
    const { publish, second, last } = census();
    for (let count = 0; count < 6; count++) await publish("a.b");
    const rates = [0, 0, 0, 0].map(() => {
      second();
      return last("a.b")?.perSecond;
    });
    expect(rates).toEqual([6, 3, 2, 0]);
  });

  test("requests to the server and their answers are no subjects of the plant", async () => {
    const { publish, second, seen } = census();
    await publish("_INBOX.x.1");
    await publish("$JS.API.INFO");
    second();
    expect(seen.at(-1)?.subjects).toEqual([]);
  });

  test("of a flood it hears a part each second, and the rates are still those of the flood", async () => {
    const { bus, second, last, seen } = census();
    for (let count = 0; count < 15_000; count++) bus.publish("a.b", Buffer.from("1"));
    await bus.settled();
    second();
    expect(last("a.b")?.count).toBe(10_000);
    expect(seen.at(-1)?.isSampled).toBe(true);
    bus.publish("a.b", Buffer.from("1"));
    await bus.settled();
    second();
    expect(last("a.b")?.count).toBe(10_001);
  });

  test("tells 2,000 subjects apart and counts the messages on all others", async () => {
    const { bus, second, seen } = census();
    for (let count = 0; count < 2_005; count++) bus.publish(`a.${count}`, Buffer.from("1"));
    await bus.settled();
    second();
    expect(seen.at(-1)?.subjects).toHaveLength(2_000);
    expect(seen.at(-1)?.unlisted).toBe(5);
  });

  test("listens to nothing when it has ended, and begins anew", async () => {
    const { bus, publish, second, seen, listening } = census();
    await publish("a.b");
    second();
    expect(listening.all().subjects).toHaveLength(1);
    listening.stop();
    await publish("a.b");
    second();
    expect(seen).toHaveLength(1);
    listening.start();
    expect(listening.all().subjects).toEqual([]);
    await publish("a.c");
    second();
    expect(seen.at(-1)?.subjects.map(({ subject }) => subject)).toEqual(["a.c"]);
    expect(bus.published).toHaveLength(3);
  });
});
