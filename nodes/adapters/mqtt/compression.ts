/** Compressed payloads of messages, told by their first bytes. Pure. */
import { decompress, type Encoding } from "../../outbound/decompress.ts";

const beginnings: readonly (readonly [Encoding, readonly number[]])[] = [
  ["gzip", [0x1f, 0x8b, 8]],
  ["zstd", [0x28, 0xb5, 0x2f, 0xfd]],
];

/** The others have no first bytes of their own. */
function encodingOf(payload: Uint8Array): Encoding | undefined {
  return beginnings.find(([, bytes]) => bytes.every((byte, index) => payload[index] === byte))?.[0];
}

/** The payload unfolded, or as it is when it is not compressed. Throws `MessageError` as `decompress` does. */
export function unfolded(payload: Buffer, maxBytes: number): { payload: Buffer; compression?: Encoding } {
  const compression = encodingOf(payload);
  return compression === undefined ? { payload } : { payload: decompress(payload, compression, maxBytes), compression };
}
