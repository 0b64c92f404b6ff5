import { expect, test } from "vitest";
import adapter from "./modbus.node.ts";
import { fakeDevice, notHere } from "./testing.ts";

test("trying out reads the chosen tags once, with what the device sent beside the value", async () => {
  const device = fakeDevice();
  device.registers.set(0, 0x42f6).set(1, 0xe979).set(5, 7);
  const tags = [
    { key: "t", address: 0, type: "float32", precision: 3 },
    { key: "gone", address: 50 },
    { key: "other", address: 5 },
  ];
  const context = {
    clock: { now: () => 0, monotonic: () => 0, after: notHere, every: notHere } as never,
    signal: new AbortController().signal,
    status: () => undefined,
    lost: () => undefined,
    connection: device,
    endpoints: { websocket: notHere, http: notHere },
    filesRoot: "",
    reach: { loopback: true, privateNetworks: true },
  };
  const config = adapter.config.parse({ connection: "bus", tags });
  expect(await adapter.probe?.(config, context, ["t", "gone"])).toEqual([
    { device_id: "plc-1", key: "t", type: "float", value: 123.456, quality: 0, raw: "42F6 E979" },
    {
      device_id: "plc-1",
      key: "gone",
      type: "int",
      value: null,
      quality: 4,
      detail: "the device has no such address (exception 2)",
    },
  ]);
  expect(device.asked).toEqual(["3 0+2", "3 50+1"]);
});
