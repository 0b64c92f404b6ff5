/** Compressed payloads, with an end to what may become of them. */
import { gunzipSync, inflateSync } from "node:zlib";
import { MessageError } from "../../contract/errors.ts";
import { excerpt } from "./excerpt.ts";
import { unzstd } from "./zstd.ts";

export const compressions = ["none", "gzip", "zlib", "zstd"] as const;
export type Compression = (typeof compressions)[number];

/** Throws `MessageError` `parse_error`, or `limit` when it would become more than `maxBytes`. */
export function unpack(packed: Buffer, compression: Compression, maxBytes: number): Buffer {
  if (compression === "none") return packed;
  try {
    if (compression === "gzip") return gunzipSync(packed, { maxOutputLength: maxBytes });
    return compression === "zlib"
      ? inflateSync(packed, { maxOutputLength: maxBytes })
      : unzstd(packed, maxBytes, () => tooLarge(maxBytes));
  } catch (error) {
    if (error instanceof MessageError) throw error;
    if (error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    const reason = error instanceof Error ? error.message : String(error);
    throw new MessageError("parse_error", `not ${compression}: ${excerpt(reason)}`, { cause: error });
  }
}

function tooLarge(maxBytes: number): MessageError {
  return new MessageError(
    "limit",
    `the payload becomes more than ${maxBytes} bytes when it is decompressed; raise "Size at most"`,
  );
}
