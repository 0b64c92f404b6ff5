import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { NodeDefinition } from "../../nodes/contract/catalog.ts";
import { defineConnector } from "../../nodes/contract/connector.ts";
import { defineOperator } from "../../nodes/contract/operator.ts";
import type { NodeStateChange, NodeStateStore } from "../node-state.ts";
import { memoryStateStore, planOf, rule, testEngine } from "./testing.ts";

type Envelope = { data: { value: number } };

/** Sums up by device; the factor is part of what the sums mean, the label is not. */
const sumRule = defineOperator({
  type: "rule.sum",
  title: "",
  summary: "",
  help: "",
  icon: "",
  examples: [],
  accepts: "point",
  config: z.object({ factor: z.number().default(1), label: z.string().default("") }),
  state: { entry: z.number(), basis: ({ factor }) => ({ factor }) },
  create({ factor }, { emit, restored }) {
    const sums = new Map(restored);
    const changed = new Set<string>();
    return {
      process(point) {
        const { device_id } = point;
        changed.add(device_id);
        if (point.value === "reset") sums.delete(device_id);
        else sums.set(device_id, (sums.get(device_id) ?? 0) + factor * Number(point.value));
        emit({ ...point, value: sums.get(device_id) ?? 0 });
      },
      snapshot(which) {
        const names = which === "all" ? [...sums.keys()] : [...changed];
        changed.clear();
        return names.map((name) => [name, sums.get(name)] as const);
      },
    };
  },
});

/** Cannot start. */
const brokenAdapter = defineConnector({
  type: "adapter.broken",
  title: "",
  summary: "",
  help: "",
  icon: "",
  examples: [],
  protocol: "mock",
  scope: () => ({}),
  config: z.object({}),
  open: async () => {
    throw new Error("no such port");
  },
});

const sum = (config = {}, id = "sum") => rule(id, "rule.sum", config);
const extra = [sumRule, brokenAdapter] as unknown as NodeDefinition[];

function start(store: NodeStateStore = memoryStateStore()) {
  const run = testEngine(extra, store);
  return {
    ...run,
    add: async (value: unknown, device_id = "d1") => {
      await run.publish("iot.processed.d1.v", run.point(value, { device_id }));
      return (run.bus.on("iot.rules.f_sum") as Envelope[]).at(-1)?.data.value;
    },
    /** The next periodic saving, and all that follows. */
    async saved() {
      run.clock.advance(1_000);
      for (let turn = 0; turn < 20; turn++) await Promise.resolve();
    },
  };
}

