/** What goes wrong on the way from a device, by chance that is the same for the same seed. Pure but for its random numbers. */
import type { Random } from "./random.ts";

/** Each in per cent of the readings, or of the values. */
export interface FaultRates {
  /** Readings that never come. */
  readonly dropouts: number;
  /** Readings that come twice. */
  readonly duplicates: number;
  /** Readings that come late, and so after younger ones. */
  readonly late: number;
  /** Values the device itself does not trust. */
  readonly badQuality: number;
  /** Numbers that are none. */
  readonly notANumber: number;
}

export interface FaultyReading {
  readonly payload: Readonly<Record<string, unknown>>;
  /** How often it is sent. */
  readonly copies: 0 | 1 | 2;
  readonly isLate: boolean;
}

/** What a value of bad quality has as its quality; 0 would be good. */
const badQuality = 1;

/**
 * The function decides about one reading. It draws the same random numbers whatever the rates are, so that changing one
 * leaves the other faults where they were.
 */
export function startFaults(rates: FaultRates, random: Random) {
  const happens = (percent: number) => random.next() * 100 < percent;
  return (payload: Readonly<Record<string, unknown>>): FaultyReading => {
    const isDropped = happens(rates.dropouts);
    const isDouble = happens(rates.duplicates);
    const isLate = happens(rates.late);
    const values = Object.entries(payload).map(([key, value]) => {
      const isBad = happens(rates.badQuality);
      const isNone = happens(rates.notANumber);
      const shown = isNone && typeof value === "number" ? "NaN" : value;
      return [key, isBad ? { value: shown, quality: badQuality } : shown];
    });
    return { payload: Object.fromEntries(values), copies: isDropped ? 0 : isDouble ? 2 : 1, isLate };
  };
}
