/** Tells what had to be forgotten because there is too much of it. */
import type { OperatorContext } from "../contract/operator.ts";

const tellEveryMs = 10_000;

/** Call it for each one forgotten: it is counted, and told as `limit` at most every ten seconds. */
export function evictionTeller(
  { clock, report }: Pick<OperatorContext, "clock" | "report">,
  words: (count: number) => string,
): () => void {
  let count = 0;
  let toldMs = Number.NEGATIVE_INFINITY;
  return () => {
    count++;
    const nowMs = clock.monotonic();
    if (nowMs - toldMs < tellEveryMs) return;
    toldMs = nowMs;
    report("limit", words(count));
    count = 0;
  };
}
