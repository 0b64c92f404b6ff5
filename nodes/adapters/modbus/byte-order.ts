/** In which order devices send the bytes of a value. Pure. */

/**
 * The letters are the bytes of a value, A the most significant, in the order in which a device sends them. The first four
 * are for values of 32 bits and mean for those of 64 the same: registers reversed, bytes of each register swapped, both.
 * The last two are for 64 bits, with the halves of 32 bits as the unit; for 32 bits they are CDAB and ABCD.
 */
export const byteOrders = ["ABCD", "CDAB", "BADC", "DCBA", "CDABGHEF", "EFGHABCD"] as const;
export type ByteOrder = (typeof byteOrders)[number];

/** Where the register that stands at a place comes from. Each is its own inverse. */
const registerAt: Readonly<Record<ByteOrder, (index: number, count: number) => number>> = {
  ABCD: (index) => index,
  BADC: (index) => index,
  CDAB: (index, count) => count - 1 - index,
  DCBA: (index, count) => count - 1 - index,
  CDABGHEF: (index) => index ^ 1,
  EFGHABCD: (index, count) => (count === 4 ? (index + 2) % 4 : index),
};
const swapsBytes: ReadonlySet<ByteOrder> = new Set(["BADC", "DCBA"]);

/**
 * For each byte of a value of `registers` registers, most significant first, its place in what the device sends. The
 * same for writing, since each order is its own inverse. Values of one register know only whether their bytes are swapped.
 */
export function bytePlaces(order: ByteOrder, registers: number): readonly number[] {
  const swap = swapsBytes.has(order) ? 1 : 0;
  return Array.from({ length: 2 * registers }, (_, index) => {
    const register = registers === 1 ? 0 : registerAt[order](index >> 1, registers);
    return 2 * register + ((index & 1) ^ swap);
  });
}

/** The same for text and bytes, whose registers stand in the order of reading. */
export function textPlaces(order: ByteOrder, registers: number): readonly number[] {
  return bytePlaces(swapsBytes.has(order) ? "BADC" : "ABCD", registers);
}
