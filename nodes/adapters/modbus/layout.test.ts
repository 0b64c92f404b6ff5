import fc from "fast-check";
import { expect, test } from "vitest";
import { areas, isBitArea } from "../../connections/modbus/pdu.ts";
import { type Block, halve, type LayoutLimits, layOut, type Span } from "./layout.ts";

const limits: LayoutLimits = { maxRegistersPerRead: 125, maxBitsPerRead: 2_000, maxGap: 0 };
const holding = (address: number, count = 1): Span => ({ area: "holding", address, count });
const shape = (blocks: readonly Block[]) => blocks.map(({ area, address, count }) => `${area} ${address}+${count}`);

test("neighbours are read together, up to 125 registers or 2000 bits", () => {
  const registers = Array.from({ length: 300 }, (_, index) => holding(index));
  expect(shape(layOut(registers, limits))).toEqual(["holding 0+125", "holding 125+125", "holding 250+50"]);
  const coils = Array.from({ length: 2_500 }, (_, address): Span => ({ area: "coil", address, count: 1 }));
  expect(shape(layOut(coils, limits))).toEqual(["coil 0+2000", "coil 2000+500"]);
});

test("a value of several registers is never split over two requests", () => {
  const floats = Array.from({ length: 63 }, (_, index) => holding(index * 2, 2));
  expect(shape(layOut(floats, limits))).toEqual(["holding 0+124", "holding 124+2"]);
});

test("a gap is read along only as far as allowed", () => {
  const spans = [holding(0), holding(10), holding(21)];
  expect(shape(layOut(spans, limits))).toHaveLength(3);
  expect(shape(layOut(spans, { ...limits, maxGap: 9 }))).toEqual(["holding 0+11", "holding 21+1"]);
  expect(shape(layOut(spans, { ...limits, maxGap: 10 }))).toEqual(["holding 0+22"]);
});

test("bits of one register and values that overlap are read once", () => {
  expect(layOut([holding(5), holding(5), holding(4, 2), holding(5, 4)], limits)).toEqual([
    { area: "holding", address: 4, count: 5, items: [2, 0, 1, 3] },
  ]);
});

test("no block crosses a cut", () => {
  const spans = [holding(0, 4), holding(4, 4), holding(8, 4)];
  expect(shape(layOut(spans, limits, { holding: new Set([4]) }))).toEqual(["holding 0+4", "holding 4+8"]);
  // A cut inside a value does not split it.
  expect(shape(layOut(spans, limits, { holding: new Set([6]) }))).toEqual(["holding 0+8", "holding 8+4"]);
});

const span = fc.record({
  area: fc.constantFrom(...areas),
  address: fc.nat(600),
  count: fc.integer({ min: 1, max: 5 }),
});
const anyLimits = fc.record({
  maxRegistersPerRead: fc.integer({ min: 5, max: 125 }),
  maxBitsPerRead: fc.integer({ min: 5, max: 2_000 }),
  maxGap: fc.nat(20),
});
const anyCuts = fc
  .array(fc.nat(600), { maxLength: 5 })
  .map((cuts) => ({ holding: new Set(cuts), coil: new Set(cuts) }));

test("every value is in exactly one block, whole, and no block is longer or reads along more than allowed", () => {
  fc.assert(
    fc.property(fc.array(span, { maxLength: 60 }), anyLimits, anyCuts, (spans, given, cuts) => {
      const blocks = layOut(spans, given, cuts);
      expect(blocks.flatMap(({ items }) => items).sort((a, b) => a - b)).toEqual(spans.map((_, index) => index));
      for (const block of blocks) {
        const members = block.items.map((index) => spans[index] as Span);
        expect(members.every(({ area }) => area === block.area)).toBe(true);
        expect(Math.min(...members.map(({ address }) => address))).toBe(block.address);
        expect(Math.max(...members.map(({ address, count }) => address + count))).toBe(block.address + block.count);
        expect(block.count).toBeLessThanOrEqual(
          isBitArea(block.area) ? given.maxBitsPerRead : given.maxRegistersPerRead,
        );
        expect(largestGap(members)).toBeLessThanOrEqual(given.maxGap);
        const crossed = [...(block.area === "holding" ? cuts.holding : [])].some(
          (cut) => block.address < cut && members.some(({ address }) => address >= cut),
        );
        expect(crossed).toBe(false);
      }
    }),
  );
});

test("no fewer blocks would do", () => {
  const one = span.map((each) => ({ ...each, area: "holding" as const }));
  fc.assert(
    fc.property(fc.array(one, { minLength: 1, maxLength: 9 }), anyLimits, (spans, given) => {
      expect(layOut(spans, given)).toHaveLength(fewest(spans, given));
    }),
  );
});

test("the halves of a block hold its values, each at least one", () => {
  fc.assert(
    fc.property(fc.array(span, { minLength: 2, maxLength: 40 }), (spans) => {
      for (const block of layOut(spans, { ...limits, maxGap: 20 })) {
        if (block.items.length < 2) continue;
        const [left, right] = halve(block, spans);
        expect([...left.items, ...right.items]).toEqual(block.items);
        expect(Math.min(left.items.length, right.items.length)).toBeGreaterThan(0);
      }
    }),
  );
});

function largestGap(spans: readonly Span[]): number {
  let end = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (const { address, count } of spans.toSorted((a, b) => a.address - b.address)) {
    largest = Math.max(largest, address - end);
    end = Math.max(Number.isFinite(end) ? end : 0, address + count);
  }
  return largest;
}

/** By trying every way to cut the values, in order of their addresses, into runs. */
function fewest(spans: readonly Span[], { maxRegistersPerRead, maxGap }: LayoutLimits): number {
  const sorted = spans.toSorted((a, b) => a.address - b.address || a.count - b.count);
  const best = [0];
  for (let end = 1; end <= sorted.length; end++) {
    best[end] = Number.POSITIVE_INFINITY;
    for (let start = 0; start < end; start++) {
      const run = sorted.slice(start, end);
      const length = Math.max(...run.map(({ address, count }) => address + count)) - (run[0]?.address ?? 0);
      const fits = run.length === 1 || (length <= maxRegistersPerRead && largestGap(run) <= maxGap);
      if (fits) best[end] = Math.min(best[end] ?? 0, (best[start] ?? 0) + 1);
    }
  }
  return best[sorted.length] ?? 0;
}
