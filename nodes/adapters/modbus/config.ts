/** What can be set on a Modbus adapter. */
import { z } from "zod";
import modbus from "../../connections/modbus/modbus.connection.ts";
import { areas } from "../../connections/modbus/pdu.ts";
import { connection, duration } from "../../contract/fields.ts";
import { addressings } from "./address.ts";
import { byteOrders } from "./byte-order.ts";
import { tagFaults } from "./config-faults.ts";
import { dataTypes } from "./data-type.ts";

const byteOrder = z.enum(byteOrders);
const orderLabels = {
  ABCD: "ABCD, big-endian",
  CDAB: "CDAB, registers reversed",
  BADC: "BADC, bytes of registers swapped",
  DCBA: "DCBA, little-endian",
  CDABGHEF: "CDAB GHEF, 64 bits",
  EFGHABCD: "EFGH ABCD, 64 bits",
};

const device = z.strictObject({
  deviceId: z.string().min(1, "name the device").meta({ title: "Device id", placeholder: "boiler-1" }),
  unitId: z.int().min(0).max(255).default(1).meta({ title: "Unit id", description: "Also called slave address." }),
  tags: z.record(z.string().min(1), z.string()).optional().meta({ title: "Tags" }),
});

const limit = (title: string) => z.number().optional().meta({ title, advanced: true });

const tag = z.strictObject({
  key: z.string().min(1, "name the tag").meta({ title: "Key", placeholder: "temperature" }),
  area: z
    .enum(areas)
    .default("holding")
    .meta({
      title: "Area",
      labels: { coil: "Coil", discrete: "Discrete input", holding: "Holding register", input: "Input register" },
    }),
  address: z.int().min(0).max(465_536).meta({ title: "Address" }),
  type: z
    .enum(dataTypes)
    .optional()
    .meta({
      title: "Type",
      description: "Left out: uint16; coils and discrete inputs are always bool.",
      labels: {
        bool: "bool, not 0",
        bit: "bit of a register",
        int8L: "int8, low byte",
        int8H: "int8, high byte",
        uint8L: "uint8, low byte",
        uint8H: "uint8, high byte",
      },
    }),
  bit: z
    .int()
    .min(0)
    .max(15)
    .default(0)
    .meta({ title: "Bit", description: "0 is the least significant.", showWhen: { type: ["bit"] } }),
  length: z
    .int()
    .min(1)
    .max(125)
    .default(1)
    .meta({ title: "Length", unit: "registers", showWhen: { type: ["string", "bytes"] } }),
  scale: z.number().default(1).meta({ title: "Scale" }),
  offset: z.number().default(0).meta({ title: "Offset", description: "Value = register × scale + offset." }),
  unit: z.string().default("").meta({ title: "Unit", placeholder: "°C" }),
  scan: z.string().default("").meta({ title: "Scan class", description: "Empty: the interval of the node." }),
  deadband: z.number().min(0).default(0).meta({
    title: "Deadband",
    description: "A change that is not larger is not sent.",
  }),
  access: z
    .enum(["r", "rw", "w"])
    .default("r")
    .meta({ title: "Access", labels: { r: "Read", rw: "Read and write", w: "Write only" } }),
  device: z.string().default("").meta({
    title: "Only of device",
    description: "Empty: every device of the node has this tag.",
    advanced: true,
  }),
  byteOrder: byteOrder
    .optional()
    .meta({ title: "Byte order", description: "Left out: that of the node.", labels: orderLabels, advanced: true }),
  deadbandPercent: z.number().min(0).max(100).default(0).meta({
    title: "Deadband",
    unit: "%",
    description: "Of the last value sent.",
    advanced: true,
  }),
  precision: z.int().min(0).max(15).optional().meta({
    title: "Decimals",
    description: "Rounds to so many.",
    advanced: true,
  }),
  clampMin: limit("Raise to at least"),
  clampMax: limit("Lower to at most"),
  half: z
    .enum(["both", "high", "low"])
    .default("both")
    .meta({
      title: "Characters in",
      labels: { both: "Both bytes", high: "High bytes", low: "Low bytes" },
      showWhen: { type: ["string"] },
      advanced: true,
    }),
  min: z.number().optional().meta({
    title: "Least to write",
    description: "A command below it is refused.",
    advanced: true,
  }),
  max: z.number().optional().meta({ title: "Most to write", advanced: true }),
  verifyReadBack: z.boolean().default(false).meta({
    title: "Read back",
    description: "After a write the tag is read, and the command fails when it holds another value.",
    advanced: true,
  }),
  writeMultiple: z.boolean().default(false).meta({
    title: "Write with 15 or 16",
    description: "For devices that know functions 15 and 16 only, also for a single coil or register.",
    advanced: true,
  }),
  description: z.string().default("").meta({ title: "Description", advanced: true }),
});

const scanClass = z.strictObject({
  name: z.string().min(1, "name the scan class").meta({ title: "Name", placeholder: "slow" }),
  interval: duration({ default: "10s", min: "10ms", title: "Interval" }),
  offset: duration({
    default: "0s",
    title: "First after",
    description: "So that classes do not all ask at the same moment.",
  }),
});

export const adapterConfig = z
  .strictObject({
    connection: connection(modbus),
    devices: z
      .array(device)
      .min(1, "add a device")
      .max(1_000)
      .default([{ deviceId: "plc-1", unitId: 1 }])
      .meta({ title: "Devices", description: "Each has all tags.", widget: "table" }),
    tags: z.array(tag).min(1, "add a tag").max(20_000).meta({
      title: "Tags",
      description: "Rows can be pasted from a spreadsheet or CSV; the first line may name the columns.",
      widget: "table",
    }),
    interval: duration({
      default: "1s",
      min: "10ms",
      title: "Interval",
      description: "From the start of one scan to the start of the next.",
    }),
    scanClasses: z
      .array(scanClass)
      .max(100)
      .default([])
      .meta({ title: "Scan classes", description: "Other intervals, for tags that name them.", widget: "table" }),
    addressBase: z
      .enum(addressings)
      .default("0")
      .meta({
        title: "Addresses are written",
        description: "Off by one? Then the manual counts the other way.",
        labels: { "0": "From 0, as sent", "1": "From 1", modicon: "As 40001, with the area in front" },
      }),
    byteOrder: byteOrder.default("ABCD").meta({
      title: "Byte order",
      description: "Of values of several registers. 123.456 is 42F6 E979 in ABCD, E979 42F6 in CDAB.",
      labels: orderLabels,
    }),
    report: z
      .enum(["onChange", "always"])
      .default("onChange")
      .meta({ title: "Send", labels: { onChange: "What has changed", always: "Every value of every scan" } }),
    heartbeat: duration({
      default: "60s",
      title: "And all at least every",
      description: "Values that do not change are sent again after this time. 0s: never.",
      showWhen: { report: ["onChange"] },
    }),
    allowWrites: z.boolean().default(false).meta({
      title: "Allow writing",
      description: "Commands may write to tags with access rw or w. Without it every command is refused.",
    }),
  })
  .superRefine((value, context) => {
    for (const { path, message } of tagFaults(value)) context.addIssue({ code: "custom", path: [...path], message });
  });
export type AdapterConfig = z.output<typeof adapterConfig>;
export type DeviceConfig = z.output<typeof device>;
export type TagConfig = z.output<typeof tag>;
