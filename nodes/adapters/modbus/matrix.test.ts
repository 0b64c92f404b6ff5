/** Every type in every byte order in every area, over each transport, against a device that packs and unpacks by itself. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../../test/peers/program.ts";
import { type DeviceValue, hasPymodbus, type PymodbusDevice, startPymodbus } from "../../../test/peers/pymodbus.ts";
import { byteOrders } from "./byte-order.ts";
import { type OpenBus, openAdapter, openBus } from "./testing.ts";

const values = {
  int16: -1234,
  uint16: 54_321,
  int32: -123_456_789,
  uint32: 3_123_456_789,
  int64: "-8123456789012345678",
  uint64: "17123456789012345678",
  float16: -1.5,
  float32: 123.456,
  float64: -123.456789012345,
  string: "Pump 7 é",
} as const;
type Type = keyof typeof values;
const types = Object.keys(values) as Type[];
const registers = (type: Type) => (type === "string" ? 5 : type.endsWith("64") ? 4 : type.endsWith("32") ? 2 : 1);
const ordersOf = (type: Type) => {
  if (type === "string") return ["ABCD"] as const;
  return type.endsWith("64") ? byteOrders : byteOrders.slice(0, 4);
};

/** Every cell with an address of its own; one register apart, so that an order that reads too far is found out. */
const cells = types.flatMap((type) => ordersOf(type).map((order) => ({ type, order })));
const placed = cells.map((cell, index) => ({ ...cell, address: index * 6, key: `${cell.type} ${cell.order}` }));
const wanted = (type: Type) => (type === "float32" ? Math.fround(values.float32) : values[type]);

const deviceValues = (["holding", "input"] as const).flatMap((area) =>
  placed.map(({ type, order, address }): DeviceValue => ({ area, address, type, order, value: values[type] })),
);
const bits = [true, false, true, true, false, false, true, false, true, true];
const bitValues = (["coil", "discrete"] as const).map(
  (area): DeviceValue => ({ area, address: 7, type: "bool", value: bits }),
);

describe.skipIf(!hasPymodbus).each([
  { transport: "tcp", framer: "socket" },
  { transport: "rtu-over-tcp", framer: "rtu" },
] as const)("float, 64-bit, endianness: pymodbus over $transport", ({ transport, framer }) => {
  let device: PymodbusDevice;
  let bus: OpenBus;
  beforeAll(async () => {
    device = await startPymodbus({ 1: [...deviceValues, ...bitValues] }, { framer });
    bus = await openBus({ transport, host: "127.0.0.1", port: device.port, requestTimeout: "5s" });
  });
  afterAll(async () => {
    await bus?.close();
    await device?.stop();
  });

  describe.each(["holding", "input"] as const)("%s registers", (area) => {
    let read: Record<string, unknown>;
    beforeAll(async () => {
      const tags = placed.map(({ key, type, order, address }) => ({
        ...{ key, area, address, type, byteOrder: order },
        ...(type === "string" ? { length: 5 } : {}),
      }));
      const adapter = await openAdapter(bus.client, { interval: "10s", tags });
      await until("all is read", () => adapter.points().length === tags.length);
      read = adapter.latest();
      await adapter.close();
    });
    test.each(placed)("$type in $order", ({ key, type }) => {
      expect(read[key]).toBe(wanted(type));
    });
  });

  test.each(["coil", "discrete"] as const)("%s bits, packed from the start of a block", async (area) => {
    const tags = bits.map((_, index) => ({ key: `b${index}`, area, address: 7 + index }));
    const adapter = await openAdapter(bus.client, { interval: "10s", tags });
    await until("all is read", () => adapter.points().length === tags.length);
    expect(Object.values(adapter.latest())).toEqual(bits);
    expect(adapter.points()[0]).toMatchObject({ type: "bool", quality: 0 });
    await adapter.close();
  });
});

describe.skipIf(!hasPymodbus)("written to pymodbus, and read back as it unpacks by itself", () => {
  let device: PymodbusDevice;
  let bus: OpenBus;
  beforeAll(async () => {
    const zeros = placed.map(
      ({ address }): DeviceValue => ({ area: "holding", address, type: "registers", value: [0, 0, 0, 0, 0] }),
    );
    const coils: DeviceValue = { area: "coil", address: 7, type: "bool", value: bits.map(() => false) };
    // Unit 2 holds what unit 1 should hold afterwards, as pymodbus packs it.
    device = await startPymodbus({ 1: [...zeros, coils], 2: deviceValues });
    bus = await openBus({ host: "127.0.0.1", port: device.port, requestTimeout: "5s" });
  });
  afterAll(async () => {
    await bus?.close();
    await device?.stop();
  });
  const opened = (tags: object[]) => openAdapter(bus.client, { interval: "1h", allowWrites: true, tags });

  test.each(placed)("$type in $order", async ({ key, type, order, address }) => {
    const length = type === "string" ? { length: 5 } : {};
    const tag = { key, address, type, byteOrder: order, access: "w", verifyReadBack: true, ...length };
    const adapter = await opened([tag]);
    expect(await adapter.opened.command?.({ key, value: values[type] })).toMatchObject({ verified: true });
    const count = registers(type);
    expect(await device.valuesAt(1, "holding", address, count)).toEqual(
      await device.valuesAt(2, "holding", address, count),
    );
    await adapter.close();
  });

  test.each([false, true])("coils, with function 15: %s", async (writeMultiple) => {
    const tags = bits.map((_, index) => ({
      key: `b${index}`,
      area: "coil",
      address: 7 + index,
      access: "rw",
      writeMultiple,
    }));
    const adapter = await opened(tags);
    for (const [index, value] of bits.entries()) await adapter.opened.command?.({ key: `b${index}`, value });
    expect((await device.valuesAt(1, "coil", 7, bits.length)).map(Boolean)).toEqual(bits);
    for (const index of bits.keys()) await adapter.opened.command?.({ key: `b${index}`, value: false });
    expect((await device.valuesAt(1, "coil", 7, bits.length)).map(Boolean)).toEqual(bits.map(() => false));
    await adapter.close();
  });
});

test("every cell reads as many registers as it has", () => {
  expect(placed.every(({ type }) => registers(type) <= 5)).toBe(true);
});
