/** Compressed payloads, up to a limit: a few bytes can unfold to gigabytes. */
import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from "node:zlib";
import { MessageError } from "../contract/errors.ts";
import { unzstd } from "../plugins/convert/zstd.ts";

/** What this version can unfold, in the order of preference; for `Accept-Encoding`. */
export const encodings = ["gzip", "deflate", "br", "zstd"] as const;
export type Encoding = (typeof encodings)[number];

export function isEncoding(name: string): name is Encoding {
  return encodings.some((encoding) => encoding === name);
}

/**
 * What was compressed (RFC 9110 section 8.4.1). Synchronous, so that payloads stay in the order in which they came; a
 * megabyte takes some milliseconds. Throws `MessageError`: `too_large` beyond the limit, `parse_error` when it is not
 * what it is said to be or ends too early.
 */
export function decompress(bytes: Uint8Array, encoding: Encoding, maxBytes: number): Buffer {
  try {
    return unfold(bytes, encoding, maxBytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ERR_BUFFER_TOO_LARGE") throw tooLarge(maxBytes);
    if (error instanceof MessageError) throw error;
    throw new MessageError("parse_error", `is not ${encoding}: ${(error as Error).message}`, { cause: error });
  }
}

function tooLarge(maxBytes: number): MessageError {
  return new MessageError("too_large", `unfolds to more than ${maxBytes} bytes`);
}

function unfold(bytes: Uint8Array, encoding: Encoding, maxBytes: number): Buffer {
  const options = { maxOutputLength: maxBytes };
  switch (encoding) {
    case "gzip":
      return gunzipSync(bytes, options);
    case "br":
      return brotliDecompressSync(bytes, options);
    case "zstd":
      return unzstd(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), maxBytes, () => tooLarge(maxBytes));
    case "deflate":
      // Many servers leave out the zlib header that the RFC wants; its first byte tells.
      return ((bytes[0] ?? 0) & 15) === 8 ? inflateSync(bytes, options) : inflateRawSync(bytes, options);
  }
}
