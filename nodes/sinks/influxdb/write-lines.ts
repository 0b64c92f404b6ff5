/** Writes lines, and when the server refuses some, finds out which: the others are written. */
import type { Clock } from "../../contract/clock.ts";
import { ConnectionError } from "../../contract/errors.ts";
import type { Made, Refusal } from "../refusals.ts";
import type { Verdict } from "./answer.ts";

export interface WriteOptions {
  readonly clock: Clock;
  /** Sends lines once. Rejects with `ConnectionError` when there is no answer. */
  post(body: string): Promise<Verdict>;
  /** The server has asked for a pause. */
  onWait(reason: string, waitMs: number): void;
  /** Aborted: no more pauses. */
  readonly signal: AbortSignal;
}

/** A longer pause, and a second one, is left to the runtime: a deploy would have to wait for it. */
const maxWaitMs = 10_000;

/**
 * Resolves with the lines that were refused; all others are stored, in order. Rejects with `ConnectionError` when the
 * server cannot take any now. Writing a line a second time changes nothing, so a batch is halved until the guilty stand
 * alone, or the server has said how many or which they are.
 */
export async function writeLines(lines: readonly Made<string>[], options: WriteOptions): Promise<readonly Refusal[]> {
  if (lines.length === 0) return [];
  const answer = await options.post(lines.map(({ content }) => content).join("\n"));
  switch (answer.kind) {
    case "stored":
      return [];
    case "unavailable":
      throw new ConnectionError(answer.reason);
    case "wait":
      await pause(answer.waitMs, answer.reason, options);
      return writeLines(lines, { ...options, signal: AbortSignal.abort() });
    case "too-large":
      return lines.length === 1 ? refuseAll(lines, "the server finds it too large") : halves(lines, options);
    case "refused":
      if (answer.lines !== undefined) return named(lines, answer.lines);
      if (lines.length === 1 || answer.dropped === lines.length) return refuseAll(lines, answer.reason);
      return halves(lines, options);
  }
}

async function halves(lines: readonly Made<string>[], options: WriteOptions): Promise<readonly Refusal[]> {
  const middle = Math.ceil(lines.length / 2);
  const first = await writeLines(lines.slice(0, middle), options);
  return [...first, ...(await writeLines(lines.slice(middle), options))];
}

function refuseAll(lines: readonly Made<string>[], reason: string): readonly Refusal[] {
  return lines.map(({ index }) => ({ index, reason }));
}

function named(lines: readonly Made<string>[], reasons: ReadonlyMap<number, string>): readonly Refusal[] {
  return lines.flatMap(({ index }, place) => {
    const reason = reasons.get(place);
    return reason === undefined ? [] : [{ index, reason }];
  });
}

async function pause(waitMs: number, reason: string, { clock, signal, onWait }: WriteOptions): Promise<void> {
  if (waitMs > maxWaitMs || signal.aborted) throw new ConnectionError(reason);
  onWait(reason, waitMs);
  await new Promise<void>((resolve, reject) => {
    const stop = () => {
      timer.cancel();
      reject(new ConnectionError(reason));
    };
    const timer = clock.after(waitMs, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
