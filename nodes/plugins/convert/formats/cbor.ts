import { decode, type TagDecoder } from "cborg";
import { MessageError } from "../../../contract/errors.ts";
import { defineFormat } from "./format.ts";
import { decoded, jsonLike } from "./library.ts";

/** Numbers of more bytes than a double has room for are no measurements. */
const longestBytes = 128;

const asIs: TagDecoder = (content) => content();
const bigint =
  (sign: 1n | -1n): TagDecoder =>
  (content) => {
    const bytes = content();
    if (!(bytes instanceof Uint8Array) || bytes.length > longestBytes)
      throw new Error("a bignum is no short byte string");
    const magnitude = BigInt(`0x0${Buffer.from(bytes).toString("hex")}`);
    return sign === 1n ? magnitude : -1n - magnitude;
  };
const epoch: TagDecoder = (content) => new Date(Number(content()) * 1000);

/** RFC 8949 section 3.4. Tags that only describe their content are read through. */
const tags: Readonly<Record<number, TagDecoder>> = {
  ...Object.fromEntries([0, 21, 22, 23, 32, 33, 34, 36, 55_799].map((tag) => [tag, asIs])),
  1: epoch,
  2: bigint(1n),
  3: bigint(-1n),
};

export const cbor = defineFormat({
  label: "CBOR",
  help: "CBOR (RFC 8949); its dates become times, its big numbers whole numbers",
  examples: [
    {
      title: "a CBOR map is read like a JSON object",
      config: { format: "cbor" },
      input: [{ raw: { payload: "omF0+UtgYm9u9Q==", encoding: "base64" } }],
      output: [
        { point: { key: "t", value: 14.75, type: "float" } },
        { point: { key: "on", value: true, type: "bool" } },
      ],
    },
  ],
  create: () => ({
    decode(payload) {
      const bytes = payload.bytes();
      if (bytes.length === 0) throw new MessageError("parse_error", "the payload is empty: there is no value in it");
      const options = { useMaps: true, rejectDuplicateMapKeys: true, tags };
      return [jsonLike(decoded("CBOR", (): unknown => decode(bytes, options)))];
    },
  }),
});
