import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { decompress, type Encoding } from "./decompress.ts";

const compressors: readonly [Encoding, (bytes: Uint8Array) => Buffer][] = [
  ["gzip", gzipSync],
  ["deflate", deflateSync],
  ["deflate", deflateRawSync],
  ["br", brotliCompressSync],
];

test("what was compressed comes back", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.constantFrom(...compressors), (bytes, [encoding, compress]) => {
      expect(decompress(compress(bytes), encoding, 500)).toEqual(Buffer.from(bytes));
    }),
  );
});

/** A frame of one raw block (RFC 8878), since Node 20 cannot make one. */
function zstdFrame(content: string): Buffer {
  const header = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x20, content.length, (content.length << 3) | 1, 0, 0]);
  return Buffer.concat([header, Buffer.from(content)]);
}

test("zstd comes back as well, up to the limit", () => {
  expect(decompress(zstdFrame("21.5"), "zstd", 4).toString()).toBe("21.5");
  expect(() => decompress(zstdFrame("21.5"), "zstd", 3)).toThrow("unfolds to more than 3 bytes");
  expect(() => decompress(Buffer.from("plain"), "zstd", 100)).toThrow(/^is not zstd: /);
});

test("a bomb is stopped at the limit", () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(() => decompress(bomb, "gzip", 1_000_000)).toThrow("unfolds to more than 1000000 bytes");
});

test("what is not compressed, or cut off, is said", () => {
  expect(() => decompress(Buffer.from("plain"), "gzip", 100)).toThrow(/^is not gzip: /);
  expect(() => decompress(gzipSync("some text").subarray(0, -4), "gzip", 100)).toThrow(/^is not gzip: unexpected end/);
});
