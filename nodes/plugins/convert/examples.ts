import type { Example } from "../../contract/node.ts";
import { formatNames, formats } from "./formats/formats.ts";

/** Those of the formats, then what goes for all of them. */
export const examples: readonly Example[] = [
  ...formatNames.flatMap((name) => formats[name].examples),
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
    title: "a sensor's bytes, as base64 inside the JSON of its network",
    config: {
      format: "binary",
      bytesAs: "base64",
      payloadField: "data.payload",
      deviceIdField: "device.name",
      binary: { layouts: [{ entries: [{ name: "temp", type: "int", bits: 16, scale: 0.01, endianness: "little" }] }] },
    },
    input: [{ raw: { payload: '{"device": {"name": "cellar"}, "data": {"payload": "ZgM="}}' } }],
    output: [{ point: { device_id: "cellar", key: "temp", value: 8.7, type: "float" } }],
  },
  {
    title: "local times, written as people write them",
    config: {
      timestampField: "at",
      timeFormat: "pattern",
      timePattern: "dd.MM.yyyy HH:mm:ss",
      timeZone: "Europe/Zurich",
    },
    input: [{ raw: { payload: '{"at": "01.07.2026 14:00:00", "t": 21.5}' } }],
    output: [{ point: { key: "t", timestamp: "2026-07-01T12:00:00.000Z" } }],
  },
  {
    title: "compressed JSON",
    config: { compression: "gzip" },
    input: [{ raw: { payload: "H4sIAAAAAAAAA6tWKlGyMjLUM60FANf/3bkKAAAA", encoding: "base64" } }],
    output: [{ point: { key: "t", value: 21.5 } }],
  },
];
