import type { Example } from "../../contract/node.ts";

/** Written apart so that nobody takes it for JavaScript. */
const keyTemplate = "$" + "{key}_f";

export const examples: readonly Example[] = [
  {
    title: "From °C to °F, with one decimal, under a new name",
    config: {
      steps: [
        { op: "convertUnit", from: "°C", to: "°F" },
        { op: "round", decimals: 1 },
        { op: "rename", key: keyTemplate },
        { op: "setTag", name: "hall", value: "7" },
      ],
    },
    input: [{ point: { value: 21.57, tags: { unit: "°C" } } }, { point: { value: 25.0, type: "float" } }],
    output: [
      { point: { key: "temperature_f", value: 70.8, type: "float", tags: { unit: "°F", hall: "7" } } },
      { point: { key: "temperature_f", value: 77, type: "float", tags: { hall: "7" } } },
    ],
  },
  {
    title: "A pressure sensor with 4 … 20 mA",
    config: { steps: [{ op: "scaleRange", inMin: 4, inMax: 20, outMin: 0, outMax: 16, clamp: true }] },
    input: [{ point: { value: 4 } }, { point: { value: 12 } }, { point: { value: 20.3 } }],
    output: [{ point: { value: 0 } }, { point: { value: 8 } }, { point: { value: 16 } }],
  },
  {
    title: "A raw register in tenths of a degree",
    config: {
      steps: [
        { op: "setType", type: "float" },
        { op: "scale", factor: 0.1 },
        { op: "offset", offset: -40 },
        { op: "round", decimals: 1 },
      ],
    },
    input: [{ point: { value: 650 } }],
    output: [{ point: { value: 25, type: "float" } }],
  },
  {
    title: "A number out of a text, with a decimal comma",
    config: {
      steps: [
        { op: "parse", as: "pattern", pattern: "([0-9,]+) *bar" },
        { op: "parse", as: "number", decimal: "comma" },
      ],
    },
    input: [{ point: { value: "p = 2,75 bar" } }],
    output: [{ point: { value: 2.75, type: "float" } }],
  },
  {
    title: "The curve of a temperature sensor",
    config: {
      steps: [
        {
          op: "lookup",
          match: "interpolate",
          table: [
            { from: 100, to: 0 },
            { from: 138.5, to: 100 },
          ],
          otherwise: "reject",
        },
        { op: "round", decimals: 1, mode: "halfEven" },
      ],
    },
    input: [{ point: { value: 119.25 } }, { point: { value: 9_999 } }],
    output: [{ point: { value: 50 } }, { port: "rejected", point: { value: 9_999 } }],
  },
  {
    title: "How strongly it shakes, from an acceleration in three directions",
    config: {
      steps: [
        { op: "derive", what: "magnitude" },
        { op: "setField", path: "unit", expression: '"m/s²"' },
      ],
    },
    input: [{ point: { value: { x: 2, y: 3, z: 6 } } }],
    output: [{ point: { value: 7, type: "int", unit: "m/s²" } }],
  },
  {
    title: "Consumption from a meter that counts up",
    config: { steps: [{ op: "expression", expression: "delta" }], onError: "default", defaultValue: 0 },
    input: [{ point: { value: 1_200 } }, { point: { value: 1_205 } }],
    output: [{ point: { value: 0 } }, { point: { value: 5 } }],
  },
  {
    title: "Words for the states of a machine",
    config: {
      steps: [
        {
          op: "lookup",
          table: [
            { from: 0, to: "stopped" },
            { from: 1, to: "running" },
          ],
          default: "unknown",
        },
      ],
    },
    input: [{ point: { value: 1 } }, { point: { value: 7 } }],
    output: [{ point: { value: "running", type: "string" } }, { point: { value: "unknown" } }],
  },
  {
    title: "A calculation, and a value for what cannot be calculated",
    config: {
      steps: [{ op: "expression", expression: "sqrt(value.x * value.x + value.y * value.y + value.z * value.z)" }],
      onError: "default",
      defaultValue: -1,
    },
    input: [{ point: { value: { x: 2, y: 3, z: 6 } } }, { point: { value: { x: 2 } } }],
    output: [{ point: { value: 7, type: "int" } }, { point: { value: -1 } }],
  },
];
