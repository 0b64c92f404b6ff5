import { z } from "zod";
import { excerpt } from "../excerpt.ts";
import { defineFormat } from "./format.ts";
import { decoded, jsonLike } from "./library.ts";
import { messageNames, messageType, readMessage } from "./protobuf-message.ts";

const settings = z
  .strictObject({
    schema: z
      .string()
      .max(1_000_000)
      .meta({ title: "Schema", description: "The text of a .proto file.", widget: "multiline" }),
    message: z
      .string()
      .min(1)
      .meta({ title: "Message", description: "Its name, with the package.", placeholder: "plant.Reading" }),
  })
  .superRefine(({ schema, message }, context) => {
    const [path, fault] = faultOf(schema, message) ?? [];
    if (fault !== undefined) context.addIssue({ code: "custom", path: [path ?? "schema"], message: fault });
  });

export const protobuf = defineFormat({
  label: "Protocol Buffers",
  help: "Protocol Buffers (proto2, proto3), read by the text of a `.proto` file; enumerations are names",
  settings,
  examples: [
    {
      title: "a message is read by the text of its schema",
      config: {
        format: "protobuf",
        protobuf: {
          message: "plant.Reading",
          schema:
            'syntax = "proto3"; package plant; message Reading { string device_id = 1; float temperature = 2; enum State { STOP = 0; RUN = 1; } State state = 3; }',
        },
      },
      input: [{ raw: { payload: "CgRvdmVuFQAArEEYAQ==", encoding: "base64" } }],
      output: [
        { point: { device_id: "oven", key: "temperature", value: 21.5 } },
        { point: { device_id: "oven", key: "state", value: "RUN", type: "string" } },
      ],
    },
  ],
  create({ schema, message }) {
    const type = messageType(schema, message);
    return {
      decode(payload) {
        const bytes = payload.bytes();
        return [jsonLike(decoded(`a ${message}`, () => readMessage(type, bytes)))];
      },
    };
  },
});

function faultOf(schema: string, message: string): [path: string, fault: string] | undefined {
  try {
    const names = messageNames(schema);
    if (!names.includes(message.replace(/^\./, ""))) {
      const known = names.length === 0 ? "has no message" : `has ${names.slice(0, 20).join(", ")}`;
      return ["message", `the schema has no message "${message}"; it ${known}`];
    }
    messageType(schema, message);
    return undefined;
  } catch (error) {
    return ["schema", excerpt(error instanceof Error ? error.message : String(error))];
  }
}
