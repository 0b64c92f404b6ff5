/** What a page in Chromium says of itself while something is done to it. */
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";

const script = fileURLToPath(new URL("page-script.js", import.meta.url));

export async function measuredPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript({ path: script });
  return page;
}

/** Calls a function of `page-script.js`. */
export function measure<Value>(page: Page, call: string): Promise<Value> {
  return page.evaluate(`measures.${call}`);
}

/** Milliseconds between frames while the action goes on. */
export async function frames(page: Page, action: () => Promise<void>): Promise<readonly number[]> {
  await measure(page, "startFrames()");
  await action();
  return measure(page, "endFrames()");
}

/** Milliseconds from each move of the mouse until the frame after it, over a while. */
export async function inputDelays(page: Page, forMs: number): Promise<readonly number[]> {
  await measure(page, "watchMoves()");
  const untilMs = performance.now() + forMs;
  for (let step = 0; performance.now() < untilMs; step++) {
    await page.mouse.move(500 + (step % 200), 300);
    await page.waitForTimeout(50);
  }
  return measure(page, "moveDelays()");
}

/** What the page holds after a collection of garbage. */
export async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize / 2 ** 20;
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
