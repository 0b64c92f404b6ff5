/** Zstandard (RFC 8878) with an end to the memory it may take. Node has its own from version 22.15 on. */
import { Decompress } from "fzstd";

const frameMagic = 0xfd2f_b528;
const skippableMagic = 0x184d_2a50;
/** What every decoder should allow (RFC 8878, section 3.1.1.1.2): encoders use it whatever the size of the content. */
const usualWindowBytes = 8 * 1024 * 1024;

/** Throws an `Error` in words for what is not Zstandard, and what `tooLarge` makes for what becomes too much. */
export function unzstd(packed: Buffer, maxBytes: number, tooLarge: () => Error): Buffer {
  // The decoder makes room for the window before it has read anything.
  for (const { windowBytes, contentBytes = 0 } of frames(packed))
    if (contentBytes > maxBytes || windowBytes > Math.max(maxBytes, usualWindowBytes)) throw tooLarge();
  const chunks: Uint8Array[] = [];
  let size = 0;
  const stream = new Decompress((chunk) => {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  });
  stream.push(packed, true);
  return Buffer.concat(chunks);
}

interface Frame {
  readonly windowBytes: number;
  readonly contentBytes: number | undefined;
}

/** Sections 3.1.1 and 3.1.2. Reading beyond the end throws. */
function* frames(packed: Buffer): Iterable<Frame> {
  if (packed.length === 0) throw new Error("the payload is empty");
  let at = 0;
  while (at < packed.length) {
    const magic = packed.readUInt32LE(at);
    if (magic >>> 4 === skippableMagic >>> 4) {
      at += 8 + packed.readUInt32LE(at + 4);
      continue;
    }
    if (magic !== frameMagic) throw new Error("it does not begin like a frame");
    const descriptor = packed.readUInt8(at + 4);
    const isSingleSegment = (descriptor & 0x20) !== 0;
    const hasChecksum = (descriptor & 0x04) !== 0;
    const dictionaryBytes = [0, 1, 2, 4][descriptor & 3] ?? 0;
    const sizeBytes = [isSingleSegment ? 1 : 0, 2, 4, 8][descriptor >> 6] ?? 0;
    at += 5;
    const window = isSingleSegment ? 0 : packed.readUInt8(at++);
    at += dictionaryBytes;
    const contentBytes = sizeBytes === 0 ? undefined : contentSize(packed, at, sizeBytes);
    at += sizeBytes;
    const base = 2 ** (10 + (window >> 3));
    yield { windowBytes: isSingleSegment ? (contentBytes ?? 0) : base + (base / 8) * (window & 7), contentBytes };
    at = afterBlocks(packed, at) + (hasChecksum ? 4 : 0);
  }
}

function contentSize(packed: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(packed.readBigUInt64LE(at));
  return packed.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}

function afterBlocks(packed: Buffer, start: number): number {
  for (let at = start; ; ) {
    const header = packed.readUIntLE(at, 3);
    const isRepeated = ((header >> 1) & 3) === 1;
    at += 3 + (isRepeated ? 1 : header >> 3);
    if ((header & 1) === 1) return at;
  }
}
