/** Which blocks to read for a set of values: as few requests as the limits allow. Pure. */
import { type Area, isBitArea } from "../../connections/modbus/pdu.ts";

/** What one value takes: `count` registers, or bits in an area of bits, from the zero-based `address` on. */
export interface Span {
  readonly area: Area;
  readonly address: number;
  readonly count: number;
}

/** One request, and the values it brings, by their place in the list given. */
export interface Block extends Span {
  readonly items: readonly number[];
}

export interface LayoutLimits {
  readonly maxRegistersPerRead: number;
  readonly maxBitsPerRead: number;
  readonly maxGap: number;
}

/** Where a device does not allow a block to go on, by area: addresses at which another must begin. */
export type Cuts = Readonly<Partial<Record<Area, ReadonlySet<number>>>>;

/**
 * Covers each span with exactly one block, never splitting any. No block is longer than the limits, reads along more
 * than `maxGap` unwanted addresses in a row, or crosses a cut, except where a single span does by itself.
 * Spans in `left` out are not read.
 */
export function layOut(
  spans: readonly Span[],
  limits: LayoutLimits,
  cuts: Cuts = {},
  left: ReadonlySet<number> = new Set(),
): Block[] {
  const order = spans
    .map((_, index) => index)
    .filter((index) => !left.has(index))
    .sort((a, b) => compare(spans[a], spans[b]));
  const blocks: { area: Area; address: number; count: number; items: number[] }[] = [];
  for (const index of order) {
    const span = spans[index];
    if (span === undefined) continue;
    const { area, address, count } = span;
    const block = blocks.at(-1);
    if (block !== undefined && joins(block, span, limits, cuts[area])) {
      block.count = Math.max(block.count, address + count - block.address);
      block.items.push(index);
    } else blocks.push({ area, address, count, items: [index] });
  }
  return blocks;
}

/** The two halves of a block of several values, to find out which of them a device refuses. */
export function halve(block: Block, spans: readonly Span[]): readonly [Block, Block] {
  const middle = block.items.length >> 1;
  return [blockOf(block.items.slice(0, middle), spans), blockOf(block.items.slice(middle), spans)];
}

function blockOf(items: readonly number[], spans: readonly Span[]): Block {
  const members = items.map((index) => spans[index]).filter((span) => span !== undefined);
  const [first] = members;
  if (first === undefined) throw new Error("a block without values");
  const { area, address } = first;
  const end = Math.max(...members.map((span) => span.address + span.count));
  return { area, address, count: end - address, items };
}

function joins(
  block: Span,
  { area, address, count }: Span,
  limits: LayoutLimits,
  cuts: ReadonlySet<number> | undefined,
) {
  if (block.area !== area) return false;
  const end = block.address + block.count;
  const most = isBitArea(area) ? limits.maxBitsPerRead : limits.maxRegistersPerRead;
  if (address - end > limits.maxGap || Math.max(end, address + count) - block.address > most) return false;
  if (cuts === undefined) return true;
  for (const cut of cuts) if (block.address < cut && cut <= address) return false;
  return true;
}

function compare(a: Span | undefined, b: Span | undefined): number {
  if (a === undefined || b === undefined) return 0;
  if (a.area !== b.area) return a.area < b.area ? -1 : 1;
  return a.address - b.address || a.count - b.count;
}
