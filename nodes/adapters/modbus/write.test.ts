import { describe, expect, test } from "vitest";
import type { BusOutcome } from "../../connections/modbus/client.ts";
import type { Request } from "../../connections/modbus/pdu.ts";
import { MessageError } from "../../contract/errors.ts";
import { ManualClock } from "../../contract/testing.ts";
import adapter from "./modbus.node.ts";
import { fakeDevice, openAdapter } from "./testing.ts";

/** Sends commands to a node with one tag and collects the requests as hex. */
async function start(tag: object, more: object = {}) {
  const device = fakeDevice();
  const sent: string[] = [];
  const { request } = device;
  const client = {
    ...device,
    request: (unit: number, asked: Request, line: object): Promise<BusOutcome> => {
      sent.push(asked.pdu.toString("hex"));
      return device.ends === undefined ? request(unit, asked, line) : Promise.resolve(device.ends);
    },
  };
  const config = { allowWrites: true, tags: [{ key: "x", address: 1, access: "w", ...tag }], ...more };
  const { opened } = await openAdapter(client, config, new ManualClock());
  const { command } = opened;
  if (command === undefined) throw new Error("it takes no commands");
  const write = (value: unknown, about: object = {}) =>
    command({ key: "x", value, ...about }).catch((error: unknown) => {
      if (!(error instanceof MessageError)) throw error;
      return `${error.type}: ${error.message}`;
    });
  return { device, sent, write };
}

test.each([
  [{ area: "coil" }, true, "050001ff00"],
  [{ area: "coil" }, "off", "0500010000"],
  [{ area: "coil", writeMultiple: true }, 1, "0f000100010101"],
  [{ type: "uint16" }, 65_535, "060001ffff"],
  [{ type: "int16" }, -2, "060001fffe"],
  [{ type: "uint16", writeMultiple: true }, 7, "100001000102" + "0007"],
  [{ type: "bool" }, true, "0600010001"],
  [{ type: "uint32", byteOrder: "CDAB" }, 0x01020304, "1000010002" + "04" + "03040102"],
  [{ type: "int64" }, "-9223372036854775808", "1000010004" + "08" + "8000000000000000"],
  [{ type: "float32" }, 123.456, "1000010002" + "04" + "42f6e979"],
  [{ type: "float16" }, -1.5, "060001be00"],
  [{ type: "float16" }, 2 ** -24, "0600010001"],
  [{ type: "int16", scale: 0.1, offset: -5 }, 20, "06000100fa"],
  [{ type: "string", length: 2 }, "AB", "1000010002" + "04" + "41420000"],
  [{ type: "bytes", length: 1 }, "Af8=", "06000101ff"],
])("%o takes %s as %s", async (tag, value, pdu) => {
  const { write, sent } = await start(tag);
  expect(await write(value)).toMatchObject({
    device_id: "plc-1",
    unitId: 1,
    function: Number.parseInt(pdu.slice(0, 2), 16),
  });
  expect(sent).toEqual([pdu]);
});

test.each([
  [{ type: "uint16" }, -1, "out_of_range: -1 does not fit into uint16, which holds 0 to 65535"],
  [{ type: "int16" }, 1.5, "type_mismatch: 1.5 is no whole number"],
  [{ type: "int16", scale: 0.1 }, 4_000, "out_of_range: 40000 does not fit into int16"],
  [{ type: "float16" }, 70_000, "out_of_range: 70000 does not fit into float16"],
  [{ type: "float32" }, 1e39, "out_of_range"],
  [{ type: "float32" }, "warm", 'type_mismatch: "warm" is no number'],
  [{ type: "float32" }, "", 'type_mismatch: "" is no number'],
  [{ type: "float32", max: 80 }, 80.1, "out_of_range: 80.1 is above the most allowed, 80"],
  [{ type: "float32", min: 20 }, 19, "out_of_range: 19 is below the least allowed, 20"],
  [{ area: "coil" }, 2, "type_mismatch: 2 is neither true nor false"],
  [{ type: "string", length: 1 }, "ABC", "out_of_range: the text takes 3 bytes, and there is room for 2"],
  [{ type: "bytes", length: 1 }, "AA==", "out_of_range: these are 1 bytes, and the tag has 2"],
  [{ type: "uint16" }, { a: 1 }, 'type_mismatch: {"a":1} is no number'],
])("%o refuses %s, and nothing is sent", async (tag, value, words) => {
  const { write, sent } = await start(tag);
  expect(await write(value)).toContain(words);
  expect(sent).toEqual([]);
});

test("only tags that may be written are, and a tag of several devices needs to be told which", async () => {
  const devices = [{ deviceId: "a" }, { deviceId: "b", unitId: 2 }];
  const { write, sent } = await start({ type: "uint16" }, { devices });
  expect(await write(1)).toContain('unknown_tag: 2 devices have a tag "x": name one with device_id');
  expect(await write(1, { device_id: "c" })).toContain('unknown_tag: there is no tag "x" of device "c"');
  expect(await write(1, { key: "y" })).toContain('unknown_tag: there is no tag "y"');
  expect(await write(1, { device_id: "b" })).toMatchObject({ device_id: "b", unitId: 2 });
  expect(sent).toHaveLength(1);
  const reading = await start({ access: "r", address: 1 });
  expect(await reading.write(1)).toContain('not_writable: the tag "x" is for reading only');
});

test("an exception, and a write that nobody confirms, are told apart; neither is sent again", async () => {
  const { device, write, sent } = await start({});
  device.ends = { kind: "exception", code: 4 };
  expect(await write(1)).toBe("modbus_exception: unit 1: the device failed while carrying it out (exception 4)");
  for (const ends of [{ kind: "timeout" }, { kind: "garbled", reason: "noise" }, { kind: "closed" }] as const) {
    device.ends = ends;
    expect(await write(1)).toContain(
      "no_confirmation: unit 1 has not confirmed the write: it may have been carried out or not",
    );
  }
  expect(sent).toHaveLength(4);
});

describe("reading back", () => {
  test("confirms what the device holds", async () => {
    const { device, write, sent } = await start({ type: "uint32", verifyReadBack: true });
    device.registers.set(1, 0).set(2, 0);
    expect(await write(70_000)).toMatchObject({ verified: true });
    expect(sent).toHaveLength(2);
  });

  test("fails when the device took something else", async () => {
    const { device, write } = await start({ verifyReadBack: true });
    const { set } = device.registers;
    device.registers.set = (address, value) => set.call(device.registers, address, Math.min(value, 100));
    expect(await write(500)).toBe("read_back: written, but the device now holds 100");
  });
});

test("a node that does not allow writing takes no commands", async () => {
  const { opened } = await openAdapter(
    fakeDevice(),
    { tags: [{ key: "x", address: 1, access: "rw" }] },
    new ManualClock(),
  );
  expect(opened.command).toBe(undefined);
  const config = (allowWrites: boolean) =>
    adapter.config.parse({ connection: "c", allowWrites, tags: [{ key: "x", address: 1 }] });
  expect([true, false].map((allowed) => adapter.takesCommands?.(config(allowed)))).toEqual([true, false]);
});

test("a tag that is only written is not read", async () => {
  const device = fakeDevice();
  const clock = new ManualClock();
  await openAdapter(
    device,
    {
      tags: [
        { key: "x", address: 1, access: "w" },
        { key: "y", address: 5 },
      ],
    },
    clock,
  );
  clock.advance(1);
  expect(device.asked).toEqual(["3 5+1"]);
});
