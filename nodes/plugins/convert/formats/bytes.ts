import { defineFormat } from "./format.ts";

export const bytes = defineFormat({
  label: "Bytes as they came",
  help: "bytes as they came, one value of type binary, written as base64",
  examples: [
    {
      title: "hex digits are bytes",
      config: { format: "bytes", bytesAs: "hex", key: "frame" },
      input: [{ raw: { payload: "01 03 02 00 FF" } }],
      output: [{ point: { key: "frame", value: "AQMCAP8=", type: "binary" } }],
    },
  ],
  create: () => ({ decode: (payload) => [payload.bytes()] }),
});
