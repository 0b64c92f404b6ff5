/** Where windows by time begin and end. */
import { DateTime } from "luxon";

/** Windows of `sizeMs` that end at every multiple of `everyMs`, both made of panes of `paneMs`. */
export interface Grid {
  /** The pane that a time is in. */
  pane(atMs: number): { readonly startMs: number; readonly endMs: number };
  /** The end of the first window that a time is in. */
  firstEnd(atMs: number): number;
  /** The end of the window after the one that ends at `endMs`. */
  nextEnd(endMs: number): number;
  start(endMs: number): number;
}

export function steadyGrid(sizeMs: number, everyMs: number, offsetMs: number): Grid {
  const paneMs = greatestCommonDivisor(sizeMs, everyMs);
  const floor = (atMs: number, stepMs: number) => Math.floor((atMs - offsetMs) / stepMs) * stepMs + offsetMs;
  return {
    pane(atMs) {
      const startMs = floor(atMs, paneMs);
      return { startMs, endMs: startMs + paneMs };
    },
    firstEnd: (atMs) => floor(atMs, everyMs) + everyMs,
    nextEnd: (endMs) => endMs + everyMs,
    start: (endMs) => endMs - sizeMs,
  };
}

export function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}

export const calendarUnits = ["hour", "day", "week", "month", "year"] as const;
export type CalendarUnit = (typeof calendarUnits)[number];

/** Hours, days, weeks from Monday, months and years of a time zone; a day that changes to summer time has 23 hours. */
export function calendarGrid(unit: CalendarUnit, zone: string, offsetMs: number): Grid {
  const begin = (start: DateTime) => shifted(start, unit, offsetMs).toMillis();
  const make = (atMs: number) => {
    let start = DateTime.fromMillis(atMs, { zone }).minus(offsetMs).startOf(unit);
    while (begin(start) > atMs) start = start.minus({ [unit]: 1 });
    while (begin(start.plus({ [unit]: 1 })) <= atMs) start = start.plus({ [unit]: 1 });
    return { startMs: begin(start), endMs: begin(start.plus({ [unit]: 1 })) };
  };
  let last = { startMs: 0, endMs: 0 };
  const pane = (atMs: number) => {
    if (atMs < last.startMs || atMs >= last.endMs) last = make(atMs);
    return last;
  };
  return {
    pane,
    firstEnd: (atMs) => pane(atMs).endMs,
    nextEnd: (endMs) => pane(endMs).endMs,
    start: (endMs) => pane(endMs - 1).startMs,
  };
}

/** By the clock on the wall, so that a day from 06:00 begins at 06:00 in summer and in winter. */
function shifted(start: DateTime, unit: CalendarUnit, offsetMs: number): DateTime {
  if (unit === "hour") return start.plus(offsetMs);
  const days = Math.floor(offsetMs / 86_400_000);
  const time = new Date(offsetMs - days * 86_400_000);
  return start.plus({ days }).set({
    hour: time.getUTCHours(),
    minute: time.getUTCMinutes(),
    second: time.getUTCSeconds(),
    millisecond: time.getUTCMilliseconds(),
  });
}
