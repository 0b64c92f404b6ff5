/** Lines for a terminal: harmless, of bounded length, and no more of them than a person can read. */
import type { Clock, Timer } from "../../contract/clock.ts";

/**
 * What could move the cursor, change colours or reverse the direction of text: control characters (C0, DEL, C1), line
 * and paragraph separators, and the directional marks of Unicode.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the purpose
const unsafe = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** One line of at most `maxLength` characters; says how many it left out. */
export function safeLine(text: string, maxLength: number): string {
  const escaped = text.replace(unsafe, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
  if (escaped.length <= maxLength) return escaped;
  // Not between the two halves of one character.
  const cut = /[\ud800-\udbff]/.test(escaped[maxLength - 1] ?? "") ? maxLength - 1 : maxLength;
  return `${escaped.slice(0, cut)}… ${escaped.length - cut} more characters`;
}

export interface PrinterOptions {
  /** Lines in one second; 0 = all. */
  readonly maxRate: number;
  readonly clock: Clock;
  /** Resolves when there is room for more. */
  write(text: string): Promise<void>;
}

export interface Printer {
  /** Prints lines up to the rate and counts the others; resolves when there is room for more. */
  print(lines: readonly (() => string)[]): Promise<void>;
  /** Says at once what was counted so far. */
  close(): Promise<void>;
}

export function startPrinter({ maxRate, clock, write }: PrinterOptions): Printer {
  let printed = 0;
  let leftOut = 0;
  let second: Timer | undefined;

  const sayLeftOut = async () => {
    if (leftOut === 0) return;
    const text = `… ${leftOut} more\n`;
    leftOut = 0;
    await write(text);
  };
  const nextSecond = () => {
    second = undefined;
    printed = 0;
    // Nobody waits for this line; if the terminal is gone, the next batch finds out.
    sayLeftOut().catch(() => undefined);
  };

  return {
    async print(lines) {
      const room = maxRate === 0 ? lines.length : Math.max(0, Math.min(lines.length, maxRate - printed));
      printed += room;
      leftOut += lines.length - room;
      second ??= maxRate === 0 ? undefined : clock.after(1_000, nextSecond);
      if (room === 0) return;
      const text = lines.slice(0, room).map((line) => line());
      await write(`${text.join("\n")}\n`);
    },
    async close() {
      second?.cancel();
      await sayLeftOut();
    },
  };
}
