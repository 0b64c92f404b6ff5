import fc from "fast-check";
import { expect, test } from "vitest";
import { WaitingLine } from "./waiting-line.ts";

test("what is added first is taken first, however adding and taking alternate", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -3_000, max: 3_000 }), { maxLength: 20 }), (steps) => {
      const line = new WaitingLine<number>();
      const model: number[] = [];
      let next = 0;
      for (const step of steps) {
        for (let count = 0; count < step; count++) {
          line.add(next);
          model.push(next++);
        }
        for (let count = 0; count > step; count--) expect(line.take()).toBe(model.shift());
        expect(line.length).toBe(model.length);
      }
      expect(line.takeAll()).toEqual(model);
    }),
    { numRuns: 20 },
  );
});
