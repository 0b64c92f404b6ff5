import type { Example } from "../../contract/node.ts";

export const examples: readonly Example[] = [
  {
    title: "R009 a number on an MQTT topic becomes a float under the topic's last level",
    config: {},
    input: [{ raw: { payload: "25.5", metadata: { topic: "plant/boiler/temperature" } } }],
    output: [{ point: { device_id: "d1", key: "temperature", value: 25.5, type: "float", quality: 0 } }],
  },
  {
    title: "each field of a JSON object becomes a point",
    config: {},
    input: [{ raw: { payload: '{"temperature": 21.5, "motor": {"speed": 1450, "on": true}, "state": "run"}' } }],
    output: [
      { point: { key: "temperature", value: 21.5, type: "float" } },
      { point: { key: "motor.speed", value: 1450, type: "int" } },
      { point: { key: "motor.on", value: true, type: "bool" } },
      { point: { key: "state", value: "run", type: "string" } },
    ],
  },
  {
    title: "R069 a bad member of a list does not cost the others",
    config: {},
    input: [{ raw: { payload: '[{"key": "a", "value": 1}, {"key": "b"}, {"key": "c", "value": 3}]' } }],
    output: [{ point: { key: "a", value: 1 } }, { point: { key: "c", value: 3 } }, { port: "failed", point: {} }],
  },
  {
    title: "picks values by their path, with units and types",
    config: {
      fields: [
        { path: "data[0].t", key: "temperature", type: "float", unit: "°C" },
        { path: "meta.serial", key: "serial", type: "string" },
      ],
      deviceIdField: "meta.name",
      timestampField: "meta.ts",
      tags: { line: "2" },
    },
    input: [
      { raw: { payload: '{"data": [{"t": "21"}], "meta": {"name": "oven", "ts": 1700000000, "serial": 4711}}' } },
    ],
    output: [
      {
        point: {
          device_id: "oven",
          key: "temperature",
          value: 21,
          type: "float",
          timestamp: "2023-11-14T22:13:20.000Z",
          tags: { line: "2", unit: "°C" },
        },
      },
      { point: { device_id: "oven", key: "serial", value: "4711", type: "string" } },
    ],
  },
  {
    title: "the decoded values of one poll, one of them in doubt",
    config: {},
    input: [
      {
        raw: {
          protocol: "modbus",
          payload: {
            values: { flow: 12.5, level: { value: null, quality: 1 } },
            timestamp: "2026-01-01T12:00:00Z",
            tags: { unit: "l/s" },
          },
        },
      },
    ],
    output: [
      { point: { key: "flow", value: 12.5, quality: 0, timestamp: "2026-01-01T12:00:00.000Z", tags: { unit: "l/s" } } },
      { point: { key: "level", value: null, quality: 1, timestamp: "2026-01-01T12:00:00.000Z" } },
    ],
  },
  {
    title: "a serial number of twenty digits keeps them all",
    config: {},
    input: [{ raw: { payload: '{"serial": 12345678901234567890}' } }],
    output: [{ point: { key: "serial", value: "12345678901234567890", type: "int" } }],
  },
  {
    title: "text is taken as it came and brought to a type",
    config: { format: "text", key: "valve", types: { valve: "bool" } },
    input: [{ raw: { payload: "ON" } }],
    output: [{ point: { key: "valve", value: true, type: "bool" } }],
  },
];
