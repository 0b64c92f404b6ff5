import fc from "fast-check";
import { expect, test } from "vitest";
import { BlockReader, type Reading } from "./block-reader.ts";
import type { Span } from "./layout.ts";
import { fakeDevice } from "./testing.ts";

const holding = (address: number, count = 1): Span => ({ area: "holding", address, count });
const each = (from: number, to: number) => Array.from({ length: to - from }, (_, index) => holding(from + index));

function fill(device: ReturnType<typeof fakeDevice>, from: number, to: number) {
  for (let address = from; address < to; address++) device.registers.set(address, address * 3);
}

/** The first register of each span, or the quality in words. */
function shown({ spans }: Reading) {
  return spans.map((span) => ("bytes" in span ? span.bytes.readUInt16BE(span.at) : `bad ${span.quality}`));
}

test("one register per request: 100 neighbouring tags take one request, and all values are their own", async () => {
  const device = fakeDevice();
  fill(device, 0, 200);
  const reader = new BlockReader(device, 1, each(50, 150));
  expect(shown(await reader.read())).toEqual(each(50, 150).map(({ address }) => address * 3));
  expect(device.asked).toEqual(["3 50+100"]);
});

test("gap hits illegal address: the values beside it are read, with one request more, and the next cycle knows", async () => {
  const device = fakeDevice({ maxGap: 50 });
  fill(device, 0, 10);
  fill(device, 20, 30);
  const reader = new BlockReader(device, 1, [...each(0, 10), ...each(20, 30)]);
  const first = await reader.read();
  expect(shown(first)).toEqual([...each(0, 10), ...each(20, 30)].map(({ address }) => address * 3));
  device.asked.length = 0;
  await reader.read();
  expect(device.asked).toEqual(["3 0+10", "3 20+10"]);
});

test("a tag at an address that does not exist is bad alone, and is not asked for again", async () => {
  const device = fakeDevice();
  fill(device, 0, 37);
  fill(device, 38, 100);
  const reader = new BlockReader(device, 1, each(0, 100));
  const wanted = each(0, 100).map(({ address }) => (address === 37 ? "bad 4" : address * 3));
  const first = await reader.read();
  expect(shown(first)).toEqual(wanted);
  expect(first.requests).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(100)) + 1);
  device.asked.length = 0;
  expect(shown(await reader.read())).toEqual(wanted);
  expect(device.asked).toEqual(["3 0+37", "3 38+62"]);
});

test("16 per request: a device that refuses more gets smaller blocks from then on", async () => {
  const device = fakeDevice();
  fill(device, 0, 100);
  device.mostRegisters = 16;
  const reader = new BlockReader(device, 1, each(0, 100));
  expect(shown(await reader.read())).toEqual(each(0, 100).map(({ address }) => address * 3));
  device.asked.length = 0;
  await reader.read();
  expect(device.asked.length).toBeLessThanOrEqual(8);
});

test("whatever is missing, what exists is read and nothing else is, and refused addresses are never asked for again", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.nat(80), { maxLength: 12 }),
      fc.array(fc.record({ address: fc.nat(76), count: fc.integer({ min: 1, max: 4 }) }), {
        minLength: 1,
        maxLength: 30,
      }),
      fc.nat(10),
      async (missing, spans, maxGap) => {
        const device = fakeDevice({ maxGap });
        fill(device, 0, 81);
        for (const address of missing) device.registers.delete(address);
        const reader = new BlockReader(
          device,
          1,
          spans.map(({ address, count }) => holding(address, count)),
        );
        const wanted = spans.map(({ address, count }) =>
          missing.some((gone) => gone >= address && gone < address + count) ? "bad 4" : address * 3,
        );
        expect(shown(await reader.read())).toEqual(wanted);
        // What was found out may have to be found out once more with other neighbours, but not for ever.
        for (let cycle = 0; cycle < 4; cycle++) await reader.read();
        device.asked.length = 0;
        expect(shown(await reader.read())).toEqual(wanted);
        for (const asked of device.asked) {
          const [address = 0, count = 0] = (asked.split(" ")[1] ?? "").split("+").map(Number);
          expect(missing.some((gone) => gone >= address && gone < address + count)).toBe(false);
        }
      },
    ),
  );
});

test.each([
  [{ kind: "exception", code: 1 }, 4],
  [{ kind: "exception", code: 4 }, 12],
  [{ kind: "exception", code: 5 }, 68],
  [{ kind: "exception", code: 6 }, 68],
  [{ kind: "exception", code: 8 }, 12],
  [{ kind: "exception", code: 10 }, 24],
  [{ kind: "exception", code: 11 }, 24],
  [{ kind: "timeout" }, 24],
  [{ kind: "garbled", reason: "a byte count of 3" }, 24],
  [{ kind: "resting" }, 24],
  [{ kind: "closed" }, 8],
] as const)("%o makes values bad with the quality %i and a reason", async (outcome, quality) => {
  const device = fakeDevice();
  device.ends = outcome;
  const { spans } = await new BlockReader(device, 3, [holding(0)]).read();
  expect(spans).toEqual([{ quality, reason: expect.stringMatching(/./) }]);
});

test("a function the device does not know is not asked for again", async () => {
  const device = fakeDevice();
  device.ends = { kind: "exception", code: 1 };
  const reader = new BlockReader(device, 1, each(0, 10));
  await reader.read();
  device.asked.length = 0;
  expect(shown(await reader.read())).toEqual(each(0, 10).map(() => "bad 4"));
  expect(device.asked).toEqual([]);
});

test("a silent unit costs two requests a cycle, not one for each block", async () => {
  const device = fakeDevice();
  device.ends = { kind: "timeout" };
  const reader = new BlockReader(
    device,
    1,
    [0, 200, 400, 600].map((address) => holding(address)),
  );
  const reading = await reader.read();
  expect(shown(reading)).toEqual(["bad 24", "bad 24", "bad 24", "bad 24"]);
  expect(reading).toMatchObject({ requests: 2, hasAnswered: false });
  expect(device.cycles).toEqual([false]);
});

test("one block without a reply does not keep the others from being read", async () => {
  const device = fakeDevice();
  fill(device, 0, 700);
  const { request } = device;
  const deaf = {
    ...device,
    request: (async (unit, asked, line) =>
      asked.pdu.readUInt16BE(1) === 0 ? { kind: "timeout" } : request(unit, asked, line)) satisfies typeof request,
  };
  const reader = new BlockReader(
    deaf,
    1,
    [0, 200, 400, 600].map((address) => holding(address)),
  );
  expect(shown(await reader.read())).toEqual(["bad 24", 600, 1_200, 1_800]);
});
