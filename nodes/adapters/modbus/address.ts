/** How people write addresses: from 0, from 1, or as in old manuals, where the first digit is the area. Pure. */
import type { Area } from "../../connections/modbus/pdu.ts";

export const addressings = ["0", "1", "modicon"] as const;
export type Addressing = (typeof addressings)[number];

/** One past the last address of an area. */
export const addressEnd = 65_536;

const modiconAreas: readonly { readonly first: number; readonly last: number; readonly area: Area }[] = [
  { first: 1, last: 9_999, area: "coil" },
  { first: 10_001, last: 19_999, area: "discrete" },
  { first: 30_001, last: 39_999, area: "input" },
  { first: 40_001, last: 49_999, area: "holding" },
  { first: 100_001, last: 165_536, area: "discrete" },
  { first: 300_001, last: 365_536, area: "input" },
  { first: 400_001, last: 465_536, area: "holding" },
];

export interface Place {
  readonly area: Area;
  /** From 0, as it goes over the line. */
  readonly address: number;
}

/** Where an address is, or in words why it is none. */
export function placeOf(written: number, area: Area, addressing: Addressing): Place | string {
  if (addressing === "modicon") {
    const range = modiconAreas.find(({ first, last }) => written >= first && written <= last);
    if (range !== undefined) return { area: range.area, address: written - range.first };
    return `${written} is no address of the form 40001: 1 to 9999 are coils, 10001 and up discrete inputs, 30001 and up input registers, 40001 and up holding registers`;
  }
  const address = written - Number(addressing);
  if (address >= 0 && address < addressEnd) return { area, address };
  return `addresses go from ${addressing} to ${addressEnd - 1 + Number(addressing)}`;
}
