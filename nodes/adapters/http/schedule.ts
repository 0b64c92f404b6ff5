/** When to poll: by the interval, later while it does not work, and never no more. */
import type { Clock, Timer } from "../../contract/clock.ts";
import type { PeerContext } from "../../contract/connection.ts";
import type { Opened } from "../../contract/connector.ts";
import { RetryAfterError } from "./poll.ts";

const backoff = { firstMs: 1_000, mostMs: 60_000, jitter: 0.2 };

export interface ScheduleOptions extends Pick<PeerContext, "status"> {
  readonly clock: Clock;
  readonly intervalMs: number;
  readonly offsetMs: number;
  readonly jitterMs: number;
  /** What is polled, for the status. */
  readonly subject: string;
  /** Rejects when it has not worked. */
  poll(): Promise<{ readonly isCut: boolean }>;
  onFailure(error: Error): void;
  random(): number;
}

/**
 * Polls start at multiples of the interval; one that falls due while another is under way is left out. After a failure
 * the next attempts come after 1 s, 2 s, 4 s … 60 s, or when the server said, whatever the interval.
 */
export function startSchedule(options: ScheduleOptions): Opened {
  const { clock, intervalMs, offsetMs, jitterMs, subject, random, status } = options;
  let isBusy = false;
  let isClosed = false;
  let failures = 0;
  let leftOut = 0;
  let told = "";
  let ticker: Timer | undefined;
  let waiting: Timer | undefined;
  let underWay: Promise<void> = Promise.resolve();

  const tell = (state: "connected" | "degraded" | "failed", detail: string) => {
    if (`${state} ${detail}` === told || isClosed) return;
    told = `${state} ${detail}`;
    status(state, detail);
  };
  const worked = (isCut: boolean) => {
    failures = 0;
    const cut = isCut ? "; there are more pages than are asked for" : "";
    if (leftOut === 0) tell(isCut ? "degraded" : "connected", `${subject}${cut}`);
    else tell("degraded", `${subject}; ${leftOut} left out so far: answers take longer than the interval${cut}`);
  };
  const failed = (error: Error) => {
    failures += 1;
    const plainMs = Math.min(backoff.mostMs, backoff.firstMs * 2 ** (failures - 1));
    const asked = error instanceof RetryAfterError ? error.waitMs : 0;
    const waitMs = Math.max(asked, plainMs * (1 - backoff.jitter * random()));
    tell("failed", `${error.message}; next try in ${Math.max(1, Math.round(waitMs / 1_000))} s`);
    options.onFailure(error);
    waiting = clock.after(waitMs, start);
  };
  const run = async () => {
    try {
      const { isCut } = await options.poll();
      if (!isClosed) worked(isCut);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (!isClosed) failed(error);
    } finally {
      isBusy = false;
    }
  };
  const start = () => {
    isBusy = true;
    underWay = run();
  };
  const tick = () => {
    // While it does not work, the next attempt has a time of its own.
    if (failures > 0 || isClosed) return;
    if (isBusy) leftOut += 1;
    else if (jitterMs === 0) start();
    else {
      isBusy = true;
      waiting = clock.after(jitterMs * random(), start);
    }
  };
  waiting = clock.after(offsetMs, () => {
    ticker = clock.every(intervalMs, tick);
    tick();
  });
  return {
    async close() {
      isClosed = true;
      ticker?.cancel();
      waiting?.cancel();
      await underWay;
    },
  };
}
