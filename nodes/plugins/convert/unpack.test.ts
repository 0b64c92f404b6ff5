import { deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { unpack } from "./unpack.ts";

const limit = 4_194_304;

/** A frame of raw blocks, with the size of its content in eight bytes: what a simple encoder may write. */
function zstdFrame(content: Uint8Array, claimedBytes = content.length): Buffer {
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(claimedBytes));
  const block = Buffer.alloc(3);
  block.writeUIntLE((content.length << 3) | 1, 0, 3);
  return Buffer.concat([Buffer.from("28b52ffde0", "hex"), size, block, content]);
}

/** Eight blocks of a megabyte of zeros each, in 4 bytes a block, with a window of a megabyte. */
function zstdBomb(blocks: number): Buffer {
  const block = (isLast: boolean) => {
    const header = Buffer.alloc(4);
    header.writeUIntLE((131_072 << 3) | 2 | (isLast ? 1 : 0), 0, 3);
    return header;
  };
  const all = Array.from({ length: blocks }, (_, index) => block(index === blocks - 1));
  return Buffer.concat([Buffer.from("28b52ffd0050", "hex"), ...all]);
}

describe("unpacking", () => {
  test("what was packed comes back", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array(), (bytes, more) => {
        const content = Buffer.from(bytes);
        expect(unpack(gzipSync(bytes), "gzip", limit)).toEqual(content);
        expect(unpack(deflateSync(bytes), "zlib", limit)).toEqual(content);
        expect(unpack(zstdFrame(bytes), "zstd", limit)).toEqual(content);
        expect(unpack(Buffer.concat([zstdFrame(bytes), zstdFrame(more)]), "zstd", limit)).toEqual(
          Buffer.concat([bytes, more]),
        );
      }),
    );
  });

  test.each([
    "KLUv/SRINQEA4HsidCI6IDIxLjUsICJ1dnRleHQiOiAiYWJjIn0DADrgALKGixJRA7z/",
    "KLUv/QRYNQEA4HsidCI6IDIxLjUsICJ1dnRleHQiOiAiYWJjIn0DADrgALKGixJRA7z/",
  ])("what the zstd program packed, with and without the size ahead, comes back", (packed) => {
    expect(unpack(Buffer.from(packed, "base64"), "zstd", limit).toString()).toBe(
      '{"t": 21.5, "u": 21.5, "v": 21.5, "text": "abcabcabcabcabcabcabcabcabc"}',
    );
  });

  test.each([
    ["gzip", gzipSync(Buffer.alloc(100_000_000))],
    ["zlib", deflateSync(Buffer.alloc(100_000_000))],
    ["zstd", zstdBomb(200)],
    ["zstd", zstdFrame(Buffer.from("x"), 2 ** 40)],
    ["zstd", Buffer.concat([zstdFrame(Buffer.from("x")), zstdFrame(Buffer.from("x"), 2 ** 31)])],
    ["zstd", Buffer.from("28b52ffd00f8 090000 78", "hex")],
  ] as const)("a %s bomb is refused before it takes the memory", (compression, packed) => {
    const before = process.memoryUsage().arrayBuffers;
    expect(() => unpack(packed, compression, limit)).toThrow(/becomes more than|not zstd/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64_000_000);
  });

  test.each(["gzip", "zlib", "zstd"] as const)("what is not %s is told", (compression) => {
    for (const bytes of ["", "plain text", "\x1f\x8b", "(\xb5/\xfd"])
      expect(() => unpack(Buffer.from(bytes, "latin1"), compression, limit)).toThrow(`not ${compression}: `);
  });
});
