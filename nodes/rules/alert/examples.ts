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
  {
    title: "Hi needs 15 s, and clears 2 below it after 5 s",
    config: { kind: "limits", hihi: 90, hi: 80, deadband: 2, onDelay: "15s", offDelay: "5s" },
    input: [
      { at: "0s", point: { value: 81 } },
      { at: "14s", wait: true },
      { at: "15s", wait: true },
      { at: "20s", point: { value: 79 } },
      { at: "25s", point: { value: 77.9 } },
      { at: "30s", wait: true },
    ],
    output: [
      {
        point: { value: 81 },
        alerts: [{ event: "raised", limit: "hi", alarm_state: "active-unacknowledged", threshold: 80 }],
      },
      {
        port: "cleared",
        point: { value: 77.9 },
        alerts: [{ event: "cleared", limit: "hi", alarm_state: "returned-unacknowledged" }],
      },
    ],
  },
  {
    title: "each limit is an alarm of its own, HiHi and LoLo at a level of their own",
    config: { kind: "limits", hihi: 90, hi: 80, lo: 20, lolo: 10 },
    input: [95, 85, 5].map((value) => ({ point: { value } })),
    output: [
      {
        point: { value: 95 },
        alerts: [
          { limit: "hihi", level: "critical", message: "d1 temperature is 95, beyond HiHi 90" },
          { limit: "hi", level: "warning", priority: "medium" },
        ],
      },
      { port: "cleared", point: { value: 85 }, alerts: [{ limit: "hihi", state: "cleared" }] },
      { port: "cleared", point: { value: 5 }, alerts: [{ limit: "hi", state: "cleared" }] },
      { point: { value: 5 }, alerts: [{ limit: "lo" }, { limit: "lolo", level: "critical" }] },
    ],
  },
  {
    title: "more than 3 off the setpoint, which the point carries as a tag",
    config: { kind: "deviation", setpoint: "double(tags.setpoint)", maxDeviation: 3, deadband: 1 },
    input: [53, 46.9, 47.5, 48].map((value) => ({ point: { value, tags: { setpoint: "50" } } })),
    output: [{ point: { value: 46.9 } }, { port: "cleared", point: { value: 48 } }],
  },
  {
    title: "a temperature that rises by more than 5 a minute",
    config: { kind: "rate", maxRate: 5, ratePer: "1m", direction: "rising" },
    input: [
      { point: { value: 20 } },
      { at: "30s", point: { value: 23 } },
      { at: "60s", point: { value: 24 } },
      { at: "90s", point: { value: 10 } },
    ],
    output: [{ point: { value: 23 } }, { port: "cleared", point: { value: 24 } }],
  },
  {
    title: "a machine in one of its fault states",
    config: { kind: "discrete", states: ["fault", "tripped"], level: "error" },
    input: ["running", "tripped", "fault", "running"].map((value) => ({ point: { key: "state", value } })),
    output: [
      { point: { value: "tripped" }, alerts: [{ priority: "high" }] },
      { port: "cleared", point: { value: "running" } },
    ],
  },
  {
    title: "a sensor that has been silent for a minute",
    config: { kind: "noData", timeout: "1m" },
    input: [{ point: { value: 20 } }, { at: "50s", point: { value: 21 } }, { at: "120s", point: { value: 22 } }],
    output: [
      {
        point: { value: 21 },
        alerts: [
          {
            message: "no data of d1 temperature since 2026-01-01T00:00:50.000Z",
            timestamp: "2026-01-01T00:01:50.000Z",
          },
        ],
      },
      { port: "cleared", point: { value: 22 } },
    ],
  },
  {
    title: "quality that stays bad",
    config: { kind: "badQuality", onDelay: "10s" },
    input: [
      { point: { quality: 4 } },
      { at: "5s", point: { quality: 0 } },
      { at: "6s", point: { quality: 4 } },
      { at: "16s", wait: true },
      { at: "17s", point: { quality: 0 } },
    ],
    output: [
      { point: { quality: 4 }, alerts: [{ message: "d1 temperature has bad quality: 4" }] },
      { port: "cleared", point: { quality: 0 } },
    ],
  },
  {
    title: "with a throttle of 5 min what flickers is told once, and what lasts is told then",
    config: { condition: "value > 40", throttle: "5m" },
    input: [
      { point: { value: 41 } },
      { at: "10s", point: { value: 39 } },
      { at: "20s", point: { value: 42 } },
      { at: "30s", point: { value: 38 } },
      { at: "40s", point: { value: 43 } },
      { at: "301s", wait: true },
    ],
    output: [
      { point: { value: 41 } },
      { port: "cleared", point: { value: 39 } },
      { point: { value: 43 }, alerts: [{ event: "raised", missed: 2 }] },
    ],
  },
];
