/** Plays a recording: every row at its time, faster or slower, once or again and again. */
import type { Clock, Timer } from "../../contract/clock.ts";
import type { Opened } from "../../contract/connector.ts";
import type { RecordedRow, Recording } from "./replay.ts";

/** At a very high speed so many rows go out before others get a turn. */
const mostAtOnce = 10_000;

export interface PlaybackOptions {
  readonly clock: Clock;
  readonly recording: Recording;
  /** 2: twice as fast as it was recorded. */
  readonly speed: number;
  readonly loop: boolean;
  /** Rows that are due, in order. */
  play(rows: readonly RecordedRow[]): void;
  onEnd(): void;
}

export function startPlayback({ clock, recording, speed, loop, play, onEnd }: PlaybackOptions): Opened {
  const { rows, lengthMs } = recording;
  const startMs = clock.monotonic();
  let round = 0;
  let at = 0;
  let timer: Timer;

  /** From the start, so that delays do not add up. */
  const dueMs = () => (round * lengthMs + (rows[at]?.atMs ?? 0)) / speed;
  const step = () => {
    const due: RecordedRow[] = [];
    while (due.length < mostAtOnce && dueMs() <= clock.monotonic() - startMs) {
      const row = rows[at];
      if (row !== undefined) due.push(row);
      at += 1;
      if (at < rows.length) continue;
      [round, at] = [round + 1, 0];
      if (loop) continue;
      play(due);
      return onEnd();
    }
    if (due.length > 0) play(due);
    timer = clock.after(Math.max(0, dueMs() - (clock.monotonic() - startMs)), step);
  };
  timer = clock.after(0, step);
  return { close: async () => timer.cancel() };
}
