/** Numbers out of bytes, from any bit on. Pure. */
import { MessageError } from "../../../contract/errors.ts";

export type Endianness = "big" | "little";

export class BitReader {
  readonly #bytes: Buffer;
  #position = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  /** Bits not read yet. */
  get left(): number {
    return this.#bytes.length * 8 - this.#position;
  }

  skip(bits: number): void {
    this.#expect(bits);
    this.#position += bits;
  }

  /** An unsigned number of up to 64 bits, most significant bit first; `little` turns the order of whole bytes round. */
  unsigned(bits: number, endianness: Endianness): bigint {
    this.#expect(bits);
    let value = 0n;
    if (this.#position % 8 === 0 && bits % 8 === 0) {
      const bytes = this.#take(bits / 8);
      const hex = (endianness === "little" ? Buffer.from(bytes).reverse() : bytes).toString("hex");
      return BigInt(`0x0${hex}`);
    }
    for (let index = 0; index < bits; index++, this.#position++) {
      const byte = this.#bytes[this.#position >> 3] ?? 0;
      value = (value << 1n) | BigInt((byte >> (7 - (this.#position & 7))) & 1);
    }
    return value;
  }

  signed(bits: number, endianness: Endianness): bigint {
    return BigInt.asIntN(bits, this.unsigned(bits, endianness));
  }

  /** IEEE 754 of 32 or 64 bits. */
  float(bits: number, endianness: Endianness): number {
    const room = Buffer.alloc(8);
    room.writeBigUInt64BE(this.unsigned(bits, endianness));
    return bits === 32 ? shortest(room.readFloatBE(4)) : room.readDoubleBE(0);
  }

  /** Whole bytes, from the start of one. Shares memory with the payload. */
  bytes(count: number): Buffer {
    this.#expect(count * 8);
    return this.#take(count);
  }

  #take(count: number): Buffer {
    const start = this.#position / 8;
    this.#position += count * 8;
    return this.#bytes.subarray(start, start + count);
  }

  #expect(bits: number): void {
    if (bits <= this.left) return;
    const needed = Math.ceil((this.#position + bits) / 8);
    throw new MessageError("parse_error", `the payload has ${this.#bytes.length} bytes; the layout needs ${needed}`);
  }
}

/** The shortest number that is the same in 32 bits: 21.3, not 21.299999237060547. */
export function shortest(value: number): number {
  for (let digits = 6; digits <= 9; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return candidate;
  }
  return value;
}