describe("what an operator remembers", () => {
  test("outlives a stop and a start", async () => {
    const store = memoryStateStore();
    const first = start(store);
    await first.engine.apply(planOf([sum()]));
    await first.add(1);
    expect(await first.add(2)).toBe(3);
    await first.engine.stop();
    const second = start(store);
    await second.engine.apply(planOf([sum()]));
    expect(await second.add(10)).toBe(13);
    await second.engine.stop();
  });

  test("is saved every second, so that an end without a stop costs no more", async () => {
    const store = memoryStateStore();
    const first = start(store);
    await first.engine.apply(planOf([sum()]));
    await first.add(1);
    await first.saved();
    await first.add(100);
    const second = start(store);
    await second.engine.apply(planOf([sum()]));
    expect(await second.add(10)).toBe(11);
  });

  test("is saved only as far as it changed", async () => {
    const seen: (readonly NodeStateChange[])[] = [];
    const memory = memoryStateStore();
    const { engine, add, saved } = start({
      ...memory,
      async save(changes) {
        seen.push(changes);
        await memory.save(changes);
      },
    });
    await engine.apply(planOf([sum()]));
    await add(1, "d1");
    await add(1, "d2");
    await saved();
    await add(1, "d2");
    await add("reset", "d1");
    await saved();
    await saved();
    expect(seen.map((changes) => changes.map(({ entries }) => entries))).toEqual([
      [
        [
          ["d1", "1"],
          ["d2", "1"],
        ],
      ],
      [
        [
          ["d2", "2"],
          ["d1", null],
        ],
      ],
    ]);
    await engine.stop();
  });

  test("stays in a deploy that leaves it its meaning, with what was not yet saved", async () => {
    const store = memoryStateStore();
    const { engine, add, saved } = start(store);
    await engine.apply(planOf([sum()]));
    await add(1, "d2");
    await saved();
    await add(5, "d1");
    await add("reset", "d2");
    expect(await engine.apply(planOf([sum({ label: "new" })]))).toMatchObject({ ok: true, changes: { restarted: 1 } });
    expect(await add(1, "d1")).toBe(6);
    expect(await add(1, "d2")).toBe(1);
    await add("reset", "d2");
    await saved();
    expect(store.rows.get("f/sum")?.entries).toEqual([["d1", "6"]]);
    await engine.stop();
  });

  test("ends with a deploy that takes it its meaning, and does not come back with the old configuration", async () => {
    const { engine, add } = start();
    await engine.apply(planOf([sum()]));
    await add(5);
    await engine.apply(planOf([sum({ factor: 10 })]));
    expect(await add(1)).toBe(10);
    await engine.apply(planOf([sum()]));
    expect(await add(1)).toBe(1);
    await engine.stop();
  });

  test("ends with its node", async () => {
    const store = memoryStateStore();
    const { engine, add, saved } = start(store);
    await engine.apply(planOf([sum(), rule("count", "rule.count", {})]));
    await add(5);
    await engine.apply(planOf([rule("count", "rule.count", {})]));
    await saved();
    expect(store.rows.size).toBe(0);
    await engine.apply(planOf([sum()]));
    expect(await add(1)).toBe(1);
    await engine.stop();
  });

  test("is there again when a deploy that removed or changed the node fails", async () => {
    for (const changed of [[], [sum({ factor: 10 })]]) {
      const { engine, add } = start();
      await engine.apply(planOf([sum()]));
      await add(5);
      const broken = {
        category: "adapter",
        id: "a",
        type: "adapter.broken",
        config: {},
        protocol: "mock",
        publishes: [],
      } as const;
      expect(await engine.apply(planOf([...changed, broken]))).toMatchObject({ ok: false });
      expect(await add(1)).toBe(6);
      await engine.stop();
    }
  });

  test("that no longer fits is left out, and the rest is kept", async () => {
    const store = memoryStateStore();
    const first = start(store);
    await first.engine.apply(planOf([sum()]));
    await first.add(5, "d1");
    await first.add(7, "d2");
    await first.engine.stop();
    const [key, saved] = [...store.rows][0] ?? ["", undefined];
    if (saved === undefined) throw new Error("nothing was saved");
    for (const damaged of ['"five"', "{"]) {
      store.rows.set(key, { ...saved, entries: [["d1", damaged], ...saved.entries.slice(1)] });
      const second = start(store);
      await second.engine.apply(planOf([sum()]));
      expect(await second.add(1, "d1")).toBe(1);
      expect(await second.add(1, "d2")).toBe(8);
    }
  });

  test("is saved later when the store fails, with what came since", async () => {
    const memory = memoryStateStore();
    let isFull = true;
    const { engine, add, saved } = start({
      ...memory,
      save: (changes) => (isFull ? Promise.reject(new Error("the disk is full")) : memory.save(changes)),
    });
    await engine.apply(planOf([sum()]));
    await add(1, "d1");
    await add(2, "d2");
    await saved();
    await add(10, "d1");
    await saved();
    isFull = false;
    await saved();
    expect(memory.rows.get("f/sum")?.entries).toEqual([
      ["d1", "11"],
      ["d2", "2"],
    ]);
    await engine.stop();
  });

  test("that cannot be read is as good as none", async () => {
    const { engine, add } = start({ load: () => Promise.reject(new Error("no")), save: () => Promise.resolve() });
    expect(await engine.apply(planOf([sum()]))).toMatchObject({ ok: true });
    expect(await add(1)).toBe(1);
    await engine.stop();
  });
});
