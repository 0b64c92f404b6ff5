import { MessageError } from "../../../contract/errors.ts";
import { defineFormat } from "./format.ts";
import { contentOf, parseJson } from "./json-text.ts";

export const ndjson = defineFormat({
  label: "NDJSON: JSON on each line",
  help: "a JSON message on each line (NDJSON, JSON Lines)",
  examples: [
    {
      title: "a bad line does not cost the others",
      config: { format: "ndjson" },
      input: [{ raw: { payload: '{"t": 20}\n{"t": \n{"t": 22}\n' } }],
      output: [{ point: { key: "t", value: 20 } }, { point: { key: "t", value: 22 } }, { port: "failed", point: {} }],
    },
  ],
  create: () => ({
    decode(payload) {
      const lines = contentOf(payload.text()).split(/\r?\n/);
      return lines.flatMap((line) => (line.trim() === "" ? [] : [parseLine(line.trim())]));
    },
  }),
});

function parseLine(line: string): unknown {
  try {
    return parseJson(line);
  } catch (error) {
    if (error instanceof MessageError) return error;
    throw error;
  }
}
