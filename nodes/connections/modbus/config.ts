/** What can be set on a Modbus bus. */
import { z } from "zod";
import { duration } from "../../contract/fields.ts";
import { maxBitsPerRead, maxRegistersPerRead } from "./pdu.ts";

export const transports = ["tcp", "rtu", "rtu-over-tcp", "ascii"] as const;
export type Transport = (typeof transports)[number];

const network: Transport[] = ["tcp", "rtu-over-tcp"];
const serial: Transport[] = ["rtu", "ascii"];

export function isSerial(transport: Transport): boolean {
  return serial.includes(transport);
}

export const modbusConfig = z
  .strictObject({
    transport: z
      .enum(transports)
      .default("tcp")
      .meta({
        title: "Transport",
        labels: {
          tcp: "Modbus TCP",
          rtu: "Modbus RTU, serial",
          "rtu-over-tcp": "Modbus RTU over TCP",
          ascii: "Modbus ASCII, serial",
        },
      }),
    host: z
      .string()
      .default("")
      .refine((host) => !/[\s/]|^\w+:\/\//.test(host), 'write the name or address alone, such as "10.0.0.5"')
      .meta({ title: "Host", placeholder: "10.0.0.5", showWhen: { transport: network } }),
    port: z
      .int()
      .min(1)
      .max(65_535)
      .default(502)
      .meta({ title: "Port", showWhen: { transport: network } }),
    device: z
      .string()
      .default("")
      .meta({ title: "Serial port", placeholder: "/dev/ttyUSB0", showWhen: { transport: serial } }),
    baudRate: z
      .int()
      .min(50)
      .max(4_000_000)
      .default(9_600)
      .meta({ title: "Baud rate", showWhen: { transport: serial } }),
    dataBits: z
      .literal([7, 8])
      .default(8)
      .meta({ title: "Data bits", showWhen: { transport: serial } }),
    parity: z
      .enum(["none", "even", "odd"])
      .default("none")
      .meta({
        title: "Parity",
        labels: { none: "None", even: "Even", odd: "Odd" },
        showWhen: { transport: serial },
      }),
    stopBits: z
      .literal([1, 2])
      .default(1)
      .meta({ title: "Stop bits", showWhen: { transport: serial } }),
    connectTimeout: duration({
      default: "3s",
      min: "100ms",
      max: "1m",
      title: "Connect timeout",
      showWhen: { transport: network },
      advanced: true,
    }),
    requestTimeout: duration({
      default: "1s",
      min: "10ms",
      max: "1m",
      title: "Request timeout",
      description: "A reply that comes later is thrown away, never taken for the next one.",
    }),
    retries: z.int().min(0).max(10).default(1).meta({
      title: "Retries",
      description: "Of reads. A write is never sent twice.",
    }),
    retryInterval: duration({ default: "100ms", max: "1m", title: "Retry after", advanced: true }),
    interRequestDelay: duration({
      default: "0ms",
      max: "1m",
      title: "Pause between requests",
      description: "For devices that need time. A serial line always has the pause that Modbus asks for.",
      advanced: true,
    }),
    pauseAfterConnect: duration({
      default: "0ms",
      max: "1m",
      title: "Pause after connecting",
      advanced: true,
    }),
    maxRegistersPerRead: z
      .int()
      .min(1)
      .max(maxRegistersPerRead)
      .default(maxRegistersPerRead)
      .meta({ title: "Registers per request", description: "Fewer for devices that refuse more.", advanced: true }),
    maxBitsPerRead: z
      .int()
      .min(1)
      .max(maxBitsPerRead)
      .default(maxBitsPerRead)
      .meta({ title: "Bits per request", advanced: true }),
    maxGap: z.int().min(0).max(maxRegistersPerRead).default(0).meta({
      title: "Read along",
      description: "So many registers that no tag needs may be read along to save a request.",
      advanced: true,
    }),
    maxInFlight: z
      .int()
      .min(1)
      .max(16)
      .default(1)
      .meta({
        title: "Requests at once",
        description: "More than 1 only if the device says that it can.",
        showWhen: { transport: ["tcp"] },
        advanced: true,
      }),
    demoteAfterFailedCycles: z.int().min(0).max(1_000).default(2).meta({
      title: "Rest a silent unit after",
      unit: "cycles",
      description: "A unit that did not answer so often is left alone for a while. 0: never.",
      advanced: true,
    }),
    demotePeriod: duration({ default: "60s", min: "1s", title: "Rest for", advanced: true }),
  })
  .superRefine(({ transport, host, device }, context) => {
    const report = (field: string, message: string) => context.addIssue({ code: "custom", path: [field], message });
    if (!isSerial(transport) && host === "")
      report("host", 'write the name or address of the device, such as "10.0.0.5"');
    if (isSerial(transport) && device === "") report("device", 'write the serial port, such as "/dev/ttyUSB0"');
  });
export type ModbusConfig = z.output<typeof modbusConfig>;
