/** Compressed payloads of messages, told by their first bytes. Pure. */
import { decompress, type Encoding } from "../../outbound/decompress.ts";

/** gzip (RFC 1952). What is deflated (RFC 1950) has no bytes of its own that a measured value could not have. */
function encodingOf(payload: Uint8Array): Encoding | undefined {
  return payload[0] === 0x1f && payload[1] === 0x8b && payload[2] === 8 ? "gzip" : undefined;
}

/** The payload unfolded, or as it is when it is not compressed. Throws `MessageError` as `decompress` does. */
export function unfolded(payload: Buffer, maxBytes: number): { payload: Buffer; compression?: Encoding } {
  const compression = encodingOf(payload);
  return compression === undefined ? { payload } : { payload: decompress(payload, compression, maxBytes), compression };
}
