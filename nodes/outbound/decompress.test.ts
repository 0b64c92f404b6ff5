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

test("a bomb is stopped at the limit", () => {
  const bomb = gzipSync(Buffer.alloc(50_000_000));
  expect(() => decompress(bomb, "gzip", 1_000_000)).toThrow("unfolds to more than 1000000 bytes");
});

test("what is not compressed, or cut off, is said", () => {
  expect(() => decompress(Buffer.from("plain"), "gzip", 100)).toThrow(/^is not gzip: /);
  expect(() => decompress(gzipSync("some text").subarray(0, -4), "gzip", 100)).toThrow(/^is not gzip: unexpected end/);
});
