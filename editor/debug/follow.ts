/** The list follows the newest entry until somebody reads: then it holds still, and goes on when they are back at the end. */
import type { RefObject } from "react";
import type { DebugEntry, Samples } from "./samples.ts";

type Viewport = RefObject<Pick<HTMLElement, "scrollTop" | "scrollHeight" | "clientHeight"> | null>;

export interface Follow {
  /** To be called when other entries are shown, after they are laid out. */
  shown(entries: readonly DebugEntry[]): void;
  scrolled(): void;
  /** Something is open to be read. */
  reading(isReading: boolean): void;
  pause(): void;
  resume(): void;
}

/** How far from the end still counts as at the end. */
const nearPx = 30;

export function follow(samples: Samples, viewport: Viewport): Follow {
  /** Paused by reading, so that the end of reading ends it; a pause by the button waits for the button. */
  let byReading = false;
  let isReading = false;
  let lastTop = 0;

  const isAtEnd = () => {
    const element = viewport.current;
    return element === null || element.scrollHeight - element.scrollTop - element.clientHeight <= nearPx;
  };
  const hold = () => {
    if (samples.getState().paused) return;
    byReading = true;
    samples.pause();
  };
  const letGo = () => {
    if (byReading) samples.resume();
    byReading = false;
  };
  return {
    shown(entries) {
      const element = viewport.current;
      if (element === null || entries.length === 0 || samples.getState().paused) return;
      element.scrollTop = element.scrollHeight;
      lastTop = element.scrollTop;
    },
    scrolled() {
      const top = viewport.current?.scrollTop ?? 0;
      const upwards = top < lastTop;
      lastTop = top;
      if (upwards && !isAtEnd()) hold();
      else if (!upwards && !isReading && isAtEnd()) letGo();
    },
    reading(now) {
      if (now) hold();
      else if (isReading && isAtEnd()) letGo();
      isReading = now;
    },
    pause() {
      byReading = false;
      samples.pause();
    },
    resume() {
      byReading = false;
      samples.resume();
    },
  };
}
