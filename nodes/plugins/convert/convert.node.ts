import { z } from "zod";
import { defineOperator } from "../../contract/operator.ts";
import { type ConvertConfig, convertConfig } from "./config.ts";
import { converter } from "./converter.ts";
import { examples } from "./examples.ts";
import { keyOfField } from "./fields.ts";
import { formatNames, formats } from "./formats/formats.ts";
import { help } from "./help.ts";

export default defineOperator({
  type: "plugin.convert",
  title: "Convert",
  summary: "Turns what an adapter read into points",
  help,
  icon: "transform",
  keywords: [
    "decode",
    "parse",
    "payload",
    "fields",
    "types",
    "hex",
    "base64",
    "gzip",
    "zstd",
    "lorawan",
    "regex",
    ...formatNames,
  ],
  accepts: "raw",
  config: convertConfig,
  examples,
  line: describe,
  scope(config, { devices, keys }) {
    if (config.fields.length > 0)
      return {
        devices: config.deviceIdField === undefined ? devices : undefined,
        keys: [...new Set(config.fields.map(keyOfField))],
      };
    // An adapter that knows its keys has decoded the payload itself. Any other payload may name devices of its own.
    return keys !== undefined && config.deviceIdField === undefined ? { devices, keys } : {};
  },
  batches: ({ output }) => output === "batch",
  // Of formats in which a message only makes sense with those before it.
  state: { entry: z.unknown(), basis: ({ format }) => format },
  create(config, { emit, restored }) {
    const { convert, snapshot } = converter(config, restored);
    return {
      ...(snapshot === undefined ? {} : { snapshot }),
      process(raw) {
        const { points, error } = convert(raw);
        for (const point of points) emit(point);
        if (error !== undefined) throw error;
      },
    };
  },
});

function describe({ format, fields, readings }: ConvertConfig): string {
  const name = { auto: "any format", json: "JSON" }[format as string] ?? formats[format].label;
  const from = name + (readings === undefined ? "" : `, ${readings}`);
  const keys = fields.map(keyOfField);
  if (keys.length === 0) return `${from} → points`;
  return `${from} → ${keys.slice(0, 3).join(", ")}${keys.length > 3 ? ` and ${keys.length - 3} more` : ""}`;
}
