import { isUtf8 } from "node:buffer";
import { defineFormat } from "./format.ts";
import { contentOf, parsed, parseJson } from "./json-text.ts";

/** Spares plain words the cost of a failing parse. */
const mayBeJson = /^(?:[[{"\d]|-\d|true$|false$|null$)/;
const meantAsJson = /^[[{]/;

export const auto = defineFormat({
  label: "JSON, text or bytes, by what it is",
  help: "JSON where it is JSON, otherwise text; bytes that are no text are one value of type binary",
  examples: [
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
  ],
  create: () => ({
    decode(payload) {
      const bytes = payload.bytes();
      if (!isUtf8(bytes)) return [bytes];
      const content = contentOf(payload.text());
      if (!mayBeJson.test(content)) return [content];
      if (meantAsJson.test(content)) return [parseJson(content)];
      const value = parsed(content);
      return [value === undefined ? content : value];
    },
  }),
});
