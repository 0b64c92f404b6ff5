import type { Example } from "../../contract/node.ts";

export const examples: readonly Example[] = [
  {
    title: "Plausible temperatures of good quality",
    config: {
      checks: [
        { check: "range", min: -40, max: 125 },
        { check: "quality", quality: 0 },
      ],
    },
    input: [{ point: { value: 21.5 } }, { point: { value: 850 } }, { point: { value: 20, quality: 2 } }],
    output: [
      { point: { value: 21.5 } },
      { port: "invalid", point: { value: 850 } },
      { port: "invalid", point: { value: 20 } },
    ],
  },
  {
    title: "Each key of a machine has a range of its own",
    config: {
      checks: [
        { check: "range", keys: "temp*", min: 0, max: 90 },
        { check: "range", keys: "pressure", min: 0, max: 16 },
      ],
    },
    input: [
      { point: { key: "temp_1", value: 80 } },
      { point: { key: "pressure", value: 80 } },
      { point: { key: "speed", value: 1450 } },
    ],
    output: [
      { point: { key: "temp_1" } },
      { port: "invalid", point: { key: "pressure" } },
      { point: { key: "speed" } },
    ],
  },
  {
    title: "A position fits a JSON Schema",
    config: {
      checks: [
        {
          check: "schema",
          schema: {
            type: "object",
            required: ["latitude", "longitude"],
            properties: {
              latitude: { type: "number", minimum: -90, maximum: 90 },
              longitude: { type: "number", minimum: -180, maximum: 180 },
            },
          },
        },
      ],
    },
    input: [
      { point: { key: "at", value: { latitude: 47.4, longitude: 8.5 } } },
      { point: { key: "at", value: { latitude: 474, longitude: 8.5 } } },
    ],
    output: [
      { point: { value: { latitude: 47.4, longitude: 8.5 } } },
      { port: "invalid", point: { value: { latitude: 474, longitude: 8.5 } } },
    ],
  },
  {
    title: "Fresh, and never back in time",
    config: { checks: [{ check: "age", maxAge: "1m", maxFuture: "5s" }, { check: "order" }] },
    input: [
      { point: { timestamp: "2025-12-31T23:59:30.000Z" } },
      { point: { timestamp: "2025-12-31T23:59:20.000Z" } },
      { point: { timestamp: "2025-12-31T23:58:00.000Z" } },
      { point: { timestamp: "2026-01-01T01:00:00.000Z" } },
      { point: { timestamp: "2025-12-31T23:59:40.000Z" } },
    ],
    output: [
      { point: { timestamp: "2025-12-31T23:59:30.000Z" } },
      { port: "invalid", point: { timestamp: "2025-12-31T23:59:20.000Z" } },
      { port: "invalid", point: { timestamp: "2025-12-31T23:58:00.000Z" } },
      { port: "invalid", point: { timestamp: "2026-01-01T01:00:00.000Z" } },
      { point: { timestamp: "2025-12-31T23:59:40.000Z" } },
    ],
  },
  {
    title: "A state that the machine knows, or no state at all",
    config: {
      match: "any",
      checks: [
        { check: "allowed", values: ["run", "stop", "fault"] },
        { check: "expression", expression: "value == null" },
      ],
    },
    input: [{ point: { value: "run" } }, { point: { value: null } }, { point: { value: "RUN" } }],
    output: [{ point: { value: "run" } }, { point: { value: null } }, { port: "invalid", point: { value: "RUN" } }],
  },
  {
    title: "A dry run lets everything pass",
    config: { onInvalid: "count", checks: [{ check: "required", fields: ["tags.line"] }] },
    input: [{ point: { value: 1 } }],
    output: [{ point: { value: 1 } }],
  },
];
