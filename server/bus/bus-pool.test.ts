import fc from "fast-check";
import { describe, expect, onTestFinished, test } from "vitest";
import { BusPool, connectBusPool } from "./bus-pool.ts";
import { MemoryBus } from "./memory-bus.ts";
import { publishTogether } from "./publish-together.ts";
import { foreignServer, freeze, recordingLog, testBus } from "./testing.ts";

const numberOf = (data: Uint8Array) => Number(Buffer.from(data).toString());
const bytes = (number: number) => Buffer.from(String(number));

/** A pool of connections in memory; `arrived` holds what came by any of them, by lane. */
function memoryPool(count: number) {
  const buses = Array.from({ length: count }, () => new MemoryBus());
  const arrived = new Map<string, number[]>();
  for (const bus of buses)
    bus.subscribe(">", ({ subject, data }) => {
      arrived.set(subject, [...(arrived.get(subject) ?? []), numberOf(data)]);
    });
  const [first = new MemoryBus(), ...more] = buses;
  const pool = new BusPool(first, more);
  const publish = (lane: string, number: number) => pool.publish(lane, bytes(number), undefined, lane);
  const settled = () => Promise.all(buses.map((bus) => bus.settled()));
  return { pool, buses, arrived, publish, settled };
}

describe("a pool of connections", () => {
  test("R106 many devices are spread over all connections, and each keeps to its own", () => {
    const { buses, publish } = memoryPool(4);
    for (let round = 0; round < 3; round++) for (let device = 0; device < 200; device++) publish(`d${device}`, round);
    const devicesOf = (bus: MemoryBus) => new Set(bus.published.map(({ subject }) => subject));
    const spread = buses.map((bus) => devicesOf(bus).size);
    expect(spread.reduce((sum, size) => sum + size)).toBe(200);
    expect(Math.min(...spread)).toBeGreaterThan(25);
  });

  test("R106 a connection that is away is passed over, and what has no connection at all is counted", async () => {
    const { pool, buses, arrived, publish, settled } = memoryPool(3);
    buses[1]?.setConnected(false);
    for (let device = 0; device < 50; device++) publish(`d${device}`, 1);
    await settled();
    expect(arrived.size).toBe(50);
    for (const bus of buses) bus.setConnected(false);
    publish("d1", 2);
    expect(pool.droppedWhileDisconnected()).toBe(1);
    expect(pool.status().state).toBe("disconnected");
  });

  test("R107 the order of a device stays, whichever connections go and come back", async () => {
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.record({ device: fc.integer({ min: 0, max: 9 }) }) },
      fc.record({ bus: fc.integer({ min: 0, max: 2 }), up: fc.boolean() }),
      fc.constant("wait" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 120 }), async (steps) => {
        const { pool, buses, arrived, publish, settled } = memoryPool(3);
        for (const [number, step] of steps.entries()) {
          if (step === "wait") await settled();
          else if ("device" in step) publish(`d${step.device}`, number);
          else {
            // What is under way in a connection that breaks may arrive late or never, as with one connection.
            if (!step.up) await settled();
            buses[step.bus]?.setConnected(step.up);
          }
        }
        for (const bus of buses) bus.setConnected(true);
        await settled();
        await settled();
        const all = [...arrived.values()];
        for (const numbers of all) expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
        const published = steps.filter((step) => step !== "wait" && "device" in step).length;
        expect(all.flat().length + pool.droppedWhileDisconnected()).toBe(published);
      }),
      { numRuns: 60 },
    );
  });

  test("R105 R152 R107 the server has as many connections as were asked for, and one device arrives in order", async () => {
    const server = await foreignServer();
    const pool = await connectBusPool({ servers: server.url, name: "pool", jetstream: true, log: recordingLog() }, 3);
    onTestFinished(() => pool.drain());
    const listener = await testBus(server);
    const arrived = new Map<string, number[]>();
    listener.subscribe("iot.raw.mock.*", ({ subject, data }) => {
      arrived.set(subject, [...(arrived.get(subject) ?? []), numberOf(data)]);
    });
    await listener.flush(10_000);

    const sequence = Array.from({ length: 1_000 }, (_, index) => index + 1);
    for (const number of sequence)
      for (let device = 0; device < 8; device++)
        pool.publish(`iot.raw.mock.d${device}`, bytes(number), undefined, `d${device}`);
    await pool.flush(10_000);
    await listener.flush(10_000);

    expect([...arrived.keys()]).toHaveLength(8);
    for (const numbers of arrived.values()) expect(numbers).toEqual(sequence);
    const answer = await fetch(`${server.monitorUrl}/connz`);
    const { connections } = (await answer.json()) as { connections: { name: string; in_msgs: number }[] };
    const ours = connections.filter(({ name }) => name.startsWith("pool"));
    expect(ours.map(({ name }) => name).toSorted()).toEqual(["pool", "pool-2", "pool-3"]);
    for (const { in_msgs } of ours) expect(in_msgs).toBeGreaterThanOrEqual(1_000);
  });
});

describe("publishing together", () => {
  test("R108 R153 a thousand messages arrive with one flush", async () => {
    const server = await foreignServer();
    const [bus, listener] = [await testBus(server), await testBus(server)];
    const arrived: number[] = [];
    listener.subscribe("batch.*", ({ data }) => arrived.push(numberOf(data)));
    await listener.flush(10_000);
    let flushes = 0;
    const counting = {
      publish: bus.publish.bind(bus),
      maxPayloadBytes: () => bus.maxPayloadBytes(),
      flush: (timeoutMs: number) => {
        flushes++;
        return bus.flush(timeoutMs);
      },
    };
    const messages = Array.from({ length: 1_000 }, (_, index) => ({
      subject: `batch.${index}`,
      payload: bytes(index),
    }));
    await publishTogether(counting, messages, 10_000);
    await listener.flush(10_000);
    expect(arrived).toEqual(messages.map((_, index) => index));
    expect(flushes).toBe(1);
  });

  test("R109 it is told when the server has not confirmed them in time", async () => {
    const server = await foreignServer();
    const bus = await testBus(server, { jetstream: false, timeoutMs: 500 });
    await bus.flush(10_000);
    await freeze(server);
    const messages = [{ subject: "t", payload: bytes(1) }];
    await expect(publishTogether(bus, messages, 200)).rejects.toThrow("not confirmed what was published within 200 ms");
    await bus.drain();
    process.kill(server.run.pid ?? 0, "SIGCONT");
  });

  test("one that is too large keeps all from being sent", async () => {
    const bus = new MemoryBus();
    const messages = [
      { subject: "a", payload: bytes(1) },
      { subject: "b", payload: Buffer.alloc(2 * 1024 * 1024) },
    ];
    await expect(publishTogether(bus, messages)).rejects.toThrow("A message on b has 2097152 bytes");
    expect(bus.published).toEqual([]);
  });
});
