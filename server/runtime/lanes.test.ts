import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Lanes } from "./lanes.ts";

describe("lanes", () => {
  test("one item of each lane is under way at a time", () => {
    const lanes = new Lanes<string>(10);
    for (const item of ["a1", "a2", "b1"]) lanes.push(item.slice(0, 1), item);
    expect([lanes.take(), lanes.take(), lanes.take()]).toEqual(["a1", "b1", undefined]);
    lanes.done("a");
    expect(lanes.take()).toBe("a2");
  });

  test("a lane with much to do waits its turn behind the others", () => {
    const lanes = new Lanes<string>(10);
    for (const item of ["a1", "a2", "a3", "b1"]) lanes.push(item.slice(0, 1), item);
    const order = [];
    for (let item = lanes.take(); item !== undefined; item = lanes.take()) {
      order.push(item);
      lanes.done(item.slice(0, 1));
    }
    expect(order).toEqual(["a1", "b1", "a2", "a3"]);
  });

  test("when it is full the oldest of all goes", () => {
    const lanes = new Lanes<string>(2);
    expect([lanes.push("a", "a1"), lanes.push("b", "b1"), lanes.push("b", "b2")]).toEqual([undefined, undefined, "a1"]);
    expect(lanes.take()).toBe("b1");
    expect(lanes.take()).toBeUndefined();
  });

  test("whatever comes, lanes keep their order, nothing comes twice, and what went is told", () => {
    const step = fc.oneof(
      fc.record({ push: fc.constantFrom("a", "b", "c") }),
      fc.constant("take" as const),
      fc.record({ done: fc.constantFrom("a", "b", "c") }),
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const lanes = new Lanes<{ lane: string; number: number }>(capacity);
        const busy = new Set<string>();
        const gone = new Map<string, number>();
        let pushed = 0;
        let left = 0;
        const leaves = (item: { lane: string; number: number }) => {
          expect(item.number).toBeGreaterThan(gone.get(item.lane) ?? 0);
          gone.set(item.lane, item.number);
          left++;
        };
        for (const each of steps) {
          if (each === "take") {
            const item = lanes.take();
            if (item === undefined) continue;
            expect(busy.has(item.lane)).toBe(false);
            busy.add(item.lane);
            leaves(item);
          } else if ("push" in each) {
            const dropped = lanes.push(each.push, { lane: each.push, number: ++pushed });
            if (dropped !== undefined) leaves(dropped);
          } else if (busy.delete(each.done)) lanes.done(each.done);
          expect(lanes.size()).toBe(pushed - left);
          expect(lanes.size()).toBeLessThanOrEqual(capacity);
          expect(lanes.busy()).toBe(busy.size);
        }
      }),
    );
  });
});
