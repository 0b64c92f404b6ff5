import type { ModbusClient } from "../../connections/modbus/client.ts";
import modbus from "../../connections/modbus/modbus.connection.ts";
import type { Timer } from "../../contract/clock.ts";
import { type AdapterContext, defineConnector } from "../../contract/connector.ts";
import { type AdapterConfig, adapterConfig } from "./config.ts";
import { help } from "./help.ts";
import { probeTags } from "./probe.ts";
import { Scan } from "./scan.ts";
import { standing } from "./status.ts";
import { type Tag, tagsOf } from "./tag.ts";
import { writer } from "./write.ts";

export default defineConnector({
  type: "adapter.modbus",
  title: "Modbus",
  summary: "Reads and writes registers and coils of Modbus devices",
  icon: "plug-connected",
  keywords: ["modbus", "plc", "register", "coil", "rtu", "tcp", "rs485", "holding", "poll", "meter", "inverter"],
  protocol: "modbus",
  connection: modbus,
  help,
  config: adapterConfig,
  examples: [
    {
      title: "A boiler's controller",
      config: {
        connection: "plc-bus",
        devices: [{ deviceId: "boiler-1", unitId: 1 }],
        scanClasses: [{ name: "slow", interval: "10s", offset: "3s" }],
        tags: [
          { key: "temperature", address: 100, type: "int16", scale: 0.1, unit: "°C", deadband: 0.2 },
          { key: "energy", address: 200, type: "uint64", byteOrder: "CDAB", unit: "Wh", scan: "slow" },
          { key: "serial", address: 300, type: "string", length: 8, scan: "slow" },
          { key: "burner", area: "coil", address: 5 },
          { key: "fault", address: 110, type: "bit", bit: 3 },
        ],
      },
    },
    {
      title: "A setpoint that may be written, between 20 and 80 °C",
      config: {
        connection: "plc-bus",
        devices: [{ deviceId: "boiler-1" }],
        tags: [
          { key: "setpoint", address: 120, type: "float32", access: "rw", min: 20, max: 80, verifyReadBack: true },
          { key: "pump", area: "coil", address: 0, access: "rw" },
        ],
        allowWrites: true,
      },
    },
    {
      title: "Three meters of the same kind on one line",
      config: {
        connection: "rs485",
        devices: [
          { deviceId: "meter-1", unitId: 1 },
          { deviceId: "meter-2", unitId: 2 },
          { deviceId: "meter-3", unitId: 3, tags: { hall: "north" } },
        ],
        addressBase: "modicon",
        tags: [
          { key: "voltage", address: 30001, type: "float32", unit: "V" },
          { key: "power", address: 30013, type: "float32", unit: "W" },
        ],
        report: "always",
        interval: "5s",
      },
    },
  ],
  line: describe,
  scope: (config) => ({
    devices: config.devices.map(({ deviceId }) => deviceId),
    keys: [...new Set(config.tags.filter(isRead).map(({ key }) => key))],
  }),
  takesCommands: ({ allowWrites }) => allowWrites,
  probe: (config, { connection: client }, keys) =>
    probeTags(
      client,
      tagsOf(config).filter(({ key }) => keys.length === 0 || keys.includes(key)),
    ),
  async open(config, context) {
    const scans = scansOf(config, context);
    const card = standing(
      context,
      context.connection,
      scans.map(({ tags }) => tags),
    );
    const timers: Timer[] = [];
    const { clock, signal } = context;
    for (const [index, { scan, intervalMs, offsetMs }] of scans.entries()) {
      let isUnderWay = false;
      const run = async () => {
        if (isUnderWay) return card.overrun();
        isUnderWay = true;
        const cycle = await scan.cycle().finally(() => {
          isUnderWay = false;
        });
        if (!signal.aborted) card.cycle(index, cycle);
      };
      const begin = () => {
        timers.push(clock.every(intervalMs, () => void run()));
        void run();
      };
      timers.push(clock.after(offsetMs, begin));
    }
    const write = writer(context.connection, tagsOf(config));
    return {
      ...(config.allowWrites ? { command: write } : {}),
      close: async () => {
        for (const timer of timers) timer.cancel();
        card.close();
        if (!context.connection.isOpen()) await Promise.all(scans.map(({ scan }) => scan.disconnected()));
      },
    };
  },
});

interface PlannedScan {
  readonly scan: Scan;
  readonly tags: number;
  readonly intervalMs: number;
  readonly offsetMs: number;
}

/** One scan for each unit and scan class. */
function scansOf(config: AdapterConfig, context: AdapterContext<ModbusClient>): PlannedScan[] {
  const groups = new Map<string, Tag[]>();
  for (const tag of tagsOf(config).filter(({ config }) => isRead(config))) {
    const name = `${tag.unitId} ${tag.config.scan}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [tag]);
    else group.push(tag);
  }
  return [...groups.values()].map((tags) => {
    const name = tags[0]?.config.scan ?? "";
    const { interval, offset } = config.scanClasses.find((each) => each.name === name) ?? { ...config, offset: 0 };
    const scan = new Scan({
      client: context.connection,
      clock: context.clock,
      signal: context.signal,
      emit: context.emit,
      tags,
      devices: config.devices,
      name,
      report: { mode: config.report, heartbeatMs: config.heartbeat },
    });
    return { scan, tags: tags.length, intervalMs: interval, offsetMs: offset };
  });
}

function isRead({ access }: Pick<AdapterConfig["tags"][number], "access">): boolean {
  return access !== "w";
}

function describe({ devices, tags, interval }: AdapterConfig): string {
  const plural = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const every = interval >= 1_000 ? `${interval / 1_000} s` : `${interval} ms`;
  return `${devices.length === 1 ? "" : `${plural(devices.length, "device")} × `}${plural(tags.length, "tag")} every ${every}`;
}
