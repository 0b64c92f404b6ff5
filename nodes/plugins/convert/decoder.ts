/** From raw readings to the messages in them: unwrapped, unpacked, and read by their format. */
import type { Raw } from "../../contract/point.ts";
import { type ConvertConfig, formatSettings } from "./config.ts";
import type { Decoder } from "./formats/format.ts";
import { formats } from "./formats/formats.ts";
import { parsePath } from "./path.ts";
import { bytesOf, payloadOf, unwrap } from "./payload.ts";

export interface Decoded {
  /** A member that is a `MessageError` says why that message cannot be read. */
  readonly messages: readonly unknown[];
  /** The JSON message around the payload, when there is one. */
  readonly wrapper: unknown;
}

export interface RawDecoder {
  /** Throws `MessageError` when nothing can be read. */
  decode(raw: Raw): Decoded;
  readonly snapshot: Decoder["snapshot"];
}

/** Formats for what an adapter may have decoded itself. */
const takesDecoded: ReadonlySet<string> = new Set(["auto", "json", "text"]);

export function rawDecoder(config: ConvertConfig, restored: ReadonlyMap<string, unknown>): RawDecoder {
  const { payloadField, format } = config;
  const { decode, snapshot } = formats[format].create(formatSettings(config), restored);
  const path = payloadField === undefined ? undefined : (parsePath(payloadField) ?? []);
  return {
    decode(raw) {
      if (path !== undefined && payloadField !== undefined) {
        const { wrapper, text } = unwrap(raw, path, payloadField);
        return { messages: decode(payloadOf(Buffer.from(text), config), raw), wrapper };
      }
      const isDecoded = typeof raw.payload !== "string" || raw.encoding === "json";
      if (isDecoded && takesDecoded.has(format)) return { messages: [raw.payload], wrapper: undefined };
      return { messages: decode(payloadOf(bytesOf(raw), config), raw), wrapper: undefined };
    },
    snapshot,
  };
}
