import type { Example } from "../../contract/node.ts";

export const examples: readonly Example[] = [
  {
    title: "R011 above 40 at level warning: 40 gives none, 40.1 gives one",
    config: { condition: 'key == "temperature" && value > 40', level: "warning" },
    input: [{ point: { value: 40 } }, { point: { value: 40.1 } }, { point: { value: 41 } }],
    output: [
      {
        point: { value: 40.1 },
        alerts: [{ level: "warning", state: "active", message: "d1 temperature is 40.1", value: 40.1 }],
      },
    ],
  },
  {
    title: "raised once above 80, cleared once below 75",
    config: { condition: "value > 80", clearCondition: "value < 75", level: "critical", category: "thermal" },
    input: [81, 79, 82, 76, 74, 73].map((value) => ({ point: { value } })),
    output: [
      { point: { value: 81 }, alerts: [{ state: "active", level: "critical", category: "thermal" }] },
      {
        port: "cleared",
        point: { value: 74 },
        alerts: [{ state: "cleared", message: "d1 temperature is back to normal: 74" }],
      },
    ],
  },
  {
    title: "a peak shorter than the on delay raises nothing; the latest point raises what lasts",
    config: { condition: "value > 10", onDelay: "5s" },
    input: [
      { point: { value: 11 } },
      { at: "3s", point: { value: 9 } },
      { at: "10s", point: { value: 12 } },
      { at: "13s", point: { value: 14 } },
      { at: "20s", wait: true },
    ],
    output: [{ point: { value: 14 }, alerts: [{ value: 14, state: "active" }] }],
  },
  {
    title: "a short return does not clear with an off delay",
    config: { condition: "value > 10", offDelay: "5s" },
    input: [
      { point: { value: 11 } },
      { at: "1s", point: { value: 9 } },
      { at: "3s", point: { value: 12 } },
      { at: "4s", point: { value: 8 } },
      { at: "60s", wait: true },
    ],
    output: [{ point: { value: 11 } }, { port: "cleared", point: { value: 8 } }],
  },
  {
    title: "only the named keys of some devices, in words of one's own",
    config: {
      condition: "value > 40",
      keys: ["temp*"],
      devices: ["boiler-*"],
      message: `\${device_id} in \${tags.hall}: \${round(value, 1)} °C (\${level})`,
    },
    input: [
      { point: { device_id: "boiler-1", value: 41.26, tags: { hall: "B" } } },
      { point: { device_id: "boiler-1", key: "pressure", value: 99 } },
      { point: { device_id: "fan-1", value: 99 } },
    ],
    output: [{ point: { device_id: "boiler-1" }, alerts: [{ message: "boiler-1 in B: 41.3 °C (warning)" }] }],
  },
  {
    title: "told again every half hour while it lasts",
    config: { condition: "value > 40", repeat: "30m" },
    input: [{ point: { value: 41 } }, { at: "10m", point: { value: 45 } }, { at: "61m", point: { value: 20 } }],
    output: [
      { point: { value: 41 }, alerts: [{ value: 41 }] },
      { point: { value: 45 }, alerts: [{ value: 45, timestamp: "2026-01-01T00:00:00.000Z" }] },
      { point: { value: 45 }, alerts: [{ value: 45, timestamp: "2026-01-01T00:00:00.000Z" }] },
      { port: "cleared", point: { value: 20 }, alerts: [{ state: "cleared" }] },
    ],
  },
];
