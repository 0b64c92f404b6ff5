import { defineFormat } from "./format.ts";
import { contentOf, parseJson } from "./json-text.ts";

export const json = defineFormat({
  label: "JSON, or an error",
  help: "JSON text; anything else is an error",
  examples: [],
  create: () => ({ decode: (payload) => [parseJson(contentOf(payload.text()))] }),
});
