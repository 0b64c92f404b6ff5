import { decode } from "@msgpack/msgpack";
import { MessageError } from "../../../contract/errors.ts";
import { defineFormat } from "./format.ts";
import { decoded, jsonLike } from "./library.ts";

export const messagepack = defineFormat({
  label: "MessagePack",
  help: "MessagePack; its timestamps become times",
  examples: [
    {
      title: "a MessagePack map is read like a JSON object",
      config: { format: "messagepack" },
      input: [{ raw: { payload: "gqF0y0A1gAAAAAAAom9uww==", encoding: "base64" } }],
      output: [
        { point: { key: "t", value: 21.5, type: "float" } },
        { point: { key: "on", value: true, type: "bool" } },
      ],
    },
  ],
  create: () => ({
    decode(payload) {
      const bytes = payload.bytes();
      if (bytes.length === 0) throw new MessageError("parse_error", "the payload is empty: there is no value in it");
      // What claims to be longer than the payload is refused before room is made for it.
      const most = bytes.length;
      const limits = { maxArrayLength: most, maxMapLength: most, maxStrLength: most, maxBinLength: most };
      const value = decoded("MessagePack", () =>
        decode(new Uint8Array(bytes), { useBigInt64: true, maxExtLength: most, ...limits }),
      );
      return [jsonLike(value)];
    },
  }),
});
