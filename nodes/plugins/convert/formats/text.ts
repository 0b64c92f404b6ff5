import { defineFormat } from "./format.ts";

export const text = defineFormat({
  label: "Text as it came",
  help: "text as it came, one value",
  examples: [
    {
      title: "text is taken as it came and brought to a type",
      config: { format: "text", key: "valve", types: { valve: "bool" } },
      input: [{ raw: { payload: "ON" } }],
      output: [{ point: { key: "valve", value: true, type: "bool" } }],
    },
  ],
  create: () => ({ decode: (payload) => [payload.text()] }),
});
